"""What tests ask of the ledger, and what somebody who owns its tables could do to it."""

import json

from django.db import connection, connections

from evidence.ledger import sealing, verifying

SWITCHED = (
    "ledger.raw",
    "ledger.seal",
    "records_record",
    "people_appointment",
    "capa_historicalcapa",
    "evidence_event",
)


def entries(relation: str, op: str = "") -> list[dict]:
    """What the ledger has of a table, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT op, payload FROM ledger.raw WHERE relation = %s ORDER BY id", [relation])
        return [json.loads(payload) for found, payload in cursor.fetchall() if op in ("", found)]


def seal_all() -> None:
    """Seal everything. In a database of one's own the transactions of others need not be waited for."""
    sealing.seal()
    with connections["sealer"].cursor() as cursor:
        cursor.execute(
            "SELECT ledger.append_batch((SELECT max(n) FROM ledger.epoch), coalesce((SELECT xid_to FROM ledger.seal"
            " WHERE epoch = (SELECT max(n) FROM ledger.epoch) ORDER BY n DESC LIMIT 1), '0'::xid8),"
            " pg_snapshot_xmax(pg_current_snapshot()))"
        )
        cursor.execute("SELECT count(*), (SELECT sum(rows) FROM ledger.seal) FROM ledger.raw")
        there, sealed = cursor.fetchone()
    assert there == sealed


def owner(statement: str, *values: object) -> None:
    """A statement of somebody who owns the tables, with the triggers out of the way."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)


def faults() -> set[str]:
    return {f"{fault.check}: {fault.place}" for fault in verifying.verify(connection)}


def switch(how: str) -> None:
    for table in SWITCHED:
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE 'ledger%%'", [table]
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} {how} TRIGGER {name}")


def rewritten() -> None:
    """Take the last entries out and compute the rest of the chain again, correctly, as an owner could."""
    switch("DISABLE")
    owner("DELETE FROM ledger.seal WHERE n > 1")
    owner("DELETE FROM ledger.seal")
    owner("DELETE FROM ledger.raw WHERE relation = 'evidence_event'")
    switch("ENABLE ALWAYS")
    seal_all()
