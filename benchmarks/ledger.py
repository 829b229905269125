"""What the ledger costs: an audited write, a large insert, and the proof.

Both sides run in databases with the same plant: in one the ledger's triggers work, in the other they are switched off.
"""

import random
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psycopg

from benchmarks.measuring import Figure, interleaved
from benchmarks.rig import Sizes, command
from evidence.ledger.verifying import CONTENTS, DIGESTS, LINKS
from tests.harness.servers import Handle

CLIENTS = 8
ACTIONS = 1_000
WRITE_BOUND, STATEMENTS_BOUND, INSERT_BOUND, VERIFY_ROWS_A_SECOND = 1.25, 2.5, 6.0, 100_000

WHO = "SELECT set_config('qms.actor', '1', true), set_config('qms.actor_name', 'benchmark', true)"
FILL = """
INSERT INTO records_action (uuid, record_id, topic, what, who_id, due, status, opened_at, result)
SELECT gen_random_uuid(), (SELECT min(id) FROM records_record), '', 'Mark the gauge ' || n,
       (SELECT min(id) FROM people_user), date '2027-01-01', 'open', now(), ''
FROM generate_series(1, %s) AS n
"""
REMEMBER = """
INSERT INTO records_historicalaction (id, uuid, record_id, topic, what, who_id, due, status, opened_at, done_at, result,
    verified_at, verified_by_id, history_date, history_type, history_user_id, actor_name, request_id)
SELECT id, uuid, record_id, topic, what, who_id, due, status, opened_at, done_at, result, verified_at, verified_by_id,
    now(), %s, 1, 'benchmark', '' FROM records_action
"""
CHANGE = "UPDATE records_action SET what = %s WHERE id = %s"


def figures(handle: Handle, sizes: Sizes, source: str, *, label: str) -> list[Figure]:
    """All figures of the ledger, on two copies of the database `source`."""
    with _sides(handle, source, label) as (audited, bare):
        return [
            _change(handle, audited, bare, seconds=sizes.write_seconds),
            _write(handle, audited, bare, seconds=sizes.write_seconds),
            _insert(handle, audited, bare, sizes),
            _proof(handle, audited, sizes),
        ]


@contextmanager
def _sides(handle: Handle, source: str, label: str) -> Iterator[tuple[str, str]]:
    names = (f"{label}_audited", f"{label}_bare")
    try:
        for name in names:
            handle.cluster.drop_database(name)
            handle.cluster.clone_database(source, name)
        _switch_off(handle, names[1])
        for name in names:
            with _connect(handle, name) as connection:
                _transaction(connection, (FILL, [ACTIONS]))
        yield names
    finally:
        for name in names:
            handle.cluster.drop_database(name)


def _switch_off(handle: Handle, database: str) -> None:
    with _connect(handle, database, role="owner") as connection:
        found = connection.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'ledger\\_%'"
        ).fetchall()
        for table, trigger in found:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


def _connect(handle: Handle, database: str, *, role: str = "app") -> psycopg.Connection:
    return psycopg.connect(handle.cluster.url(role, database).replace("postgres:", "postgresql:"), autocommit=True)


def _transaction(connection: psycopg.Connection, *statements: tuple[str, list]) -> None:
    with connection.transaction():
        connection.execute(WHO)
        for statement, values in statements:
            connection.execute(statement, values)


def _change(handle: Handle, audited: str, bare: str, *, seconds: float) -> Figure:
    """A document changed through the service by eight clients at once, with and without the ledger's triggers."""
    options = ("--clients", str(CLIENTS), "--seconds", str(seconds))
    taken: dict[str, list[float]] = {audited: [], bare: []}
    for _round in range(3):
        for name, times in taken.items():
            times.append(float(command(handle, name, "time_write", *options)))
    ours, theirs = statistics.median(taken[audited]), statistics.median(taken[bare])
    return Figure(f"audited write, {CLIENTS} clients, against one without ledger", WRITE_BOUND, ours, theirs)


def _write(handle: Handle, audited: str, bare: str, *, seconds: float) -> Figure:
    """The statements alone: one row changed, with its history, by eight clients at once. On two busy cores this is what
    the triggers cost of the processor, not what a person waits longer."""
    taken: dict[str, list[float]] = {audited: [], bare: []}
    with ExitStack() as stack, ThreadPoolExecutor(CLIENTS) as pool:
        clients = {name: [stack.enter_context(_connect(handle, name)) for _client in range(CLIENTS)] for name in taken}
        for number in range(6):
            for name, connections in clients.items():
                found = [time_ for times in pool.map(lambda c: _busy(c, seconds), connections) for time_ in times]
                taken[name] += found if number else []  # the first round warms up
    ours, theirs = statistics.median(taken[audited]), statistics.median(taken[bare])
    return Figure(f"the bare statements of a write, {CLIENTS} clients, likewise", STATEMENTS_BOUND, ours, theirs)


def _busy(connection: psycopg.Connection, seconds: float) -> list[float]:
    keys = [key for (key,) in connection.execute("SELECT id FROM records_action ORDER BY id LIMIT %s", [ACTIONS])]
    found, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        key, began = random.choice(keys), time.perf_counter()  # noqa: S311  no secret
        remember = (f"{REMEMBER} WHERE id = %s", ["~", key])
        _transaction(connection, (CHANGE, [f"Mark the gauge {time.perf_counter_ns()}", key]), remember)
        found.append((time.perf_counter() - began) * 1000)
    return found


def _insert(handle: Handle, audited: str, bare: str, sizes: Sizes) -> Figure:
    """Many rows in one transaction: with history and ledger, against the rows alone."""
    with _connect(handle, audited) as ours, _connect(handle, bare) as theirs:
        fill = (FILL, [sizes.insert_rows])
        remember = (f"{REMEMBER} WHERE id > (SELECT max(id) - %s FROM records_action)", ["+", sizes.insert_rows])
        taken = interleaved(
            {"ours": lambda: _transaction(ours, fill, remember), "theirs": lambda: _transaction(theirs, fill)},
            rounds=sizes.issues, warm_up=1,
        )  # fmt: skip
    name = f"insert of {sizes.insert_rows:,} rows with history and ledger, against bare"
    return Figure(name, INSERT_BOUND, taken["ours"], taken["theirs"])


def _proof(handle: Handle, audited: str, sizes: Sizes) -> Figure:
    """Digests and links of the whole ledger in SQL, against the time that 100,000 rows a second allow."""
    command(handle, audited, "seal", "--once")
    with _connect(handle, audited) as connection:
        rows = connection.execute("SELECT count(*) FROM ledger.raw").fetchone()
        assert rows is not None
        taken = interleaved({"ours": lambda: _prove(connection)}, rounds=sizes.issues, warm_up=1)
    allowed = rows[0] / VERIFY_ROWS_A_SECOND * 1000
    return Figure(f"verify digests and links of {rows[0]:,} entries, against allowed", 1.0, taken["ours"], allowed)


def _prove(connection: psycopg.Connection) -> None:
    for statement in (DIGESTS, LINKS, CONTENTS):
        if connection.execute(statement).fetchall():
            raise RuntimeError("The ledger of the benchmark is not whole.")
