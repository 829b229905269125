
-- Body of the trigger function of a controlled table; triggers.py fills the names in. One statement for each event:
-- the opening is computed once, and only when a row was written. A changed key leaves no image, which is refused.
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO ledger.raw (at, relation, op, key, record, site, actor, payload, digest)
        SELECT clock_timestamp(), '$table', 'insert', key, record, site, $actor, entry, $digest
        FROM (
            SELECT ledger_new.$key, $record, $site, (SELECT ledger.head('$table', 'insert'))
                || ',"key":' || ledger_new.$key || ',"new":' || row_to_json(ledger_new)::text || '}'
            FROM (SELECT $columns FROM fresh) AS ledger_new OFFSET 0
        ) AS written (key, record, site, entry);
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO ledger.raw (at, relation, op, key, record, site, actor, payload, digest)
        SELECT clock_timestamp(), '$table', 'update', key, record, site, $actor, entry, $digest
        FROM (
            SELECT ledger_new.$key, $record, $site, (SELECT ledger.head('$table', 'update'))
                || ',"key":' || ledger_new.$key || ',"old":{' || concat_ws(',', $changes) || '},"new":'
                || row_to_json(ledger_new)::text || '}'
            FROM (SELECT $columns FROM stale) AS ledger_old
            LEFT JOIN (SELECT $columns FROM fresh) AS ledger_new ON ledger_new.$key = ledger_old.$key
            WHERE ledger_old.* IS DISTINCT FROM ledger_new.* OFFSET 0
        ) AS written (key, record, site, entry);
    ELSE
        INSERT INTO ledger.raw (at, relation, op, key, record, site, actor, payload, digest)
        SELECT clock_timestamp(), '$table', 'delete', key, record, site, $actor, entry, $digest
        FROM (
            SELECT ledger_new.$key, $record, $site, (SELECT ledger.head('$table', 'delete'))
                || ',"key":' || ledger_new.$key || ',"old":' || row_to_json(ledger_new)::text || '}'
            FROM (SELECT $columns FROM stale) AS ledger_new OFFSET 0
        ) AS written (key, record, site, entry);
    END IF;
    RETURN NULL;
END
