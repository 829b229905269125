"""What it costs to take values in, end to end over HTTP, against COPY and one INSERT of the same rows.

Both sides write into the same server in turn, each round new events. Theirs is the least that keeps events apart: COPY
to a temporary table and INSERT … ON CONFLICT DO NOTHING into a table with the same unique index and nothing else.
"""

import http.client
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psycopg

from benchmarks.measuring import Figure, interleaved
from benchmarks.rig import Sizes, Visitor, workers
from tests.harness.servers import Handle

# A share of their rows a second is a bound on the ratio of the times.
BOUNDS = {"CSV": 2.0, "lines of JSON": 2.0, "JSON": 4.0}
TYPES = {"CSV": "text/csv", "lines of JSON": "application/x-ndjson", "JSON": "application/json"}
SETTINGS = "benchmarks.settings"
BLOCK = 64 * 1024
BEGUN = datetime(2025, 1, 1, tzinfo=UTC)
BARE = """
CREATE TABLE bare_measurement (source_id bigint, metric_id bigint, value numeric, observed_at timestamptz,
    source_event_id text);
CREATE UNIQUE INDEX ON bare_measurement (source_id, source_event_id);
"""
STAGE = "CREATE TEMPORARY TABLE staged (LIKE bare_measurement) ON COMMIT DROP"
COPY = "COPY staged FROM STDIN"
TAKE = "INSERT INTO bare_measurement SELECT * FROM staged ON CONFLICT DO NOTHING"

Row = tuple[str, str, str]  # event, value, time


def figures(handle: Handle, sizes: Sizes, database: str, session: str, told: dict[str, Any]) -> list[Figure]:
    """The time of each kind of body of as many rows, against the bare way; `told` is what `seed_ingestion` printed."""
    ways = {name: _bodies(name, told, sizes) for name in BOUNDS}
    bare = _bodies("bare", told, sizes)
    with _owner(handle, database) as connection, workers(handle, {"ours": (SETTINGS, database)}, session) as visitors:
        connection.execute(BARE)
        sides: dict[str, Callable[[], object]] = {"bare": lambda: _copy(connection, next(bare))}
        for name, bodies in ways.items():
            sides[name] = partial(_push, visitors["ours"], told["token"], TYPES[name], bodies, sizes.ingest_rows)
        taken = interleaved(sides, rounds=sizes.ingest_rounds, warm_up=1)
    return [
        Figure(f"{sizes.ingest_rows:,} values as {name}, against COPY and INSERT", bound, taken[name], taken["bare"])
        for name, bound in BOUNDS.items()
    ]


def _owner(handle: Handle, database: str) -> psycopg.Connection:
    return psycopg.connect(handle.cluster.url("owner", database).replace("postgres:", "postgresql:"), autocommit=True)


def _bodies(name: str, told: dict[str, Any], sizes: Sizes) -> Iterator[bytes]:
    """A body for each round, made before any is timed; no event comes twice."""
    made = [
        BODIES[name](told, rows(f"{name[:4]}-{number}", sizes.ingest_rows, begun=BEGUN + number * timedelta(days=30)))
        for number in range(sizes.ingest_rounds + 1)
    ]
    return iter(made)


def rows(label: str, count: int, *, begun: datetime) -> list[Row]:
    """A machine that measures every seven seconds."""
    return [
        (f"{label}-{n:07d}", f"{10 + n % 977 / 100:.2f}", (begun + n * timedelta(seconds=7)).isoformat())
        for n in range(count)
    ]


def _csv(told: dict[str, Any], rows: list[Row]) -> bytes:
    lines = [f"{told['metric']},{at},{value},{event}\n" for event, value, at in rows]
    return ("metric,observed_at,value,event_id\n" + "".join(lines)).encode()


def _objects(told: dict[str, Any], rows: list[Row]) -> list[str]:
    return [
        f'{{"metric": "{told["metric"]}", "observed_at": "{at}", "value": {value}, "event_id": "{event}"}}'
        for event, value, at in rows
    ]


def _bare(told: dict[str, Any], rows: list[Row]) -> bytes:
    same = f"{told['source_id']}\t{told['metric_id']}"
    return "".join([f"{same}\t{value}\t{at}\t{event}\n" for event, value, at in rows]).encode()


BODIES: dict[str, Callable[[dict[str, Any], list[Row]], bytes]] = {
    "CSV": _csv,
    "lines of JSON": lambda told, rows: "\n".join(_objects(told, rows)).encode(),
    "JSON": lambda told, rows: f"[{','.join(_objects(told, rows))}]".encode(),
    "bare": _bare,
}


def _push(visitor: Visitor, token: str, content_type: str, bodies: Iterator[bytes], expected: int) -> None:
    headers = {"Authorization": f"Token {token}", "Content-Type": content_type}
    visitor.connection.request("POST", "/api/v1/measurements/", next(bodies), headers)
    stored(visitor.connection.getresponse(), expected)


def stored(answer: http.client.HTTPResponse, expected: int) -> None:
    """Raises RuntimeError unless so many values were taken."""
    told = answer.read()
    if answer.status != http.client.CREATED or json.loads(told)["stored"] != expected:
        raise RuntimeError(f"The values were answered with {answer.status}: {told[:300]!r}")


def _copy(connection: psycopg.Connection, body: bytes) -> None:
    with connection.transaction():
        connection.execute(STAGE)
        with connection.cursor().copy(COPY) as copy:
            for start in range(0, len(body), BLOCK):
                copy.write(body[start : start + BLOCK])
        connection.execute(TAKE)
