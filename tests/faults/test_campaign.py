"""kill -9 under load: nothing that was acknowledged is lost. Short in `make test`, at length in `make faults`."""

import pytest

from tests.faults.campaign import Plan, carry_out, full
from tests.faults.conftest import FULL

SHORT = Plan(400, ("web worker", "postgres", "FLUSHALL", "web group", "valkey", "worker"), pause=0.5)
WELL = {"lost": 0, "doubled": 0, "half": 0}


@pytest.mark.xdist_group("faults")
def test_nothing_acknowledged_is_lost_doubled_or_half_written(rig, tmp_path, keep_result) -> None:
    """Blows of every kind while eight clients write; every recovery is short."""
    plan = full() if FULL else SHORT
    found = carry_out(rig, plan, folder=tmp_path / "log")
    keep_result("campaign", found)
    assert found["writes"]["acknowledged"] >= plan.writes
    assert {name: found["writes"][name] for name in WELL} == WELL
    assert found["refused"] == []
    assert found["recovery_seconds"]["request"]["max"] <= 30
    assert found["recovery_seconds"]["task"]["max"] <= 60
