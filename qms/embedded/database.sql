-- One database of Holdfast, run by a superuser inside it. Tables that qms_owner makes later are open
-- to the application for rows only; what is append-only is narrowed by the migrations themselves.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database())
\gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO qms_app, qms_sealer, qms_reader', current_database())
\gexec
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO qms_app, qms_sealer, qms_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE qms_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO qms_app;
ALTER DEFAULT PRIVILEGES FOR ROLE qms_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO qms_app;
ALTER DEFAULT PRIVILEGES FOR ROLE qms_owner IN SCHEMA public
    GRANT SELECT ON TABLES TO qms_reader;
