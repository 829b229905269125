"""Derived metrics at their edges: negative inputs, metrics that are drafts or retired, what a form says."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from evidence.context import clock
from jobs.delivery import deliver
from jobs.models import OutboxMessage
from metrics import selectors
from metrics import services as metrics
from metrics.formulas import Declared, Input, parse, worked_out
from metrics.models import Metric, Underived
from metrics.selectors import Reading
from metrics.selectors.deriving import whole
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


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def api(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


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


def test_a_retired_metric_is_worked_out_no_longer_and_its_formula_is_in_nobodys_way(
    per_hour, bad, hours, enter, olga, clock_at
):
    enter(bad, 1, 2)
    metrics.retire(per_hour, by=olga, reason="nobody looks at it")
    enter(hours, 1, 5)
    metrics.correct(bad.measurements.get(), by=olga, reason="counted twice", value="1")
    assert not Underived.objects.exists()
    assert selectors.formula_in_force(per_hour) is None
    [ended] = selectors.formulas_of(per_hour)
    assert ended.ended_at is not None
    clock_at(evening(3))
    page = browser(olga).get(per_hour.get_absolute_url()).content.decode()
    assert "Bad per hour = " in page
    assert "No value for" not in page  # that it will never have
    told = api(olga).get(f"/api/v1/metrics/{per_hour.number}/formula/").json()
    assert (told["in_force"], len(told["before"]), told["without_value"]) == (None, 1, [])


def test_a_draft_waits_for_nothing_and_has_all_its_values_once_it_is_measured(make, bad, hours, enter, monday_after):
    draft = make("Draft", formula=ratio(bad, hours), draft=True)
    enter(bad, 1, 2)
    enter(hours, 1, 5)
    row = bad.measurements.get()
    metrics.exclude(bad, by=draft.owner, measurement=row, reason="broken gauge")
    metrics.include(bad, by=draft.owner, measurement=row, reason="it was not broken")
    monday_after(1)
    assert not Underived.objects.exists()
    metrics.activate(draft, by=draft.owner)
    monday_after(1)
    assert draft.measurements.get().value == Decimal("0.4")


def test_what_is_retired_goes_into_no_formula(make, bad, hours, olga):
    metrics.retire(Metric.objects.get(pk=hours.pk), by=olga, reason="nothing stands on it")
    with refusal("retired"):  # who declares still holds it as it was: so do two who declare and retire at once
        make("Of what is retired", formula=ratio(bad, hours))


def test_a_wrong_formula_is_told_once(make, bad, olga):
    facts = {
        "site": "MUC", "title": "Wrong", "direction": "lower", "cadence": "week", "family": "normal",
        "chart": "individuals", "subgroup_size": "1", "decimals": "1", "currency": "EUR", "formula": "ratio",
        "inputs-count": "1", "inputs-0-metric": bad.number,
    }  # fmt: skip
    page = browser(olga).post("/metrics/new/", facts)
    assert (page.status_code, "This kind of formula has 2 inputs." in page.content.decode()) == (422, True)
    assert "Say how the metric is made of these inputs." not in page.content.decode()


def test_a_formula_takes_numbers_as_long_as_values_are():
    assert worked_out(parse(f"a + {'9' * 15}"), {"a": Decimal(-1)}) == Decimal("999999999999998")
    with refusal("bad-formula"):
        parse("9" * 16)


def test_where_a_formula_begins_is_asked_at_the_ends_of_its_inputs_only(per_hour, bad, hours, enter):
    for number in range(1, 5):
        enter(bad, number, 2)
    enter(hours, 2, 5)
    formula = selectors.formula_in_force(per_hour)
    with CaptureQueriesContext(connection) as asked, connection.cursor() as cursor:
        [(first, last)] = whole(formula)
        statement = asked.captured_queries[-1]["sql"]
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + statement)
        [(plan,)] = cursor.fetchall()
    assert last - first == 4  # one more than there are, as what is worked out may look back
    assert _most_rows(plan[0]["Plan"], "metrics_measurement") == 1


def _most_rows(plan, table):
    own = plan["Actual Rows"] if plan.get("Relation Name", "").startswith(table) else 0
    return max([own, *(_most_rows(part, table) for part in plan.get("Plans", ()))])


def test_a_correction_that_is_worked_out_is_late_as_one_by_hand_is(per_hour, bad, hours, enter, monday_after, olga):
    enter(bad, 1, 2)
    enter(hours, 1, 5)
    monday_after(1)
    by_hand = metrics.correct(bad.measurements.get(), by=olga, reason="counted twice", value="1")
    monday_after(1)
    assert (by_hand.late, per_hour.measurements.get(corrects__isnull=False).late) == (True, True)
