"""Metrics that are worked out from others: of periods that are over, corrected with their inputs, never by hand."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.models import Event
from metrics import selectors
from metrics import services as metrics
from metrics.formulas import Declared, Input
from metrics.models import Measurement, Source, Underived
from metrics.selectors.deriving import whole
from metrics.states import Every, Family, FormulaKind, Take
from tests.cast import api_for, client_for, refusal
from tests.metrics.conftest import MONDAY, evening, ratio, values, week, work


@pytest.fixture
def bad(make):
    return make("Bad")


@pytest.fixture
def hours(make):
    return make("Hours")


@pytest.fixture
def per_hour(make, bad, hours):
    return make("Bad per hour", family=Family.POISSON, formula=ratio(bad, hours))


def test_a_ratio_is_worked_out_once_its_week_is_over(rate, pieces, scrapped, enter, clock_at):
    enter(scrapped, 1, 3)
    enter(pieces, 1, 80)
    clock_at(evening(1))
    work()
    assert values(rate) == {}  # half a week is no week
    clock_at(evening(1) + MONDAY)
    metrics.derive_new(at=evening(1) + MONDAY, by=rate.owner)
    work()
    assert values(rate) == {1: Decimal("3.75")}
    row = rate.measurements.get()
    assert (row.source.computes, row.batch.stored, row.late) == (True, 1, False)
    metrics.derive_all(at=evening(1) + MONDAY, by=rate.owner)
    work()
    assert rate.measurements.count() == 1


def test_a_late_input_a_correction_and_an_exclusion_correct_what_was_derived(
    rate, pieces, scrapped, enter, monday_after, olga
):
    enter(scrapped, 1, 3)
    made = enter(pieces, 1, 100)
    monday_after(1)
    late = enter(scrapped, 1, 2)
    work()
    assert values(rate) == {1: Decimal(5)}
    metrics.correct(made, by=olga, reason="a pallet was not counted", value="200")
    work()
    assert values(rate) == {1: Decimal("2.5")}
    metrics.exclude(scrapped, by=olga, measurement=late, reason="Trial with a borrowed die")
    work()
    assert values(rate) == {1: Decimal("1.5")}
    metrics.include(scrapped, by=olga, measurement=late, reason="It was ours after all")
    work()
    assert values(rate) == {1: Decimal("2.5")}
    kept = rate.measurements.all()
    assert sorted(row.value for row in kept) == [Decimal(text) for text in ("1.5", "2.5", "2.5", "3", "5")]
    assert sum(row.corrects_id is None for row in kept) == 1
    assert Event.objects.filter(verb="derived values corrected").count() == 4


def test_no_value_where_an_input_is_missing_or_nothing_is_divided_by(rate, pieces, scrapped, enter, monday_after, olga):
    enter(scrapped, 1, 3)
    enter(pieces, 2, 0)
    enter(scrapped, 2, 3)
    last = enter(pieces, 3, 50)
    enter(scrapped, 3, 1)
    monday_after(3)
    assert values(rate) == {3: Decimal(2)}
    told = selectors.gaps(selectors.formula_in_force(rate), at=evening(3) + MONDAY)
    assert [gap.why for gap in told] == [
        "nothing can be divided by zero: Pieces made is zero", "missing: Pieces made",
    ]  # fmt: skip
    assert [gap.period for gap in told] == ["week 4 of 2025", "week 3 of 2025"]
    metrics.correct(last, by=olga, reason="counted in another hall")
    work()
    assert values(rate) == {}
    struck = rate.measurements.get(value=None)
    assert struck.note == "no value: missing: Pieces made"
    enter(pieces, 3, 20)
    work()
    assert values(rate) == {3: Decimal(5)}
    assert rate.measurements.count() == 3


def test_many_changes_of_a_week_that_runs_wait_as_one(rate, pieces, enter, system, monkeypatch):
    monkeypatch.setattr("metrics.services.deriving.MANY", 3)
    for _row in range(4):
        enter(pieces, 1, 10)
    assert Underived.objects.filter(metric_id=rate.pk).count() == 4
    work()
    assert Underived.objects.filter(metric_id=rate.pk).count() == 1
    assert not rate.measurements.exists()


def test_a_ratio_of_counts_keeps_what_it_is_out_of(make, enter, monday_after):
    bad, checked = make("Bad"), make("Checked")
    share = make("Share", family=Family.BINOMIAL, formula=ratio(bad, checked))
    per_thousand = make("Complaints", family=Family.POISSON, formula=ratio(bad, checked, factor=Decimal(1000)))
    enter(bad, 1, 3)
    enter(checked, 1, 500)
    enter(bad, 2, 9)
    enter(checked, 2, 5)
    monday_after(2)
    assert [(row.value, row.n) for row in share.measurements.all()] == [(3, 500)]
    assert [(row.value, row.n) for row in per_thousand.measurements.all()] == [
        (3, Decimal("0.5")), (9, Decimal("0.005")),
    ]  # fmt: skip
    [gap] = selectors.gaps(selectors.formula_in_force(share), at=evening(2) + MONDAY)
    assert "There cannot be more defectives than parts checked" in gap.why


def test_every_kind_of_formula(make, enter, monday_after):
    a, b = make("A"), make("B", cadence=Every.DAY)
    two, one = Input(a), Input(b, take=Take.MEAN)
    made = {
        "sum": make("S", formula=Declared(FormulaKind.SUM, (Input(a, weight=Decimal(2)), one))),
        "difference": make("D", formula=Declared(FormulaKind.DIFFERENCE, (two, one), factor=Decimal(10))),
        "product": make("P", formula=Declared(FormulaKind.PRODUCT, (two, one))),
        "rolling": make("R", formula=Declared(FormulaKind.ROLLING, (Input(a, take=Take.MEAN),), over=3)),
        "newest": make("N", formula=Declared(FormulaKind.SUM, (Input(b, take=Take.LAST),))),
        "oee": make("E", formula=Declared(
            FormulaKind.EXPRESSION, (Input(a, name="good"), Input(b, name="all_b")),
            expression="100 * good / (good + all_b) - -1.5",
        )),
    }  # fmt: skip
    for number in (1, 2, 3):
        enter(a, number, 3 * number)
        enter(b, number, 6)
        enter(b, number, 2, day=1)
    monday_after(3)
    found = {name: values(metric) for name, metric in made.items()}
    assert found["sum"] == {1: 10, 2: 16, 3: 22}
    assert found["difference"] == {1: -10, 2: 20, 3: 50}
    assert found["product"] == {1: 12, 2: 24, 3: 36}
    assert found["rolling"] == {3: 6}
    assert found["newest"] == {1: 6, 2: 6, 3: 6}
    assert found["oee"] == {1: Decimal("28.772727273"), 2: Decimal("44.357142857"), 3: Decimal("54.441176471")}


def test_what_stands_on_a_derived_metric_follows(make, rate, pieces, scrapped, enter, monday_after):
    smooth = make("Smooth", formula=Declared(FormulaKind.ROLLING, (Input(rate, take=Take.MEAN),), over=2))
    for number, value in ((1, 4), (2, 8), (3, 6)):
        enter(scrapped, number, value)
        enter(pieces, number, 100)
    monday_after(3)
    assert values(smooth) == {2: 6, 3: 7}
    enter(scrapped, 2, 2)
    work()
    assert values(smooth) == {2: 7, 3: 8}


def test_nobody_enters_values_of_a_derived_metric(rate, pieces, scrapped, enter, monday_after, olga, robot, push):
    enter(scrapped, 1, 3)
    enter(pieces, 1, 100)
    monday_after(1)
    row = rate.measurements.get()
    by_hand = (
        lambda: metrics.record_value(rate, by=olga, observed_at="2025-02-03", value="1"),
        lambda: metrics.import_csv(rate, by=olga, text="observed_at,value\n2025-02-03,1"),
        lambda: metrics.correct_value(rate, by=olga, measurement=row, reason="it looks wrong", value="1"),
        lambda: metrics.exclude(rate, by=olga, measurement=row, reason="it looks wrong"),
    )
    for attempt in by_hand:
        with refusal("derived"):
            attempt()
    receipt = metrics.add_measurements(
        [{"metric": rate.number, "observed_at": "2025-01-20T10:00:00Z", "value": "1"}],
        by=robot, source=push.source, metrics=[rate],
    )  # fmt: skip
    assert [row.code for row in receipt.rows] == ["derived"]
    assert rate not in selectors.sheet(rate.site)
    with pytest.raises(IntegrityError, match="worked out"), transaction.atomic():  # nor behind the services' back
        Measurement.objects.create(
            metric=rate, value=1, observed_at=evening(1), recorded_at=evening(1), source=push.source, batch=row.batch
        )
    with pytest.raises(IntegrityError, match="worked out"), transaction.atomic():
        Measurement.objects.create(
            metric=pieces, value=1, observed_at=evening(1), recorded_at=evening(1), source=row.source, batch=row.batch
        )


def test_a_result_with_too_many_digits_is_no_value(make, pieces, enter, monday_after):
    huge = make("Huge", formula=Declared(FormulaKind.EXPRESSION, (Input(pieces),), expression="*".join("a" * 60)))
    enter(pieces, 1, 999_999)
    monday_after(1)
    assert values(huge) == {}
    [gap] = selectors.gaps(selectors.formula_in_force(huge), at=evening(1) + MONDAY)
    assert gap.why == "the result has more digits than a value can have"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_in_whatever_order_inputs_come_the_ratio_is_that_of_all_of_them(make, enter, clock_at, system, olga, data):
    with transaction.atomic():
        over, under = make("Over"), make("Under", cadence=Every.DAY)
        rate = make("Rate", formula=ratio(over, under, over=data.draw(st.integers(1, 3))))
        last = evening(8) + MONDAY
        clock_at(last)
        for which, number, value, then in data.draw(
            st.lists(
                st.tuples(
                    st.booleans(),
                    st.integers(1, 8),
                    st.integers(0, 20),
                    st.sampled_from(["derive", "later", "exclude"]),
                ),
                max_size=14,
            )
        ):
            row = enter(over if which else under, number, value)
            if then == "exclude":
                metrics.exclude(row.metric, by=olga, measurement=row, reason="broken gauge")
            if then == "derive":
                metrics.derive(rate, at=last, by=system)
        metrics.derive(rate, at=last, by=system)
        found = values(rate)
        assert found == _from_scratch(over, under, selectors.formula_in_force(rate).over)
        assert not Underived.objects.filter(metric_id=rate.pk).exists()
        assert metrics.derive(rate, at=last, by=system, afresh=True) == 0
        transaction.set_rollback(True)


def _from_scratch(over, under, reach):
    sums = []
    for metric in (over, under):
        by_week = {}
        for row in selectors.counted(metric):
            number = (row.observed_at.date() - week(0)).days // 7
            by_week[number] = by_week.get(number, 0) + row.value
        sums.append(by_week)
    found = {}
    for number in range(1, 9):
        span = range(number - reach + 1, number + 1)
        if all(at in part for part in sums for at in span) and (below := sum(sums[1][at] for at in span)):
            found[number] = (sum(sums[0][at] for at in span) / below).quantize(Decimal("0.000000001"))
    return found


def test_the_source_of_what_is_worked_out_is_one_a_site(rate, munich, olga):
    metrics.create_source(by=olga, site=munich, code="derived", name="An old system")
    metrics.derive(rate, at=evening(2), by=olga)
    assert not Source.objects.filter(computes=True).exists()


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
    page = client_for(olga).get(per_hour.get_absolute_url()).content.decode()
    assert "Bad per hour = " in page
    assert "No value for" not in page  # that it will never have
    told = api_for(olga).get(f"metrics/{per_hour.number}/formula/").json()
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
