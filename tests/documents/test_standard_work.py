"""The combination table and the balance of workers: what the figures of a standard-work sheet must always say."""

from decimal import Decimal
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.standard_work import Element, Work, sheet

SECONDS = st.decimals(min_value=0, max_value=600, places=1)
ELEMENTS = st.lists(
    st.builds(
        Element,
        no=st.integers(1, 99),
        what=st.just("Do it"),
        worker=st.integers(1, 4),
        manual=SECONDS,
        automatic=SECONDS,
        walk=SECONDS,
    ),
    max_size=12,
)
TAKTS = st.decimals(min_value=Decimal("0.1"), max_value=900, places=1)


def element(no, worker=1, manual=0, automatic=0, walk=0):
    return Element(no, f"Step {no}", worker, Decimal(manual), Decimal(automatic), Decimal(walk))


def test_a_worker_waits_for_the_machine_that_takes_longer_than_the_round():
    made = sheet([element(1, manual=10, automatic=40, walk=3), element(2, manual=15, walk=2)], Decimal(60))
    load = made.loads[0]
    assert (load.manual, load.walk, load.wait, load.cycle) == (25, 5, 20, 50)
    assert [(bar.work, bar.start, bar.end) for bar in made.bars] == [
        (Work.MANUAL, 0, 10), (Work.AUTOMATIC, 10, 50), (Work.WALK, 10, 13), (Work.MANUAL, 13, 28),
        (Work.WALK, 28, 30), (Work.WAIT, 30, 50),
    ]  # fmt: skip


def test_two_workers_share_the_work_and_one_of_them_is_over_the_takt():
    made = sheet([element(1, 1, manual=50), element(2, 2, manual=70)], Decimal(60))
    assert (made.over, made.operators, made.cycle) == ((2,), 2, 70)


def test_a_sheet_without_a_takt_counts_no_operators():
    assert sheet([element(1, manual=5)]).operators is None


def test_there_is_no_takt_of_no_time():
    with pytest.raises(ValueError, match="takt"):
        sheet([], Decimal(0))


@given(ELEMENTS, TAKTS)
def test_the_cycle_is_manual_and_walking_time_and_the_wait_for_machines(elements, takt):
    for load in sheet(elements, takt).loads:
        own = [one for one in elements if one.worker == load.worker]
        work = sum(one.manual + one.walk for one in own)
        assert load.cycle == load.manual + load.walk + load.wait
        assert load.cycle == max([work, *(one.manual + one.automatic for one in own)])


@given(ELEMENTS, TAKTS)
def test_so_many_operators_carry_the_work_and_one_less_does_not(elements, takt):
    work = sum((one.manual + one.walk for one in elements), Decimal(0))
    needed = sheet(elements, takt).operators
    assert needed == ceil(work / takt)
    assert needed * takt >= work
    assert work == 0 or (needed - 1) * takt < work


@given(ELEMENTS)
def test_a_worker_does_one_thing_at_a_time_and_no_machine_runs_before_it_is_loaded(elements):
    made = sheet(elements)
    for load in made.loads:
        hands = [bar for bar in made.bars if bar.worker == load.worker and bar.work != Work.AUTOMATIC]
        assert sum((bar.end - bar.start for bar in hands), Decimal(0)) == load.cycle
        assert all(before.end == after.start for before, after in pairwise(hands))
        machines = [bar for bar in made.bars if bar.worker == load.worker and bar.work == Work.AUTOMATIC]
        assert all(bar.end - bar.start <= load.cycle for bar in machines)


@given(ELEMENTS, TAKTS)
def test_over_the_takt_are_those_whose_cycle_is_longer(elements, takt):
    made = sheet(elements, takt)
    assert set(made.over) == {load.worker for load in made.loads if load.cycle > takt}
