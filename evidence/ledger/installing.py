"""Brings functions, triggers and privileges of the ledger into the shape that the models ask for.

Run by the owner after each migration; changes nothing that is right already, so it locks nothing on a second run.
"""

from typing import Any

from django.db import connections, transaction

from evidence.context import Actor, AuditContext, in_force
from evidence.ledger import triggers
from evidence.ledger.controlled import Table, tables

MIGRATION = AuditContext(Actor(None, "migration"), reason="migrate")
SEALING = "ledger.seal_rows(), ledger.append_batch(integer, xid8, xid8)"


def install(using: str, **_: Any) -> None:
    """Everything, in one transaction."""
    connection = connections[using]
    with in_force(MIGRATION), transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('ledger.raw') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return  # migrated backwards, or in part
        here = set(connection.introspection.table_names())
        found = [table for table in tables() if table.name in here]
        _announce(cursor)
        changed = _shapes(cursor, found)
        _functions(cursor, found)
        _baselines(cursor, changed)
        _triggers(cursor, found)


def _announce(cursor: Any) -> None:
    """The actor, also on a connection that is not the default one."""
    cursor.execute("SELECT set_config('qms.actor_name', %s, true)", [MIGRATION.actor.name])


def _shapes(cursor: Any, found: list[Table]) -> list[Table]:
    """Write down the columns of tables that are new or have changed. Returns those."""
    cursor.execute("SELECT DISTINCT ON (relation) relation, columns FROM ledger.shape ORDER BY relation, id DESC")
    known = dict(cursor.fetchall())
    changed = [table for table in found if known.get(table.name) != described(table)]
    _as_ledger(cursor)
    for table in changed:
        cursor.execute("INSERT INTO ledger.shape (relation, columns) VALUES (%s, %s)", [table.name, described(table)])
    cursor.execute("RESET ROLE")
    return changed


def described(table: Table) -> list[str]:
    """The columns that the ledger covers, each with its type."""
    return [f"{name} {kind}{' secret' if name in table.secret else ''}" for name, kind in table.columns]


def shapes(cursor: Any) -> dict[str, int]:
    """The present shape of each table."""
    cursor.execute("SELECT relation, max(id) FROM ledger.shape GROUP BY relation")
    return dict(cursor.fetchall())


def _as_ledger(cursor: Any) -> None:
    cursor.execute("SET LOCAL ROLE qms_ledger")


def _functions(cursor: Any, found: list[Table]) -> None:
    numbers = shapes(cursor)
    _as_ledger(cursor)
    cursor.execute(triggers.FUNCTIONS)
    for table in found:
        if not table.append_only or table.digested:
            cursor.execute(triggers.function(table, numbers[table.name]))
    cursor.execute(f"REVOKE EXECUTE ON FUNCTION {SEALING} FROM PUBLIC")
    cursor.execute(f"GRANT EXECUTE ON FUNCTION {SEALING} TO qms_sealer")
    cursor.execute("RESET ROLE")


def _baselines(cursor: Any, changed: list[Table]) -> None:
    """What was there before the ledger, or before its table had these columns."""
    cursor.execute("SELECT DISTINCT relation FROM ledger.raw WHERE op = 'append'")
    begun = {name for (name,) in cursor.fetchall()}
    numbers = shapes(cursor)
    for table in changed:
        if not table.append_only or (table.digested and table.name not in begun):
            cursor.execute(triggers.baseline(table, numbers[table.name]))


def _triggers(cursor: Any, found: list[Table]) -> None:
    present = triggers.present(cursor)
    wanted = triggers.triggers(found)
    for trigger in wanted:
        if not triggers.is_right(trigger, present):
            _make(cursor, trigger, replace=(trigger.name, trigger.relation) in present)
    for name, relation in present.keys() - {(trigger.name, trigger.relation) for trigger in wanted}:
        cursor.execute(f"DROP TRIGGER {name} ON {relation}")


def _make(cursor: Any, trigger: triggers.Trigger, *, replace: bool) -> None:
    if trigger.relation.startswith("ledger."):
        _as_ledger(cursor)
    if replace:
        cursor.execute(f"DROP TRIGGER {trigger.name} ON {trigger.relation}")
    cursor.execute(trigger.statement)
    cursor.execute(f"ALTER TABLE {trigger.relation} ENABLE ALWAYS TRIGGER {trigger.name}")
    cursor.execute("RESET ROLE")


def begin_again(using: str, emptied: list[str]) -> None:
    """Empty these tables and the ledger with them: for the owner of a demo database, which proves nothing."""
    connection = connections[using]
    relations = [f"public.{connection.ops.quote_name(name)}" for name in emptied]
    relations += [f"ledger.{name}" for name in ("raw", "seal", "epoch")]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        guarded = [relation for name, relation in triggers.present(cursor) if name == "ledger_truncate"]
        for relation in guarded:
            cursor.execute(f"ALTER TABLE {relation} DISABLE TRIGGER ledger_truncate")
        cursor.execute(f"TRUNCATE {', '.join(relations)} RESTART IDENTITY CASCADE")
        for relation in guarded:
            cursor.execute(f"ALTER TABLE {relation} ENABLE ALWAYS TRIGGER ledger_truncate")
        _as_ledger(cursor)
        cursor.execute("INSERT INTO ledger.epoch (n, above_id, reason) VALUES (1, 0, 'a demo plant made again')")
        cursor.execute("RESET ROLE")
        _announce(cursor)
        _baselines(cursor, [table for table in tables() if table.name not in emptied])
