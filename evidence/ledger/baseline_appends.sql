-- All rows that an append-only table had before the ledger began, in one entry.
INSERT INTO ledger.raw (at, relation, op, actor, payload, digest)
SELECT clock_timestamp(), '$table', 'append', $actor, entry, $digest
FROM (
    SELECT (SELECT ledger.head('$table', 'append')) || ',"shape":$shape,"rows":' || count(*)
        || ',"keys":[' || string_agg(ledger_new.$key::text, ',' ORDER BY ledger_new.$key)
        || '],"digest":"'
        || encode(sha256(convert_to(string_agg($line, E'\n' ORDER BY ledger_new.$key), 'UTF8')), 'hex') || '"}'
    FROM public."$table" AS ledger_new HAVING count(*) > 0 OFFSET 0
) AS written (entry)
