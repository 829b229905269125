
-- Body of the trigger function of a controlled table; triggers.py fills the names in.
DECLARE
    opening text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM fresh) THEN RETURN NULL; END IF;
        opening := ledger.head('$table', 'insert');
        INSERT INTO ledger.raw (at, relation, op, key, record, site, actor, payload, digest)
        SELECT clock_timestamp(), '$table', 'insert', key, record, site, ledger.acting(), entry, ledger.sha256(entry)
        FROM (
            SELECT ledger_new.$key, $record, $site, opening || ',"key":' || ledger_new.$key
                || ',"new":' || row_to_json(ledger_new)::text || '}'
            FROM (SELECT $columns FROM fresh) AS ledger_new OFFSET 0
        ) AS written (key, record, site, entry);
    ELSIF TG_OP = 'UPDATE' THEN
        IF NOT EXISTS (SELECT FROM fresh) THEN RETURN NULL; END IF;
        IF (SELECT count(*) FROM stale JOIN fresh USING ($key)) <> (SELECT count(*) FROM stale) THEN
            RAISE EXCEPTION 'The key of a row of $table never changes.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        opening := ledger.head('$table', 'update');
        INSERT INTO ledger.raw (at, relation, op, key, record, site, actor, payload, digest)
        SELECT clock_timestamp(), '$table', 'update', key, record, site, ledger.acting(), entry, ledger.sha256(entry)
        FROM (
            SELECT ledger_new.$key, $record, $site, opening || ',"key":' || ledger_new.$key || ',"old":' || (
                    SELECT coalesce(json_object_agg(was.key, was.value), '{}')
                    FROM json_each(row_to_json(ledger_old)) AS was
                    JOIN json_each(row_to_json(ledger_new)) AS becomes USING (key)
                    WHERE was.value::text <> becomes.value::text
                )::text || ',"new":' || row_to_json(ledger_new)::text || '}'
            FROM (SELECT $columns FROM stale) AS ledger_old
            JOIN (SELECT $columns FROM fresh) AS ledger_new ON ledger_new.$key = ledger_old.$key
            WHERE ledger_old.* IS DISTINCT FROM ledger_new.* OFFSET 0
        ) AS written (key, record, site, entry);
    ELSE
        IF NOT EXISTS (SELECT FROM stale) THEN RETURN NULL; END IF;
        opening := ledger.head('$table', 'delete');
        INSERT INTO ledger.raw (at, relation, op, key, record, site, actor, payload, digest)
        SELECT clock_timestamp(), '$table', 'delete', key, record, site, ledger.acting(), entry, ledger.sha256(entry)
        FROM (
            SELECT ledger_new.$key, $record, $site, opening || ',"key":' || ledger_new.$key
                || ',"old":' || row_to_json(ledger_new)::text || '}'
            FROM (SELECT $columns FROM stale) AS ledger_new OFFSET 0
        ) AS written (key, record, site, entry);
    END IF;
    RETURN NULL;
END
