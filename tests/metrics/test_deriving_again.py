"""Derived metrics at their edges: negative inputs, metrics that are drafts or retired, what a form says."""

from datetime import timedelta
from decimal import Decimal

import pytest

from evidence.context import clock
from jobs.delivery import deliver
from jobs.models import OutboxMessage
from metrics import selectors
from metrics import services as metrics
from metrics.formulas import Declared, Input
from metrics.models import Metric
from metrics.services import Reading
from metrics.states import Better, Every, Family, FormulaKind
from tests.cast import refusal
from tests.metrics.conftest import evening

MONDAY = timedelta(days=2, hours=12)  # after a Friday evening: the week is over


@pytest.fixture
def make(munich, grinding, olga, clock_at):
    clock_at(evening(0))

    def made(title, *, formula=None, **facts):
        facts = {"direction": Better.LOWER, "cadence": Every.WEEK, **facts}
        return metrics.create_metric(by=olga, site=munich, title=title, process=grinding, formula=formula, **facts)

    return made


@pytest.fixture
def bad(make):
    return make("Bad")


@pytest.fixture
def hours(make):
    return make("Hours")


@pytest.fixture
def enter(olga, clock_at):
    def sent(metric, number, value):
        if clock() < evening(number):
            clock_at(evening(number))
        source = metrics.hand_source(metric.site, by=olga)
        reading = Reading(metric.number, Decimal(value), evening(number))
        assert metrics.add_measurements([reading], by=olga, source=source, metrics=[metric]).refused == 0

    return sent


@pytest.fixture
def monday_after(clock_at, system):
    """The clock stands on the Monday after that week, and what waits is done."""

    def at(number):
        clock_at(evening(number) + MONDAY)
        metrics.derive_new(at=evening(number) + MONDAY, by=system)
        while keys := list(OutboxMessage.objects.filter(done_at=None).values_list("id", flat=True)):
            assert all(deliver(key) for key in keys)

    return at


def ratio(first, second, **facts):
    return Declared(FormulaKind.RATIO, (Input(first), Input(second)), **facts)


@pytest.fixture
def per_hour(make, bad, hours):
    return make("Bad per hour", family=Family.POISSON, formula=ratio(bad, hours))


def test_a_negative_exposure_leaves_one_gap_and_the_other_weeks_have_values(per_hour, bad, hours, enter, monday_after):
    for number, worked in ((1, 5), (2, -5), (3, 4)):
        enter(bad, number, 2)
        enter(hours, number, worked)
    monday_after(3)
    assert [(row.value, row.n) for row in per_hour.measurements.all()] == [(2, 5), (2, 4)]
    [gap] = selectors.gaps(selectors.formula_in_force(per_hour), at=evening(3) + MONDAY)
    assert gap.why == "the result does not fit: What stands behind a value is not negative."
    with refusal("bad-n"):
        selectors.check_family(Decimal(2), Decimal(-1), bad)
