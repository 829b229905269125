"""The comparison of detectors: small, and with what must be so whatever the seed."""

import numpy as np

from benchmarks import kinds
from benchmarks.detectors import TOOLS, compare, spec, table


def test_each_kind_of_values_loss_and_season_has_its_row():
    rng = np.random.default_rng(1)
    assert len([*kinds.held(rng, each=1)]) == 2 + len(kinds.HELD)
    assert len([*kinds.lost(rng, each=1)]) == 2 + len(kinds.LOST)
    assert len([*kinds.seasons(rng, each=1)]) == 2 + len(kinds.SEASONS)


def test_every_tool_sees_the_same_series_and_has_its_row():
    lines = compare(1)
    assert [line.tool for line in lines] == list(TOOLS)
    assert len(list(table(lines))) == len(TOOLS) + 2
    by_name = {line.tool: line for line in lines}
    assert by_name["red when worse than the target"].delay < by_name["Holdfast RED"].delay
    assert by_name["Holdfast RED"].false_alarms < 0.3 < by_name["Western Electric 1 to 4"].false_alarms
    assert compare(1) == lines
    assert len(spec(lines)["data"]["values"]) == len(TOOLS)
