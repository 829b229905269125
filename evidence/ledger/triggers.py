"""Functions and triggers of the ledger: made after each migration, compared by `verify_ledger`.

Each watched table has a function of its own with its columns written out: nothing is looked up while rows are
written. Statement-level triggers with transition tables keep bulk work cheap; they refuse nothing when no row changed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from evidence.ledger.controlled import Table, tables

HERE = Path(__file__).parent
FUNCTIONS = (HERE / "functions.sql").read_text()
TEMPLATES = {
    name: Template((HERE / f"{name}.sql").read_text())
    for name in ("images", "appends", "baseline_images", "baseline_appends")
}
LEDGERS_OWN = ("raw", "shape", "epoch", "seal")
EVENTS = {
    "insert": "REFERENCING NEW TABLE AS fresh",
    "update": "REFERENCING OLD TABLE AS stale NEW TABLE AS fresh",
    "delete": "REFERENCING OLD TABLE AS stale",
}
SETTINGS = "SET search_path = pg_catalog, pg_temp"


@dataclass(frozen=True)
class Trigger:
    """One trigger as it must be: `definition` is everything after its name."""

    name: str
    relation: str
    definition: str

    @property
    def statement(self) -> str:
        when, rest = self.definition.split(" ON ", 1)
        return f"CREATE TRIGGER {self.name} {when} ON {rest}"


def function_name(table: Table) -> str:
    return f"ledger.capture_{table.name}"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def selected(table: Table) -> str:
    """The columns of an image; a secret one as its digest."""
    return ", ".join(
        f"encode(sha256(convert_to({quoted(name)}::text, 'UTF8')), 'hex') AS {quoted(name)}"
        if name in table.secret
        else quoted(name)
        for name in table.names
    )


def capture(table: Table, shape: int) -> str:
    """The body of a table's trigger function."""
    return _filled("appends" if table.append_only else "images", table, shape)


def baseline(table: Table, shape: int) -> str:
    """The statement that takes the present rows of a table into the ledger."""
    return _filled("baseline_appends" if table.append_only else "baseline_images", table, shape)


def _filled(name: str, table: Table, shape: int) -> str:
    row = "ledger_new"
    return TEMPLATES[name].substitute(
        table=table.name,
        key=quoted(table.key),
        columns=selected(table),
        record=f"{row}.{quoted(table.record)}" if table.record else "NULL::bigint",
        site=f"{row}.{quoted(table.site)}" if table.site else "NULL::bigint",
        changes=", ".join(map(_old_value, table.names)),
        line=appended_line(row, table.names),
        actor="nullif(current_setting('qms.actor', true), '')::bigint",
        digest="sha256(convert_to(entry, 'UTF8'))",
        shape=shape,
    )


def _old_value(name: str) -> str:
    """A column's old value as a member of a JSON object, NULL when it did not change."""
    column = quoted(name)
    member = f"""'{quoted(name)}:' || coalesce(to_json(ledger_old.{column})::text, 'null')"""
    return f"CASE WHEN ledger_old.{column} IS DISTINCT FROM ledger_new.{column} THEN {member} END"


def appended_line(row: str, names: list[str]) -> str:
    """The text of one appended row that the digest covers."""
    return f"ROW({', '.join(f'{row}.{quoted(name)}' for name in names)})::text"


def function(table: Table, shape: int) -> str:
    """The statement that makes a table's trigger function, as qms_ledger."""
    return (
        f"CREATE OR REPLACE FUNCTION {function_name(table)}() RETURNS trigger LANGUAGE plpgsql"
        f" SECURITY DEFINER {SETTINGS} AS $body${capture(table, shape)}$body$"
    )


def triggers(found: list[Table] | None = None) -> list[Trigger]:
    """Every trigger that must be there."""
    wanted = [trigger for table in (tables() if found is None else found) for trigger in _triggers(table)]
    return [*wanted, *(trigger for name in LEDGERS_OWN for trigger in _denials(f"ledger.{name}"))]


def _triggers(table: Table) -> Iterator[Trigger]:
    name = f"public.{table.name}"
    if not table.append_only:
        for event in EVENTS:
            yield _statement(event, table, name=f"ledger_{event}")
        yield _truncation(name)
        return
    if table.digested:
        yield _statement("insert", table, name="ledger_append")
    yield from _denials(name)


def _statement(event: str, table: Table, *, name: str) -> Trigger:
    relation, called = f"public.{table.name}", f"{function_name(table)}()"
    how = f"{EVENTS[event]} FOR EACH STATEMENT EXECUTE FUNCTION {called}"
    return Trigger(name, relation, f"AFTER {event.upper()} ON {relation} {how}")


def _denials(relation: str) -> Iterator[Trigger]:
    denied = "FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()"
    yield Trigger("ledger_deny", relation, f"BEFORE DELETE OR UPDATE ON {relation} {denied}")
    yield _truncation(relation)


def _truncation(relation: str) -> Trigger:
    return Trigger(
        "ledger_truncate",
        relation,
        f"BEFORE TRUNCATE ON {relation} FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()",
    )


PRESENT = """
SELECT trigger.tgname, namespace.nspname || '.' || relation.relname, trigger.tgenabled::text,
    pg_get_triggerdef(trigger.oid)
FROM pg_trigger AS trigger
JOIN pg_class AS relation ON relation.oid = trigger.tgrelid
JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
WHERE trigger.tgname LIKE 'ledger\\_%%' AND NOT trigger.tgisinternal
"""


def present(cursor: Any) -> dict[tuple[str, str], tuple[str, str]]:
    """(trigger, relation) → (how it is enabled, its definition in normal form)."""
    cursor.execute(PRESENT)
    return {(name, relation): (enabled, normal(text)) for name, relation, enabled, text in cursor.fetchall()}


def normal(definition: str) -> str:
    """A trigger's definition as PostgreSQL prints it and as we write it, made equal."""
    return re.sub(r"\s+", " ", definition.replace('"', "")).replace("CREATE TRIGGER", "").strip()


def is_right(trigger: Trigger, found: dict[tuple[str, str], tuple[str, str]]) -> bool:
    enabled, definition = found.get((trigger.name, trigger.relation), ("", ""))
    return enabled == "A" and definition == normal(trigger.statement)


BODY = re.compile(r"CREATE OR REPLACE FUNCTION (ledger\.\w+)\(.*?AS \$\$(.*?)\$\$;", re.DOTALL)


def released_bodies() -> Iterator[tuple[str, str]]:
    """(name, body) of the functions in functions.sql."""
    for found in BODY.finditer(FUNCTIONS):
        yield found.group(1), found.group(2)
