"""The benchmarks run from end to end with tiny sizes. Nothing is said about time."""

import json

import pytest

from benchmarks.__main__ import PAGE, RESULTS, page, run
from benchmarks.measuring import Figure, interleaved
from benchmarks.rig import Sizes
from tests.harness.servers import Handle

TINY = Sizes(
    small=120,
    large=240,
    people=12,
    learners=7,
    standards=5,
    rounds=1,
    warm_up=1,
    issues=1,
    write_seconds=0.05,
    insert_rows=100,
    ingest_rows=200,
    ingest_rounds=1,
    stream_few=50,
    stream_many=100,
    chart_few=30,
    chart_many=60,
    watches=3,
    points=60,
    evaluations=1,
)


def test_every_figure_is_measured_on_both_sides(harness: Handle, worker_id: str):
    found = run(harness, TINY, label=f"benchmark_{worker_id}")
    assert len({figure.name for figure in found}) == len(found) == 26
    assert all(figure.ours > 0 and figure.theirs > 0 for figure in found)
    assert set(json.loads(json.dumps(found[0].as_json()))) == {"name", "ratio", "bound", "ours", "theirs", "unit"}


def test_the_page_tells_what_was_measured():
    assert PAGE.read_text() == page(json.loads(RESULTS.read_text()))


def test_sides_take_turns():
    turns: list[str] = []
    taken = interleaved({"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}, rounds=2, warm_up=1)
    assert turns == ["a", "b"] * 3
    assert set(taken) == {"a", "b"}


@pytest.mark.parametrize(("ours", "held"), [(25.0, True), (25.1, False)])
def test_a_bound_is_held_up_to_itself(ours: float, held: bool):
    figure = Figure("list", 2.5, ours, 10.0)
    assert figure.is_held is held
    assert ("MISSED" in str(figure)) is not held
