-- Functions of the ledger, owned by qms_ledger. Made anew after each migration; `verify_ledger` compares
-- what the database has with this file.

-- How every payload begins. Fails closed: a transaction that names no actor cannot write to a controlled table.
CREATE OR REPLACE FUNCTION ledger.head(relation text, op text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    name text := current_setting('qms.actor_name', true);
BEGIN
    -- Images are written in UTC and ISO 8601. The application's connections are so; another login's are made so here,
    -- which costs less than a setting of each function.
    IF current_setting('timezone') <> 'UTC' OR current_setting('datestyle') NOT LIKE 'ISO%' THEN
        PERFORM set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true);
    END IF;
    IF coalesce(name, '') = '' THEN
        RAISE EXCEPTION 'Writing to % needs an actor, and this transaction names none.', relation
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN '{"table":' || to_json(relation)::text
        || ',"op":' || to_json(op)::text
        || ',"at":' || to_json(clock_timestamp())::text
        || ',"transaction":' || pg_current_xact_id()::text
        || ',"login":' || to_json(session_user::text)::text
        || ',"actor":' || coalesce(nullif(current_setting('qms.actor', true), ''), 'null')
        || ',"name":' || to_json(name)::text
        || ',"reason":' || to_json(coalesce(current_setting('qms.reason', true), ''))::text
        || ',"request":' || to_json(coalesce(current_setting('qms.request_id', true), ''))::text;
END
$$;

-- Trigger of append-only tables, the ledger's own among them.
CREATE OR REPLACE FUNCTION ledger.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused.', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

-- What the hash of a batch covers besides the hash before it.
CREATE OR REPLACE FUNCTION ledger.header(seal ledger.seal) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT concat_ws('|', seal.n, seal.epoch, seal.xid_from, seal.xid_to, seal.rows, encode(seal.content, 'hex'),
        to_char(seal.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
$$;

-- The rows of a batch: a range of transactions, above the rows that an earlier cluster wrote.
CREATE OR REPLACE FUNCTION ledger.rows_of(seal ledger.seal) RETURNS TABLE (id bigint, digest bytea)
LANGUAGE sql STABLE AS $$
    SELECT raw.id, raw.digest FROM ledger.raw
    WHERE raw.xid >= seal.xid_from AND raw.xid < seal.xid_to
      AND raw.id > (SELECT above_id FROM ledger.epoch WHERE n = seal.epoch)
      AND raw.id <= coalesce((SELECT above_id FROM ledger.epoch WHERE n = seal.epoch + 1), 9223372036854775807)
$$;

-- Append one batch of an epoch: everything from `since` up to (not including) transaction `top`. Gives its number of rows.
CREATE OR REPLACE FUNCTION ledger.append_batch(epoch integer, since xid8, top xid8) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    before ledger.seal;
    made ledger.seal;
BEGIN
    SELECT * INTO before FROM ledger.seal ORDER BY n DESC LIMIT 1;
    made.n := coalesce(before.n, 0) + 1;
    made.epoch := epoch;
    made.xid_from := since;
    made.xid_to := top;
    made.previous := coalesce(before.hash, sha256(''::bytea));
    made.at := clock_timestamp();
    SELECT count(*), sha256(coalesce(string_agg(r.digest, ''::bytea ORDER BY r.id), ''::bytea))
        INTO made.rows, made.content FROM ledger.rows_of(made) AS r;
    IF made.rows = 0 THEN
        RETURN 0;
    END IF;
    made.hash := sha256(made.previous || convert_to(ledger.header(made), 'UTF8'));
    INSERT INTO ledger.seal SELECT made.*;
    RETURN made.rows;
END
$$;

-- Seal all rows of transactions that have ended. The set is final, because no older transaction still runs.
-- Gives the number of rows, or null when another sealer is at work.
CREATE OR REPLACE FUNCTION ledger.seal_rows() RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    top xid8 := pg_snapshot_xmin(pg_current_snapshot());
    present integer;
    reached xid8;
    highest bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(7203101) THEN
        RETURN NULL;
    END IF;
    SELECT max(n) INTO present FROM ledger.epoch;
    SELECT seal.xid_to INTO reached FROM ledger.seal WHERE seal.epoch = present ORDER BY n DESC LIMIT 1;
    IF reached > pg_snapshot_xmax(pg_current_snapshot()) THEN
        SELECT max(raw.id) INTO highest FROM ledger.raw
            WHERE raw.xid >= pg_snapshot_xmax(pg_current_snapshot()) OR raw.at <= (SELECT max(seal.at) FROM ledger.seal);
        PERFORM ledger.append_batch(present, reached, '9223372036854775807'::xid8);
        present := present + 1;
        INSERT INTO ledger.epoch (n, above_id, reason) VALUES (present, highest, 'restored into another cluster');
        reached := NULL;
    END IF;
    RETURN ledger.append_batch(present, coalesce(reached, '0'::xid8), top);
END
$$;
