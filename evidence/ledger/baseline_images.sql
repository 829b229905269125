-- All present rows of a controlled table: at the ledger's beginning, and when the table's columns change.
INSERT INTO ledger.raw (at, relation, op, key, record, site, actor, payload, digest)
SELECT clock_timestamp(), '$table', 'baseline', key, record, site, $actor, entry, $digest
FROM (
    SELECT ledger_new.$key, $record, $site, (SELECT ledger.head('$table', 'baseline'))
        || ',"key":' || ledger_new.$key || ',"new":' || row_to_json(ledger_new)::text || '}'
    FROM (SELECT $columns FROM public."$table") AS ledger_new OFFSET 0
) AS written (key, record, site, entry)
