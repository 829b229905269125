"""Two sizes of the same tests: those of `make test`, and with HOLDFAST_FAULTS=full those of `make faults`."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.faults.rig import Rig, running
from tests.harness.servers import Handle

FULL = os.environ.get("HOLDFAST_FAULTS") == "full"
PACE = {} if FULL else {"HOLDFAST_TICK": "3", "HOLDFAST_LEASE": "4"}  # a short run does not wait for the real clock
RESULTS = Path(__file__).with_name("results.json")


def sized(short: int, full: int) -> int:
    """How many in a run of this size."""
    return full if FULL else short


@pytest.fixture(scope="package")
def rig(harness: Handle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """All of Holdfast, started once. Tests that share it carry the mark `xdist_group("faults")`."""
    with running(tmp_path_factory.mktemp("rig") / "var", harness, pace=PACE) as rig:
        yield rig


@pytest.fixture
def keep_result() -> Callable[[str, Any], None]:
    """Write down what was measured; only a full run is kept."""

    def keep(name: str, found: Any) -> None:
        print(json.dumps({name: found}, indent=1))
        if FULL:
            known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
            load = round(os.getloadavg()[0], 1)
            known[name] = {**found, "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z", "load_average_at_end": load}
            RESULTS.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")

    return keep
