"""What the web process holds of one streamed request, however long it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.ingestion import BEGUN, BODIES, SETTINGS, TYPES, rows, stored
from benchmarks.measuring import Figure
from benchmarks.rig import Sizes, Visitor, workers
from tests.harness.servers import Handle

BOUND = 1.25
MEGABYTES = "MB"
PIECE = 10_000  # rows made at a time, so that this process holds no more than the other
NEW_PEAK = "5"  # what makes Linux forget the highest that a process ever held


def figures(handle: Handle, sizes: Sizes, database: str, session: str, told: dict[str, Any]) -> list[Figure]:
    """The most that is held while many lines come in one request, against few."""
    found = []
    for name in ("CSV", "lines of JSON"):
        with workers(handle, {"ours": (SETTINGS, database)}, session) as visitors:
            few, many = (_peak(visitors["ours"], told, name, count) for count in (sizes.stream_few, sizes.stream_many))
        title = f"memory for {sizes.stream_many:,} values as {name} in one request"
        found.append(Figure(title, BOUND, many, few, MEGABYTES))
    return found


def _peak(visitor: Visitor, told: dict[str, Any], name: str, count: int) -> float:
    Path(f"/proc/{visitor.pid}/clear_refs").write_text(NEW_PEAK)
    headers = {"Authorization": f"Token {told['token']}", "Content-Type": TYPES[name], "Transfer-Encoding": "chunked"}
    pieces = _pieces(told, name, count)
    visitor.connection.request("POST", "/api/v1/measurements/", pieces, headers, encode_chunked=True)
    stored(visitor.connection.getresponse(), count)
    status = Path(f"/proc/{visitor.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _pieces(told: dict[str, Any], name: str, count: int) -> Iterator[bytes]:
    for start in range(0, count, PIECE):
        body = BODIES[name](told, rows(f"m{name[:2]}{count}-{start}", min(PIECE, count - start), begun=BEGUN))
        yield body.partition(b"\n")[2] if start and name == "CSV" else body + b"\n" * (name != "CSV")
