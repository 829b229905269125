"""Ways to hit the running system, and how long until it works again."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil
import redis

from tests.faults.load import Load
from tests.faults.rig import Rig, until

LONGEST = 120.0  # seconds to wait for a recovery before it is called none


@dataclass(frozen=True)
class Recovery:
    """A blow and the seconds until a request (`request`) or a task that nobody was told of (`task`) was done."""

    kind: str
    seconds: float
    of: str


def web_worker(rig: Rig) -> None:
    """The process that serves; its master starts another."""
    _kill(rig, "web", lambda main: main.children()[:1])


def web_main(rig: Rig) -> None:
    _kill(rig, "web", lambda main: [main])


def web_group(rig: Rig) -> None:
    _kill(rig, "web", _all_of)


def worker_main(rig: Rig) -> None:
    _kill(rig, "worker", lambda main: [main])


def worker_group(rig: Rig) -> None:
    _kill(rig, "worker", _all_of)


def postgres_main(rig: Rig) -> None:
    _kill(rig, "postgres", lambda main: [main])
    until(lambda: rig.process("postgres") is None, seconds=LONGEST, every=0.02)


def valkey(rig: Rig) -> None:
    _kill(rig, "valkey", lambda main: [main])


def flush_all(rig: Rig) -> None:
    with contextlib.suppress(redis.RedisError), rig.broker() as client:
        client.flushall()


BLOWS: dict[str, Callable[[Rig], None]] = {
    "web worker": web_worker,
    "web main": web_main,
    "web group": web_group,
    "worker": worker_main,
    "worker group": worker_group,
    "postgres": postgres_main,
    "valkey": valkey,
    "FLUSHALL": flush_all,
}
STOPS_TASKS = frozenset({"worker", "worker group", "valkey", "FLUSHALL"})


def strike(rig: Rig, load: Load, kind: str) -> Recovery:
    """One blow in the middle of the load, and its recovery."""
    moment = time.monotonic()
    BLOWS[kind](rig)
    if kind in STOPS_TASKS:
        return Recovery(kind, _task_done(rig), "task")
    if kind == "postgres":  # its orphans answer for a moment; what counts is the new server
        until(lambda: rig.process("postgres") is not None, seconds=LONGEST, every=0.02)
    ready = time.monotonic()
    until(lambda: load.is_done or load.recovered_after(ready) is not None, seconds=LONGEST)
    return Recovery(kind, ready - moment + (load.recovered_after(ready) or 0.0), "request")


def _task_done(rig: Rig) -> float:
    began = time.monotonic()
    message = rig.ask_for("faults.remark", record_id=rig.plant["record_id"], text=f"after a blow {began}")
    until(lambda: rig.done(message), seconds=LONGEST)
    return time.monotonic() - began


def _kill(rig: Rig, name: str, chosen: Callable[[psutil.Process], list[psutil.Process]]) -> None:
    """SIGKILL to some processes of a child, once it runs at all."""
    until(lambda: rig.process(name) is not None, seconds=LONGEST)
    process = rig.process(name)
    with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
        for victim in chosen(process) if process else []:
            os.kill(victim.pid, signal.SIGKILL)


def _all_of(main: psutil.Process) -> list[psutil.Process]:
    return [*main.children(recursive=True), main]
