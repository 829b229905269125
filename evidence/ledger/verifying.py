"""Proves the ledger: that nothing was changed, taken out or slipped in since it was sealed, and nothing beside it.

Each check gives faults with the place where they were found. The same verdict, from a dump and without this
application, gives `deploy/verify_dump.py`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from evidence.ledger import anchors, triggers
from evidence.ledger.controlled import Table, tables
from evidence.ledger.installing import described

PATIENCE = 60  # seconds until a row that is not sealed is a fault
MOST = 20  # faults told of each kind


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was sealed. `place` names it: a ledger row, a batch, a table and key.

    `record` is the key of the record it belongs to, where the ledger knows.
    """

    check: str
    place: str
    what: str
    record: int | None = None


Check = Callable[[Any], Iterable["Fault"]]
_more: list[Check] = []


def register_check(check: Check) -> Check:
    """Have `check(cursor)` asked too: for what only a higher app knows, such as files."""
    if check not in _more:
        _more.append(check)
    return check


def verify(
    connection: Any,
    *,
    anchored: Path | None = None,
    heads: Iterable[anchors.Head] = (),
    patience: float = PATIENCE,
) -> list[Fault]:
    """All checks, in the order in which a fault of one would explain faults of the next.

    `patience`: seconds until a row that is not sealed is a fault.
    """
    with connection.cursor() as cursor:
        found = [fault for check in (*CHECKS, *_more) for fault in check(cursor)]
        found += check_sealed(cursor, patience=patience)
        found += [fault for head in heads for fault in check_head(cursor, head)]
        if anchored is not None:
            found += check_anchors(cursor, anchored)
    return found


def _rows(cursor: Any, statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    cursor.execute(f"{statement} LIMIT {MOST}", values or None)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


DIGESTS = """
SELECT id, relation, record FROM ledger.raw
WHERE digest <> sha256(convert_to(payload, 'UTF8'))
"""
SCOPES = """
SELECT id, relation, record FROM ledger.raw
WHERE relation IS DISTINCT FROM payload::json ->> 'table' OR op IS DISTINCT FROM payload::json ->> 'op'
   OR actor::text IS DISTINCT FROM payload::json ->> 'actor'
   OR xid::text IS DISTINCT FROM payload::json ->> 'transaction'
   OR op <> 'append' AND key::text IS DISTINCT FROM payload::json ->> 'key'
"""


def check_digests(cursor: Any) -> Iterator[Fault]:
    """Every payload against its digest, and the columns beside it against the payload."""
    for number, relation, record in _rows(cursor, DIGESTS):
        yield Fault("digest", f"ledger row {number} ({relation})", "its text is not what was written", record)
    for number, relation, record in _rows(cursor, SCOPES):
        yield Fault("columns", f"ledger row {number} ({relation})", "a column is not what its text says", record)


LINKS = """
WITH chain AS (
    SELECT seal.*, lag(seal.hash) OVER (ORDER BY seal.n) AS before, row_number() OVER (ORDER BY seal.n) AS place
    FROM ledger.seal AS seal
)
SELECT n FROM chain
WHERE n <> place OR previous IS DISTINCT FROM coalesce(before, sha256(''::bytea))
   OR hash IS DISTINCT FROM sha256(previous || convert_to(ledger.header(
        ROW(n, epoch, xid_from, xid_to, rows, content, previous, hash, at)::ledger.seal), 'UTF8'))
ORDER BY n
"""
CONTENTS = """
SELECT seal.n, seal.rows, found.rows
FROM ledger.seal AS seal CROSS JOIN LATERAL (
    SELECT count(*) AS rows, sha256(coalesce(string_agg(r.digest, ''::bytea ORDER BY r.id), ''::bytea)) AS content
    FROM ledger.rows_of(seal) AS r
) AS found
WHERE found.content <> seal.content OR found.rows <> seal.rows
ORDER BY seal.n
"""
RANGES = """
SELECT n FROM (
    SELECT n, xid_from, lag(xid_to) OVER (PARTITION BY epoch ORDER BY n) AS reached FROM ledger.seal
) AS chain WHERE reached IS NOT NULL AND xid_from <> reached ORDER BY n
"""


def check_chain(cursor: Any) -> Iterator[Fault]:
    """Every link of the chain, and the rows that each batch covers."""
    for (number,) in _rows(cursor, LINKS):
        yield Fault("chain", f"batch {number}", "its hash does not follow from the batch before")
    for number, sealed, found in _rows(cursor, CONTENTS):
        yield Fault("batch", f"batch {number}", f"it sealed {sealed} rows; {found} are there, or others")
    for (number,) in _rows(cursor, RANGES):
        yield Fault("range", f"batch {number}", "it does not begin where the batch before it ended")


UNSEALED = """
SELECT raw.id, raw.relation FROM ledger.raw AS raw
WHERE raw.at < clock_timestamp() - make_interval(secs => %s)
  AND raw.xid IS DISTINCT FROM pg_current_xact_id_if_assigned()
  AND raw.id > (SELECT above_id FROM ledger.epoch ORDER BY n DESC LIMIT 1)
  AND raw.xid >= coalesce((
    SELECT seal.xid_to FROM ledger.seal AS seal
    WHERE seal.epoch = (SELECT max(n) FROM ledger.epoch) ORDER BY seal.n DESC LIMIT 1), '0'::xid8)
ORDER BY raw.id
"""


def check_sealed(cursor: Any, *, patience: float = PATIENCE) -> Iterator[Fault]:
    """Nothing of a transaction that has ended waits longer than that for the sealer."""
    for number, relation in _rows(cursor, UNSEALED, [patience]):
        yield Fault("unsealed", f"ledger row {number} ({relation})", "no batch covers it: is the sealer running?")


def live_statement(table: Table) -> str:
    """Rows of a table that are not as the ledger last saw them."""
    name = f"public.{triggers.quoted(table.name)}"
    return f"""
WITH seen AS (
    SELECT DISTINCT ON (key) key, op, record, payload::jsonb -> 'new' AS image FROM ledger.raw
    WHERE relation = '{table.name}' ORDER BY key, id DESC
), live AS (
    SELECT row.{triggers.quoted(table.key)} AS key, row_to_json(row)::jsonb AS image
    FROM (SELECT {triggers.selected(table)} FROM {name}) AS row
)
SELECT coalesce(seen.key, live.key), CASE
    WHEN live.key IS NULL THEN 'it is gone, and the ledger knows of no deletion'
    WHEN seen.key IS NULL OR seen.op = 'delete' THEN 'it is there, and the ledger knows nothing of it'
    ELSE 'it is not what was written last' END, seen.record
FROM seen FULL JOIN live ON live.key = seen.key
WHERE (live.key IS NULL) <> (seen.key IS NULL OR seen.op = 'delete') OR live.image <> seen.image
"""


def appended_statement(table: Table, shape: int, names: list[str]) -> str:
    """Entries of an append-only table whose rows are no longer what was appended."""
    key = triggers.quoted(table.key)
    lines = f"string_agg({triggers.appended_line('row', names)}, E'\\n' ORDER BY row.{key})"
    return f"""
SELECT entry.id, entry.rows, found.rows FROM (
    SELECT id, (said ->> 'rows')::bigint AS rows, said -> 'keys' AS keys, said ->> 'digest' AS digest
    FROM (SELECT id, payload::json AS said FROM ledger.raw WHERE relation = '{table.name}' AND op = 'append') AS raw
    WHERE (said ->> 'shape')::int = {shape}
) AS entry CROSS JOIN LATERAL (
    SELECT count(*) AS rows, encode(sha256(convert_to({lines}, 'UTF8')), 'hex') AS digest
    FROM json_array_elements_text(entry.keys) AS wanted
    JOIN public.{triggers.quoted(table.name)} AS row ON row.{key} = wanted::bigint
) AS found
WHERE found.rows <> entry.rows OR found.digest IS DISTINCT FROM entry.digest
"""


def uncovered_statement(table: Table) -> str:
    """Rows of an append-only table that no entry names."""
    key = triggers.quoted(table.key)
    return f"""
SELECT row.{key} FROM public.{triggers.quoted(table.name)} AS row
LEFT JOIN (
    SELECT wanted::bigint AS key
    FROM ledger.raw, LATERAL json_array_elements_text(payload::json -> 'keys') AS wanted
    WHERE relation = '{table.name}' AND op = 'append'
) AS covered ON covered.key = row.{key}
WHERE covered.key IS NULL
"""


def check_live(cursor: Any) -> Iterator[Fault]:
    """Every controlled row against its last image."""
    for table in tables():
        if not table.append_only:
            for key, what, record in _rows(cursor, live_statement(table)):
                yield Fault("live", f"{table.name} {key}", what, record)


def check_appended(cursor: Any) -> Iterator[Fault]:
    """Every row of history, every event and every signature against the digest of its entry."""
    cursor.execute("SELECT id, relation, columns FROM ledger.shape ORDER BY id")
    known = {table.name: table for table in tables() if table.append_only and table.digested}
    for shape, relation, columns in cursor.fetchall():
        if relation in known:
            yield from _appended(cursor, known[relation], shape, [column.split(" ")[0] for column in columns])
    for table in known.values():
        for (key,) in _rows(cursor, uncovered_statement(table)):
            yield Fault("appended", f"{table.name} {key}", "the ledger knows nothing of it")


def _appended(cursor: Any, table: Table, shape: int, names: list[str]) -> Iterator[Fault]:
    if set(names) - set(table.names):
        yield Fault("shape", table.name, "a column that the ledger covers is gone")
        return
    for number, wanted, found in _rows(cursor, appended_statement(table, shape, names)):
        what = f"of {wanted} rows {found} are left" if found != wanted else "a row is not what was appended"
        yield Fault("appended", f"{table.name}, ledger row {number}", what)


BODIES = """
SELECT namespace.nspname || '.' || function.proname, function.prosrc, role.rolname
FROM pg_proc AS function JOIN pg_namespace AS namespace ON namespace.oid = function.pronamespace
JOIN pg_roles AS role ON role.oid = function.proowner
WHERE namespace.nspname = 'ledger'
"""


def check_triggers(cursor: Any) -> Iterator[Fault]:
    """Triggers there, always on and as released; functions with the bodies that this release has."""
    present = triggers.present(cursor)
    for trigger in triggers.triggers():
        if not triggers.is_right(trigger, present):
            yield Fault("trigger", f"{trigger.name} on {trigger.relation}", "it is missing, changed or switched off")
    cursor.execute("SELECT relation, max(id) FROM ledger.shape GROUP BY relation")
    shapes = dict(cursor.fetchall())
    cursor.execute(BODIES)
    bodies = {name: (body, owner) for name, body, owner in cursor.fetchall()}
    for name, wanted in _bodies(shapes):
        if bodies.get(name) != (wanted, "qms_ledger"):
            yield Fault("function", name, "its body is not that of this release")


def _bodies(shapes: dict[str, int]) -> Iterator[tuple[str, str]]:
    for table in tables():
        if not table.append_only or table.digested:
            yield triggers.function_name(table), triggers.capture(table, shapes.get(table.name, 0))
    yield from triggers.released_bodies()


GRANTS = """
SELECT role, relation, may FROM unnest(ARRAY['qms_app', 'qms_reader']) AS role, unnest(%s::text[]) AS relation,
    unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS may
WHERE (may <> 'INSERT' OR relation LIKE 'ledger.%%') AND CASE
    WHEN may IN ('INSERT', 'UPDATE') THEN has_any_column_privilege(role, relation, may)
    ELSE has_table_privilege(role, relation, may) END
"""
ROLES = """
SELECT rolname FROM pg_roles
WHERE rolname IN ('qms_app', 'qms_sealer', 'qms_reader')
  AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication
       OR pg_has_role(rolname, 'qms_ledger', 'member') OR pg_has_role(rolname, 'qms_owner', 'member'))
"""
COLUMNS = """
SELECT relation, columns FROM (
    SELECT DISTINCT ON (relation) relation, columns FROM ledger.shape ORDER BY relation, id DESC
) AS last
"""


def check_privileges(cursor: Any) -> Iterator[Fault]:
    """The application may append, and nothing else; it is nobody else either."""
    closed = [f"public.{table.name}" for table in tables() if table.append_only]
    closed += [f"ledger.{name}" for name in triggers.LEDGERS_OWN]
    for role, name, privilege in _rows(cursor, GRANTS, [closed]):
        yield Fault("privilege", name, f"{role} may {privilege}")
    for (role,) in _rows(cursor, ROLES):
        yield Fault("role", role, "it may more than a login of the application needs")
    cursor.execute(COLUMNS)
    known = dict(cursor.fetchall())
    for table in tables():
        if known.get(table.name) != described(table):
            yield Fault("shape", table.name, "the ledger does not cover the columns of this release: migrate")


def check_head(cursor: Any, head: anchors.Head) -> Iterator[Fault]:
    """A head that somebody kept: printed on a PDF, or anchored."""
    cursor.execute("SELECT encode(hash, 'hex') FROM ledger.seal WHERE n = %s", [head.batch])
    row = cursor.fetchone()
    if row is None:
        yield Fault("anchor", f"batch {head.batch}", "it is gone: the end of the chain was cut off")
    elif row[0] != head.hash:
        yield Fault(
            "anchor", f"batch {head.batch}", "its hash is not the one that was anchored: the chain was rewritten"
        )


def check_anchors(cursor: Any, path: Path) -> list[Fault]:
    """The anchor file: every line signed by the sealer's key, every head in the chain."""
    try:
        key = anchors.public_key(anchors.public_path(settings.LEDGER_ANCHOR_KEY))
        heads = list(anchors.read(path, key))
    except anchors.BadAnchor as bad:
        return [Fault("anchor", path.name, str(bad))]
    except ValueError:
        return [Fault("anchor", path.name, "it, or the key, is not what the sealer wrote")]
    except OSError as missing:
        return [Fault("anchor", path.name, f"it cannot be read: {missing.strerror}")]
    found = [fault for head in heads for fault in check_head(cursor, head)]
    batches = [head.batch for head in heads]
    if batches != sorted(batches):
        found.append(Fault("anchor", path.name, "its lines are out of order"))
    return found[:MOST]


CHECKS = (check_triggers, check_privileges, check_digests, check_chain, check_live, check_appended)
