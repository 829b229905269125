
-- Body of the trigger function of an append-only table: one entry for each statement, whatever it appended.
BEGIN
    INSERT INTO ledger.raw (at, relation, op, key, record, actor, payload, digest)
    SELECT clock_timestamp(), '$table', 'append', CASE WHEN rows = 1 THEN key END, CASE WHEN rows = 1 THEN record END,
        $actor, entry, $digest
    FROM (
        SELECT count(*), min(ledger_new.$key), min($record), (SELECT ledger.head('$table', 'append'))
            || ',"shape":$shape,"rows":' || count(*)
            || ',"keys":[' || string_agg(ledger_new.$key::text, ',' ORDER BY ledger_new.$key)
            || '],"digest":"'
            || encode(sha256(convert_to(string_agg($line, E'\n' ORDER BY ledger_new.$key), 'UTF8')), 'hex') || '"}'
        FROM fresh AS ledger_new HAVING count(*) > 0 OFFSET 0
    ) AS written (rows, key, record, entry);
    RETURN NULL;
END
