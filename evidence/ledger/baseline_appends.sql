-- All rows that an append-only table had before the ledger began, in one entry.
DO $$do$$
DECLARE
    entry text;
BEGIN
    SELECT ledger.head('$table', 'append') || ',"shape":$shape,"rows":' || count(*)
        || ',"keys":[' || string_agg(ledger_new.$key::text, ',' ORDER BY ledger_new.$key)
        || '],"digest":"' || encode(ledger.sha256(string_agg($line, E'\n' ORDER BY ledger_new.$key)), 'hex') || '"}'
    INTO entry FROM public."$table" AS ledger_new HAVING count(*) > 0;
    IF entry IS NOT NULL THEN
        INSERT INTO ledger.raw (at, relation, op, actor, payload, digest)
        VALUES (clock_timestamp(), '$table', 'append', ledger.acting(), entry, ledger.sha256(entry));
    END IF;
END
$$do$$
