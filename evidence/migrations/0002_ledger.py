"""The ledger's own tables, in a schema that the role qms_ledger owns and nobody logs in to.

Waived for the migration linter (Makefile): all tables are new, so their columns and indexes lock nothing that is in use.
"""

from django.db import migrations

TABLES = """
CREATE SCHEMA ledger AUTHORIZATION qms_ledger;
SET LOCAL ROLE qms_ledger;

CREATE TABLE ledger.raw (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL,
    relation text NOT NULL,
    op text NOT NULL CHECK (op IN ('insert', 'update', 'delete', 'baseline', 'append')),
    key bigint,
    record bigint,
    site bigint,
    actor bigint,
    payload text NOT NULL,
    digest bytea NOT NULL
);
COMMENT ON TABLE ledger.raw IS 'One row for each controlled row that was written, and one for each statement that appended. digest = sha256(payload)';
CREATE INDEX raw_by_transaction ON ledger.raw (xid);
CREATE INDEX raw_by_row ON ledger.raw (relation, key, id);
CREATE INDEX raw_by_record ON ledger.raw (record, id) WHERE record IS NOT NULL;

CREATE TABLE ledger.shape (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    relation text NOT NULL,
    columns text[] NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE ledger.shape IS 'Which columns of a table the ledger covers, in order, each with its type; a new row whenever that changes';

CREATE TABLE ledger.epoch (
    n integer PRIMARY KEY,
    above_id bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason text NOT NULL
);
COMMENT ON TABLE ledger.epoch IS 'Transaction numbers count within one cluster; after a restore into another one a new epoch begins above the last row that came with it';

CREATE TABLE ledger.seal (
    n bigint PRIMARY KEY,
    epoch integer NOT NULL REFERENCES ledger.epoch,
    xid_from xid8 NOT NULL,
    xid_to xid8 NOT NULL,
    rows bigint NOT NULL,
    content bytea NOT NULL,
    previous bytea NOT NULL UNIQUE,
    hash bytea NOT NULL UNIQUE,
    at timestamptz NOT NULL
);
COMMENT ON TABLE ledger.seal IS 'The chain: hash = sha256(previous || header), and the header names range, count and sha256 of the digests in order of id';

INSERT INTO ledger.epoch (n, above_id, reason) VALUES (1, 0, 'installed');
GRANT USAGE ON SCHEMA ledger TO qms_app, qms_sealer, qms_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO qms_app, qms_sealer, qms_reader;
GRANT INSERT ON ledger.seal, ledger.epoch TO qms_sealer;
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [migrations.RunSQL(TABLES, "DROP SCHEMA ledger CASCADE")]
