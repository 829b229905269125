"""So many acknowledged writes under so many blows, then the oracle: short as a test, long as `make faults`."""

import itertools
import platform
import random
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import psycopg

from tests.faults import oracle
from tests.faults.blows import BLOWS, Recovery, strike
from tests.faults.load import Load
from tests.faults.rig import Rig, until

DRAINED = 180.0


@dataclass(frozen=True)
class Plan:
    """How many writes, and which blows in which order."""

    writes: int
    blows: tuple[str, ...]
    pause: float = 2.0


def full(writes: int = 10_000, blows: int = 50) -> Plan:
    """Every kind of blow in turn, in an order that is the same in each run."""
    kinds = list(itertools.islice(itertools.cycle(BLOWS), blows))
    random.Random(50).shuffle(kinds)
    return Plan(writes, tuple(kinds))


def carry_out(rig: Rig, plan: Plan, *, folder: Path) -> dict[str, Any]:
    """Run the plan. Gives what was measured; `writes.lost`, `doubled` and `half` are the oracle's."""
    began = time.monotonic()
    load = Load(rig, folder, wanted=plan.writes)
    load.start()
    recoveries = []
    for number, kind in enumerate(plan.blows):
        share = plan.writes * number // (len(plan.blows) + 1)
        until(lambda share=share: load.acknowledged >= share, seconds=600)
        time.sleep(plan.pause)
        recoveries.append(strike(rig, load, kind))
        print(f"{number + 1:3} {kind:14} {recoveries[-1].seconds:5.1f} s  {load.acknowledged} writes", flush=True)
    load.may_end.set()
    until(lambda: load.is_done, seconds=1800)
    load.join()
    drained = until(lambda: _is_drained(rig), seconds=DRAINED)
    found = oracle.verdict(rig, load)
    _doubt_the_oracle(rig, load)
    return {
        "writes": {"sent": len(load.log("sent")), "acknowledged": load.acknowledged, **found},
        "refused": sorted(set(load.refused))[:20],
        "blows": {kind: plan.blows.count(kind) for kind in BLOWS if kind in plan.blows},
        "recovery_seconds": {of: _summary(recoveries, of) for of in ("request", "task")},
        "outbox_empty_after_seconds": round(drained, 1),
        "duration_seconds": round(time.monotonic() - began),
        "versions": versions(rig),
    }


def _doubt_the_oracle(rig: Rig, load: Load) -> None:
    """It must miss what was never written."""
    before = oracle.verdict(rig, load)["lost"]
    load.clients[0].keep("sent", {"kind": "comment", "key": "never written"})
    load.clients[0].keep("told", {"kind": "comment", "key": "never written"})
    if oracle.verdict(rig, load)["lost"] != before + 1:
        raise AssertionError("The oracle does not see a loss.")


def _is_drained(rig: Rig) -> bool:
    try:
        return rig.sql("SELECT count(*) FROM jobs_outboxmessage WHERE done_at IS NULL AND parked_at IS NULL") == [(0,)]
    except psycopg.Error:
        return False


def _summary(recoveries: list[Recovery], of: str) -> dict[str, Any]:
    found = {kind: [r.seconds for r in recoveries if r.kind == kind and r.of == of] for kind in BLOWS}
    every = [seconds for some in found.values() for seconds in some]
    if not every:
        return {}
    return {
        "max": round(max(every), 1),
        "median": round(statistics.median(every), 1),
        "max_by_kind": {kind: round(max(some), 1) for kind, some in found.items() if some},
    }


def versions(rig: Rig) -> dict[str, str]:
    postgres = rig.sql("SHOW server_version")[0][0]
    with rig.broker() as client:
        broker = client.info("server")
    return {
        "postgresql": postgres,
        "broker": broker.get("valkey_version") or broker["redis_version"],
        "python": platform.python_version(),
        "django": django.__version__,
    }
