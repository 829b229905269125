"""Metrics that are worked out from others: of periods that are over, corrected with their inputs, never by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from evidence.context import clock
from evidence.models import Event
from jobs.delivery import deliver
from jobs.models import OutboxMessage
from metrics import selectors
from metrics import services as metrics
from metrics.formulas import Declared, Input, parse, worked_out
from metrics.models import Formula, FormulaInput, Measurement, Metric, Signal, Source, Underived
from metrics.selectors import Reading
from metrics.states import Better, Every, Family, FormulaKind, Take
from tests.cast import refusal
from tests.metrics.conftest import evening, normals, week

MONDAY = timedelta(days=2, hours=12)  # after a Friday evening: the week is over


@pytest.fixture
def make(munich, grinding, olga, clock_at):
    clock_at(evening(0))

    def made(title, *, formula=None, **facts):
        facts = {"direction": Better.LOWER, "cadence": Every.WEEK, **facts}
        return metrics.create_metric(by=olga, site=munich, title=title, process=grinding, formula=formula, **facts)

    return made


@pytest.fixture
def pieces(make):
    return make("Pieces made")


@pytest.fixture
def rejects(make):
    return make("Scrap pieces")


def ratio(first, second, **facts):
    return Declared(FormulaKind.RATIO, (Input(first), Input(second)), **facts)


@pytest.fixture
def rate(make, pieces, rejects):
    return make("Scrap rate", unit="%", formula=ratio(rejects, pieces, factor=Decimal(100)))


@pytest.fixture
def enter(olga, clock_at):
    def sent(metric, number, value, n=1, day=4):
        if clock() < evening(number):
            clock_at(evening(number))
        source = metrics.hand_source(metric.site, by=olga)
        reading = Reading(metric.number, Decimal(str(value)), evening(number) + timedelta(days=day - 4), n=Decimal(n))
        receipt = metrics.add_measurements([reading], by=olga, source=source, metrics=[metric])
        assert receipt.refused == 0
        return Measurement.objects.get(pk=receipt.rows[0].uuid)

    return sent


def work():
    """Deliver what waits, until nothing does."""
    while keys := list(OutboxMessage.objects.filter(done_at=None).values_list("id", flat=True)):
        assert all(deliver(key) for key in keys)


@pytest.fixture
def monday_after(clock_at, system):
    """The clock stands on the Monday after that week, and what waits is done."""

    def at(number):
        clock_at(evening(number) + MONDAY)
        metrics.derive_new(at=evening(number) + MONDAY, by=system)
        work()

    return at


def values(metric):
    """By week, the values that count."""
    rows = selectors.counted(metric).order_by("observed_at")
    return {(row.observed_at.date() - week(0)).days // 7: row.value for row in rows}


def test_a_ratio_is_worked_out_once_its_week_is_over(rate, pieces, rejects, enter, clock_at):
    enter(rejects, 1, 3)
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
    rate, pieces, rejects, enter, monday_after, olga
):
    enter(rejects, 1, 3)
    made = enter(pieces, 1, 100)
    monday_after(1)
    late = enter(rejects, 1, 2)
    work()
    assert values(rate) == {1: Decimal(5)}
    metrics.correct(made, by=olga, reason="a pallet was not counted", value="200")
    work()
    assert values(rate) == {1: Decimal("2.5")}
    metrics.exclude(rejects, by=olga, measurement=late, reason="Trial with a borrowed die")
    work()
    assert values(rate) == {1: Decimal("1.5")}
    metrics.include(rejects, by=olga, measurement=late, reason="It was ours after all")
    work()
    assert values(rate) == {1: Decimal("2.5")}
    kept = rate.measurements.all()
    assert sorted(row.value for row in kept) == [Decimal(text) for text in ("1.5", "2.5", "2.5", "3", "5")]
    assert sum(row.corrects_id is None for row in kept) == 1
    assert Event.objects.filter(verb="derived values corrected").count() == 4


def test_no_value_where_an_input_is_missing_or_nothing_is_divided_by(rate, pieces, rejects, enter, monday_after, olga):
    enter(rejects, 1, 3)
    enter(pieces, 2, 0)
    enter(rejects, 2, 3)
    last = enter(pieces, 3, 50)
    enter(rejects, 3, 1)
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


def test_what_stands_on_a_derived_metric_follows(make, rate, pieces, rejects, enter, monday_after):
    smooth = make("Smooth", formula=Declared(FormulaKind.ROLLING, (Input(rate, take=Take.MEAN),), over=2))
    for number, value in ((1, 4), (2, 8), (3, 6)):
        enter(rejects, number, value)
        enter(pieces, number, 100)
    monday_after(3)
    assert values(smooth) == {2: 6, 3: 7}
    enter(rejects, 2, 2)
    work()
    assert values(smooth) == {2: 7, 3: 8}


def test_nobody_enters_values_of_a_derived_metric(rate, pieces, rejects, enter, monday_after, olga, robot, push):
    enter(rejects, 1, 3)
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


def test_a_circle_is_refused_and_the_database_holds_to_it(make, rate, pieces, rejects, olga):
    above = make("Above", formula=Declared(FormulaKind.SUM, (Input(rate),)))
    for own in (rate, above):
        with refusal("circle"):
            metrics.change_formula(rate, by=olga, formula=ratio(own, pieces), reason="to see what happens")
    with pytest.raises(IntegrityError, match="from itself"), transaction.atomic():
        FormulaInput.objects.create(formula=Formula.objects.get(metric=rate), metric=above, name="z")
    chain = above
    for number in range(3):
        chain = make(f"Above {number}", formula=Declared(FormulaKind.SUM, (Input(chain),)))
    with refusal("too-many-levels"):
        make("One too many", formula=Declared(FormulaKind.SUM, (Input(chain),)))


def test_inputs_are_of_the_site_and_reported_as_often(make, rate, pieces, hamburg, sam, olga):
    theirs = metrics.create_metric(by=sam, site=hamburg, title="Theirs", direction=Better.LOWER)
    with refusal("other-site"):
        make("Mixed", formula=ratio(pieces, theirs))
    with pytest.raises(IntegrityError, match="same site"), transaction.atomic():
        FormulaInput.objects.create(formula=Formula.objects.get(metric=rate), metric=theirs, name="z")
    monthly = make("Monthly", cadence=Every.MONTH)
    with refusal("reported-less-often"):
        make("Weekly of monthly", formula=ratio(pieces, monthly))
    with refusal("in-a-formula"):
        metrics.retire(pieces, by=olga, reason="no longer counted")
    with refusal("in-a-formula"):
        metrics.edit_metric(pieces, by=olga, cadence=Every.DAY, reason="counted daily")
    with refusal("bad-formula"):
        make("Share", family=Family.BINOMIAL, formula=Declared(FormulaKind.SUM, (Input(pieces),)))
    with refusal("derived"):
        make("Groups", subgroup_size=5, chart="xbar-r", formula=ratio(pieces, pieces))


@pytest.mark.parametrize("text", [
    "", "a", "a + c", "__import__('os').system('true')", "a ** b", "a // b", "a.b", "a[0]", "9" * 16, "1e9 * a + b",
    "a + b)", "(a + b", "a b", "a +", "+ a b", "lambda: a", "a if b else a", "a, b", "a\x00b", "½ + a + b", "A + b",
    "(" * 100 + "a+b" + ")" * 100, "-" * 150 + "a + b", "a + b" * 3000, "a and b", "0x10 + a + b", "1_000 * a + b",
])  # fmt: skip
def test_what_is_no_formula_is_refused_in_a_sentence(make, pieces, rejects, text):
    declared = Declared(FormulaKind.EXPRESSION, (Input(pieces), Input(rejects)), expression=text)
    with refusal("bad-formula"):
        make("Hostile", formula=declared)
    assert not Metric.objects.filter(title="Hostile").exists()


def test_a_result_with_too_many_digits_is_no_value(make, pieces, enter, monday_after):
    huge = make("Huge", formula=Declared(FormulaKind.EXPRESSION, (Input(pieces),), expression="*".join("a" * 60)))
    enter(pieces, 1, 999_999)
    monday_after(1)
    assert values(huge) == {}
    [gap] = selectors.gaps(selectors.formula_in_force(huge), at=evening(1) + MONDAY)
    assert gap.why == "the result has more digits than a value can have"


def test_a_formula_is_changed_with_a_reason_and_all_values_follow(
    rate, pieces, rejects, enter, monday_after, olga, clock_at
):
    for number in (1, 2):
        enter(rejects, number, 3)
        enter(pieces, number, 100)
    monday_after(2)
    with refusal("reason-missing"):
        metrics.change_formula(rate, by=olga, formula=ratio(rejects, pieces), reason=" ")
    with refusal("not-derived"):
        metrics.change_formula(pieces, by=olga, formula=ratio(rejects, pieces), reason="it shall be derived")
    version = rate.version
    clock_at(evening(3))
    changed = metrics.change_formula(
        rate, by=olga, formula=ratio(rejects, pieces, factor=Decimal(1_000)), reason="per thousand, as customers do"
    )
    work()
    assert values(rate) == {1: 30, 2: 30}
    assert changed.version == version + 1
    new, old = selectors.formulas_of(rate)
    assert (new.ended_at, old.ended_at, old.factor) == (None, new.declared_at, 100)
    assert new.reason == "per thousand, as customers do"
    note = rate.measurements.filter(corrects__isnull=False).first().note
    assert note == "formula changed"


def test_only_the_input_says_that_it_is_silent_and_limits_of_the_formula_before_say_so(
    rate, pieces, rejects, enter, monday_after, clock_at, system, olga
):
    for number in range(4):
        enter(rejects, number, 3 + number)
        enter(pieces, number, 100)
    monday_after(3)
    metrics.freeze_phase(rate, name="Spring", start=week(0), end=week(3), by=olga)
    words = "of the phase Spring are of the formula before"
    assert words not in browser(olga).get(rate.get_absolute_url()).content.decode()
    enter(pieces, 9, 100)
    clock_at(evening(10))
    metrics.change_formula(rate, by=olga, formula=ratio(rejects, pieces, factor=Decimal(1_000)), reason="per thousand")
    assert words in browser(olga).get(rate.get_absolute_url()).content.decode()
    assert metrics.find_silent(at=evening(10), by=system) == 2
    assert [signal.metric for signal in Signal.objects.filter(alarm="silent")] == [rejects]
    assert selectors.silent_inputs(rate, at=evening(10)) == [rejects]


def test_a_formula_is_not_changed_while_a_slip_is_open(make, scrap, push, olga, clock_at, system, monday_after):
    same = make("Same as scrap", formula=Declared(FormulaKind.SUM, (Input(scrap, take=Take.MEAN),)))
    clock_at(evening(36))
    push(scrap, [*normals(1, 8, 24), *normals(2, 5, 12)], first=0)
    monday_after(36)
    watched = metrics.watch(same, protects=same, before=(week(0), week(23)), after_start=week(24), by=olga)
    metrics.evaluate_metric(same, at=evening(37), by=system)
    clock_at(evening(51))
    push(scrap, normals(4, 8.5, 14), first=37)
    monday_after(51)
    watched.refresh_from_db()
    assert watched.status in ("backsliding", "lost")  # the watch of a derived metric works like any other
    assert Signal.objects.filter(metric=same, alarm="red").exists()
    with refusal("alarm-open"):
        metrics.change_formula(same, by=olga, formula=Declared(FormulaKind.SUM, (Input(scrap),)), reason="looks better")


def api(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_derived_metric_is_added_read_and_changed_over_the_api(pieces, rejects, olga):
    body = {
        "site": "MUC", "title": "Rate", "direction": "lower", "cadence": "week", "family": "normal", "currency": "EUR",
        "chart": "individuals", "subgroup_size": 1, "decimals": 1, "formula": "expression",
        "expression": "100 * bad / made", "inputs": [
            {"metric": rejects.number, "name": "bad"}, {"metric": pieces.number, "name": "made", "take": "sum"},
        ],
    }  # fmt: skip
    made = api(olga).post("/api/v1/metrics/", body, format="json")
    assert (made.status_code, made.json()["is_derived"]) == (201, True)
    assert "record" not in [link["verb"] for link in made.json()["links"]["available"]]
    url = f"/api/v1/metrics/{made.json()['number']}/"
    change = {"formula": "ratio", "inputs": [{"metric": rejects.number}, {"metric": pieces.number}], "factor": "1000",
              "reason": "per thousand"}  # fmt: skip
    done = api(olga).post(f"{url}change-formula/", change, format="json", headers={"If-Match": made["ETag"]})
    assert done.status_code == 200
    told = api(olga).get(f"{url}formula/").json()
    assert told["in_force"]["words"] == "1000 × Scrap pieces ÷ Pieces made"
    assert [one["words"] for one in told["before"]] == ["100 × Scrap pieces ÷ Pieces made"]
    assert api(olga).get(f"/api/v1/metrics/{pieces.number}/formula/").json()["used_in"] == [made.json()["number"]]
    value = {"metric": made.json()["number"], "observed_at": "2025-01-06", "value": "1"}
    refused = api(olga).post("/api/v1/measurements/", value, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "derived")
    many = api(olga).post("/api/v1/measurements/", [value], format="json").json()
    assert (many["refused"], many["rows"][0]["code"]) == (1, "derived")
    assert not Measurement.objects.exists()


@pytest.mark.parametrize("wrong", [
    {"expression": "__import__('os')"}, {"expression": "a ** 9 ** 9 ** 9"}, {"expression": "a * " * 500 + "a"},
    {"expression": 5}, {"formula": "eval"}, {"over": 10**9}, {"factor": "1e999"}, {"inputs": "a"},
    {"inputs": [{"metric": "MUC-MET-9999"}]}, {"inputs": [{"take": "sum"}]}, {"formula": ""},
])  # fmt: skip
def test_hostile_formulas_are_bad_input_to_the_api_and_the_page(pieces, olga, wrong):
    body = {
        "site": "MUC", "title": "Hostile", "direction": "lower", "cadence": "week", "family": "normal",
        "currency": "EUR", "chart": "individuals", "subgroup_size": 1, "decimals": 1, "formula": "expression",
        "expression": "2 * a", "inputs": [{"metric": pieces.number}], **wrong,
    }  # fmt: skip
    assert api(olga).post("/api/v1/metrics/", body, format="json").status_code == 400
    page = {name: value for name, value in body.items() if name != "inputs"}
    rows = {"inputs-count": "1", "inputs-0-metric": "none" if "inputs" in wrong else pieces.number}
    assert browser(olga).post("/metrics/new/", {**page, **rows}).status_code == 422
    assert not Metric.objects.filter(title="Hostile").exists()


def test_the_page_shows_the_formula_and_nobody_is_offered_to_enter_values(
    rate, pieces, rejects, enter, monday_after, olga
):
    enter(rejects, 1, 3)
    enter(rejects, 2, 3)
    enter(pieces, 2, 100)
    monday_after(2)
    page = browser(olga).get(rate.get_absolute_url()).content.decode()
    assert "No value for week 3 of 2025: missing: Pieces made." in page
    assert f'Scrap rate = 100 × <a href="{rejects.get_absolute_url()}">Scrap pieces</a> ÷ <a' in page
    assert "do/change-formula/" in page
    assert not [verb for verb in ("record", "import", "correct", "exclude") if f"do/{verb}/" in page]
    assert f'<a href="{rate.get_absolute_url()}">' in browser(olga).get(pieces.get_absolute_url()).content.decode()
    form = browser(olga).get(f"{rate.get_absolute_url()}do/change-formula/").content.decode()
    assert [rejects.number in form, 'value="100"' in form] == [True, True]
    answer = browser(olga).post(f"{rate.get_absolute_url()}do/record/", {"observed_at": "2025-01-06", "value": "1"})
    assert (answer.status_code, "is worked out from other metrics" in answer.content.decode()) == (422, True)


def test_a_page_asks_as_often_for_many_inputs_and_gaps_as_for_few(make, enter, monday_after, olga):
    few, many = [make("I 0")], [make(f"J {number}") for number in range(8)]
    small = make("Small", formula=Declared(FormulaKind.SUM, tuple(map(Input, few))))
    large = make("Large", formula=Declared(FormulaKind.SUM, tuple(map(Input, many))))
    for metric in (*few, *many):
        for number in (1, 3, 6):
            enter(metric, number, number)
    enter(many[0], 7, 1)
    enter(few[0], 7, 1)
    monday_after(8)
    client = browser(olga)
    with CaptureQueriesContext(connection) as first:
        client.get(small.get_absolute_url())
    with CaptureQueriesContext(connection) as second:
        client.get(large.get_absolute_url())
    assert len(second) == len(first)


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


@given(a=st.integers(-99, 99), b=st.integers(-99, 99), c=st.integers(1, 99))
def test_the_parser_reads_as_arithmetic_is_read(a, b, c):
    text = "a - b * c - (a - b) / c + 2 * -a"
    names = {"a": Decimal(a), "b": Decimal(b), "c": Decimal(c)}
    exact = names["a"] - names["b"] * c - (names["a"] - names["b"]) / c + 2 * -names["a"]
    assert worked_out(parse(text), names) == pytest.approx(exact, abs=Decimal("0.000000001"))


def test_the_source_of_what_is_worked_out_is_one_a_site(rate, munich, olga):
    metrics.create_source(by=olga, site=munich, code="derived", name="An old system")
    metrics.derive(rate, at=evening(2), by=olga)
    assert not Source.objects.filter(computes=True).exists()
