"""What tests ask of the ledger, and what somebody who owns its tables could do to it."""

import json
import time

from django.db import connection, connections

from evidence.ledger import sealing, verifying

SEALED_WITHIN = 60  # another worker's long transaction may hold the sealer back
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
    """Seal until nothing is left over."""
    deadline = time.monotonic() + SEALED_WITHIN
    while time.monotonic() < deadline:
        sealing.seal()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), (SELECT sum(rows) FROM ledger.seal) FROM ledger.raw")
            there, sealed = cursor.fetchone()
        if there == sealed:
            return
        time.sleep(0.2)
    raise AssertionError("The sealer did not catch up.")


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
