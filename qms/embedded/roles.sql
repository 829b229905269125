-- The roles of Holdfast, cluster-wide. Run once by a superuser, by psql or by qms.embedded alike;
-- :'name' is a variable of psql. A role that is there keeps everything but its password.
--
--   qms_owner   owns the tables and migrates
--   qms_ledger  owns the schema "ledger"; nobody logs in as it
--   qms_app     web and worker: reads and writes rows, owns nothing
--   qms_sealer  seals the ledger
--   qms_reader  reports, read only
SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['qms_owner', 'qms_ledger', 'qms_app', 'qms_sealer', 'qms_reader']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec
ALTER ROLE qms_owner LOGIN PASSWORD :'owner_password';
ALTER ROLE qms_ledger NOLOGIN;
ALTER ROLE qms_app LOGIN PASSWORD :'app_password';
ALTER ROLE qms_sealer LOGIN PASSWORD :'sealer_password';
ALTER ROLE qms_reader LOGIN PASSWORD :'reader_password';
GRANT qms_ledger TO qms_owner;
