
-- Body of the trigger function of an append-only table: one entry for each statement, whatever it appended.
DECLARE
    opening text;
    entry text;
    rows bigint;
    first bigint;
    belongs bigint;
BEGIN
    SELECT count(*), min(ledger_new.$key), min($record),
        ',"shape":$shape,"rows":' || count(*)
        || ',"keys":[' || string_agg(ledger_new.$key::text, ',' ORDER BY ledger_new.$key)
        || '],"digest":"' || encode(ledger.sha256(string_agg($line, E'\n' ORDER BY ledger_new.$key)), 'hex') || '"}'
    INTO rows, first, belongs, entry FROM fresh AS ledger_new;
    IF rows = 0 THEN RETURN NULL; END IF;
    entry := ledger.head('$table', 'append') || entry;
    IF rows > 1 THEN
        first := NULL;
        belongs := NULL;
    END IF;
    INSERT INTO ledger.raw (at, relation, op, key, record, actor, payload, digest)
    VALUES (clock_timestamp(), '$table', 'append', first, belongs, ledger.acting(), entry, ledger.sha256(entry));
    RETURN NULL;
END
