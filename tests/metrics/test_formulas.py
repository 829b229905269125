"""Formulas of derived metrics: what may stand in one, how it is read, and how it is changed."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from metrics import selectors
from metrics import services as metrics
from metrics.formulas import Declared, Input, parse, worked_out
from metrics.models import Formula, FormulaInput, Metric, Signal
from metrics.states import Better, Every, Family, FormulaKind, Take
from tests.cast import client_for, refusal
from tests.metrics.conftest import evening, normals, ratio, values, week, work


def test_a_circle_is_refused_and_the_database_holds_to_it(make, rate, pieces, scrapped, olga):
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


def test_what_is_retired_goes_into_no_formula(make, scrapped, pieces, olga):
    metrics.retire(Metric.objects.get(pk=pieces.pk), by=olga, reason="nothing stands on it")
    with refusal("retired"):  # who declares still holds it as it was: so do two who declare and retire at once
        make("Of what is retired", formula=ratio(scrapped, pieces))


@pytest.mark.parametrize("text", [
    "", "a", "a + c", "__import__('os').system('true')", "a ** b", "a // b", "a.b", "a[0]", "9" * 16, "1e9 * a + b",
    "a + b)", "(a + b", "a b", "a +", "+ a b", "lambda: a", "a if b else a", "a, b", "a\x00b", "½ + a + b", "A + b",
    "(" * 100 + "a+b" + ")" * 100, "-" * 150 + "a + b", "a + b" * 3000, "a and b", "0x10 + a + b", "1_000 * a + b",
])  # fmt: skip
def test_what_is_no_formula_is_refused_in_a_sentence(make, pieces, scrapped, text):
    declared = Declared(FormulaKind.EXPRESSION, (Input(pieces), Input(scrapped)), expression=text)
    with refusal("bad-formula"):
        make("Hostile", formula=declared)
    assert not Metric.objects.filter(title="Hostile").exists()


def test_a_formula_takes_numbers_as_long_as_values_are():
    assert worked_out(parse(f"a + {'9' * 15}"), {"a": Decimal(-1)}) == Decimal("999999999999998")
    with refusal("bad-formula"):
        parse("9" * 16)


@given(a=st.integers(-99, 99), b=st.integers(-99, 99), c=st.integers(1, 99))
def test_the_parser_reads_as_arithmetic_is_read(a, b, c):
    text = "a - b * c - (a - b) / c + 2 * -a"
    names = {"a": Decimal(a), "b": Decimal(b), "c": Decimal(c)}
    exact = names["a"] - names["b"] * c - (names["a"] - names["b"]) / c + 2 * -names["a"]
    assert worked_out(parse(text), names) == pytest.approx(exact, abs=Decimal("0.000000001"))


def test_a_formula_is_changed_with_a_reason_and_all_values_follow(
    rate, pieces, scrapped, enter, monday_after, olga, clock_at
):
    for number in (1, 2):
        enter(scrapped, number, 3)
        enter(pieces, number, 100)
    monday_after(2)
    with refusal("reason-missing"):
        metrics.change_formula(rate, by=olga, formula=ratio(scrapped, pieces), reason=" ")
    with refusal("not-derived"):
        metrics.change_formula(pieces, by=olga, formula=ratio(scrapped, pieces), reason="it shall be derived")
    version = rate.version
    clock_at(evening(3))
    changed = metrics.change_formula(
        rate, by=olga, formula=ratio(scrapped, pieces, factor=Decimal(1_000)), reason="per thousand, as customers do"
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
    rate, pieces, scrapped, enter, monday_after, clock_at, system, olga
):
    for number in range(4):
        enter(scrapped, number, 3 + number)
        enter(pieces, number, 100)
    monday_after(3)
    metrics.freeze_phase(rate, name="Spring", start=week(0), end=week(3), by=olga)
    words = "of the phase Spring are of the formula before"
    assert words not in client_for(olga).get(rate.get_absolute_url()).content.decode()
    enter(pieces, 9, 100)
    clock_at(evening(10))
    metrics.change_formula(rate, by=olga, formula=ratio(scrapped, pieces, factor=Decimal(1_000)), reason="per thousand")
    assert words in client_for(olga).get(rate.get_absolute_url()).content.decode()
    assert metrics.find_silent(at=evening(10), by=system) == 2
    assert [signal.metric for signal in Signal.objects.filter(alarm="silent")] == [scrapped]
    assert selectors.missing_inputs(rate, at=evening(10)) == [scrapped]


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
