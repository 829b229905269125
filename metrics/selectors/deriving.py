"""What the formula of a derived metric comes to, period by period, and why some periods have no value."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal, localcontext
from typing import Any

from django.db import connection
from django.db.models import Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from evidence.refusals import Refused
from metrics.cadence import Cadence, period_of, start_of
from metrics.formulas import (
    EXACT,
    Amounts,
    Declared,
    Input,
    Node,
    gathered,
    parse,
    rounded,
    text_of,
    worked_out,
)
from metrics.models import Formula, FormulaInput, Measurement, Metric
from metrics.selectors.fitting import check_family
from metrics.selectors.series import zone_of
from metrics.selectors.sums import PERIOD, Range
from metrics.states import COUNTS, FormulaKind, MetricStatus, Take

DEEPEST = 20  # where looking for circles ends; formulas are kept from standing so high
MOST_GAPS = 12
NEWEST = 60  # of the newest periods, when a page says which have no value
WORDS = re.compile(r"[a-z][a-z0-9_]*|[^a-z]+")
SIGNS = str.maketrans({"*": "×", "/": "÷", "-": "−"})


@dataclass(frozen=True)
class Outcome:
    """What a formula comes to in one period: a value with `n` behind it, or why there is none."""

    value: Decimal | None
    n: Decimal = Decimal(1)
    why: str = ""


@dataclass(frozen=True)
class Gap:
    """A period that is over and has no value."""

    period: str
    why: str


@dataclass(frozen=True)
class Segment:
    """A piece of a formula in words; `metric` where it stands for an input."""

    text: str
    metric: Metric | None = None


def derived_metrics() -> QuerySet[Metric]:
    """Those that are worked out at present."""
    return Metric.objects.filter(is_derived=True, status=MetricStatus.ACTIVE).select_related("site")


def formulas_of(metric: Metric) -> QuerySet[Formula]:
    """All formulas that a metric ever had, the newest first, with their inputs."""
    inputs = FormulaInput.objects.select_related("metric").order_by("pk")
    return (
        Formula.objects.filter(metric=metric)
        .select_related("declared_by", "metric__site")
        .prefetch_related(Prefetch("inputs", queryset=inputs))
        .order_by("-pk")
    )


def formula_in_force(metric: Metric) -> Formula | None:
    return formulas_of(metric).filter(ended_at__isnull=True).first()


def used_in(metric: Metric) -> QuerySet[Metric]:
    """The metrics that are worked out from this one."""
    standing = Formula.objects.filter(ended_at__isnull=True, inputs__metric=metric)
    return Metric.objects.filter(pk__in=standing.values("metric")).exclude(status=MetricStatus.RETIRED)


def uses_standing(metrics: Collection[int]) -> QuerySet[FormulaInput]:
    """The inputs of the formulas in force of these metrics."""
    return FormulaInput.objects.filter(formula__ended_at__isnull=True, formula__metric__in=metrics)


def below(metrics: Collection[int]) -> list[set[int]]:
    """Level by level, what these metrics are worked out from; they themselves are the first level."""
    levels = [set(metrics)]
    while levels[-1] and len(levels) < DEEPEST:
        levels.append(set(uses_standing(levels[-1]).values_list("metric_id", flat=True)))
    return [level for level in levels if level]


def reach(metric: Metric) -> int:
    """How many levels of derived metrics stand on this one."""
    level, height = {metric.pk}, 0
    while height < DEEPEST:
        standing = FormulaInput.objects.filter(formula__ended_at__isnull=True, metric__in=level)
        level = set(standing.values_list("formula__metric_id", flat=True))
        if not level:
            break
        height += 1
    return height


def last_over(metric: Metric, at: datetime) -> int:
    """The last period that is over: what is still to grow is not worked out."""
    return period_of(metric.cadence, at.astimezone(zone_of(metric)).date()) - 1


def whole(formula: Formula) -> list[Range]:
    """All periods in which an input, or the metric itself, has a value."""
    metric, zone = formula.metric, zone_of(formula.metric)
    keys = [metric.pk, *(one.metric_id for one in formula.inputs.all())]
    rows = Measurement.objects.filter(metric=OuterRef("pk")).values("observed_at")  # of each its ends, by the index
    begin, end = Subquery(rows.order_by("observed_at")[:1]), Subquery(rows.order_by("-observed_at")[:1])
    inputs = Metric.objects.filter(pk__in=keys).annotate(begin=begin, end=end)
    found = inputs.aggregate(first=Min("begin"), last=Max("end"))
    if found["first"] is None:
        return []
    first, last = (period_of(metric.cadence, found[name].astimezone(zone).date()) for name in ("first", "last"))
    return [(first, last + formula.over)]


def derived_rows(metric: Metric, ranges: Sequence[Range]) -> dict[int, Measurement]:
    """By period, the row that holds its value, also where that was struck out."""
    if not ranges:
        return {}
    zone = zone_of(metric)
    inside = Q()
    for first, last in ranges:
        inside |= Q(observed_at__gte=_begin(metric, first), observed_at__lt=_begin(metric, last + 1))
    rows = Measurement.objects.filter(inside, metric=metric, corrected_by__isnull=True)
    return {period_of(metric.cadence, row.observed_at.astimezone(zone).date()): row for row in rows}


def outcomes(formula: Formula, ranges: Sequence[Range], *, up_to: int, every: bool = False) -> dict[int, Outcome]:
    """What a formula comes to in the periods of `ranges` in which any input has a value; or in `every` one."""
    cut = [(first, min(last, up_to)) for first, last in ranges if first <= up_to]
    reached = formula.over - 1
    found = _amounts(formula, [(first - reached, last) for first, last in cut])
    periods = {period + step for _metric, period in found for step in range(formula.over)}
    if every:
        periods |= {period for first, last in cut for period in range(first, last + 1)}
    tree = parse(text_of(declared_in(formula)))
    inside = sorted(period for period in periods if any(first <= period <= last for first, last in cut))
    return {period: _outcome(formula, tree, found, period) for period in inside}


def _begin(metric: Metric, period: int) -> datetime:
    return datetime.combine(start_of(metric.cadence, period), time(), zone_of(metric))


def _amounts(formula: Formula, ranges: Sequence[Range]) -> dict[tuple[int, int], Amounts]:
    """By metric and period of the derived metric, what the values that count come to, exactly."""
    metric = formula.metric
    inputs = list(formula.inputs.all())
    if not ranges:
        return {}
    params: dict[str, Any] = {"zone": str(zone_of(metric)), "metrics": [one.metric_id for one in inputs]}
    inside = []
    for at, (first, last) in enumerate(ranges):
        params |= {f"from{at}": _begin(metric, first), f"to{at}": _begin(metric, last + 1)}
        inside.append(f"(m.observed_at >= %(from{at})s AND m.observed_at < %(to{at})s)")
    newest = "NULL"
    if any(one.take == Take.LAST for one in inputs):
        newest = "(array_agg(m.value ORDER BY m.observed_at DESC, m.recorded_at DESC, m.uuid DESC))[1]"
    statement = f"""
    SELECT m.metric_id, {PERIOD[Cadence(metric.cadence)]} AS period,
      sum(m.value), sum(m.n), sum(m.value * m.n), {newest}
    FROM metrics_measurement m
    WHERE m.metric_id = ANY(%(metrics)s) AND ({" OR ".join(inside)}) AND m.value IS NOT NULL
      AND NOT EXISTS (SELECT FROM metrics_measurement c WHERE c.corrects_id = m.uuid)
      AND NOT EXISTS (SELECT FROM metrics_exclusion e WHERE e.measurement_id = m.uuid AND e.included_at IS NULL)
    GROUP BY 1, 2
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return {(key, period): Amounts(*rest) for key, period, *rest in cursor.fetchall()}


def _outcome(formula: Formula, tree: Node, found: Mapping[tuple[int, int], Amounts], period: int) -> Outcome:
    values, missing = {}, []
    for one in formula.inputs.all():
        parts = _parts(formula, one, found, period)
        if None in parts:
            missing.append(one.metric.title)
        else:
            values[one.name] = gathered([part for part in parts if part is not None], one.take)
    if missing:
        return Outcome(None, why=_("missing: %(inputs)s") % {"inputs": ", ".join(dict.fromkeys(missing))})
    try:
        outcome = _result(formula, tree, values)
        check_family(outcome.value or Decimal(0), outcome.n, formula.metric)
    except ZeroDivisionError:
        return Outcome(None, why=_("nothing can be divided by zero: %(zero)s") % {"zero": _zeros(formula, values)})
    except OverflowError:
        return Outcome(None, why=_("the result has more digits than a value can have"))
    except Refused as refusal:
        return Outcome(None, why=_("the result does not fit: %(why)s") % {"why": refusal.message})
    return outcome


def _parts(
    formula: Formula, one: FormulaInput, found: Mapping[tuple[int, int], Amounts], period: int
) -> list[Decimal | None]:
    """What of the input goes in, of each period that is looked at; None where it has no value."""
    first = period if one.take == Take.LAST else period - formula.over + 1
    held = [found.get((one.metric_id, at)) for at in range(first, period + 1)]
    counts = one.metric.family in COUNTS
    return [amounts.taken(one.take, counts=counts) if amounts else None for amounts in held]


def _result(formula: Formula, tree: Node, values: Mapping[str, Decimal]) -> Outcome:
    """A ratio that is counted keeps the second input as what stands behind it: so much out of so many."""
    if formula.metric.family in COUNTS and formula.kind == FormulaKind.RATIO:
        count, size = values.values()
        if not size:
            raise ZeroDivisionError
        with localcontext(EXACT):
            exposure = size / formula.factor
        return Outcome(rounded(count), rounded(exposure))
    return Outcome(worked_out(tree, values))


def _zeros(formula: Formula, values: Mapping[str, Decimal]) -> str:
    names = [one.metric.title for one in formula.inputs.all() if not values[one.name]]
    return _("%(inputs)s is zero") % {"inputs": ", ".join(names)} if names else _("the divisor is zero")


def gaps(formula: Formula, *, at: datetime) -> list[Gap]:
    """The newest periods that are over and have no value, the newest first, with the reason. Before the first value
    of any input there is nothing to say."""
    metric = formula.metric
    last = last_over(metric, at)
    span = whole(formula)
    if not span:
        return [Gap(period_words(metric.cadence, last), _("no input has a value yet"))]
    first = max(span[0][0] + formula.over - 1, last - NEWEST + 1)
    found = outcomes(formula, [(first, last)], up_to=last, every=True)
    why = [(period, outcome.why) for period, outcome in found.items() if outcome.value is None]
    return [Gap(period_words(metric.cadence, period), words) for period, words in reversed(why[-MOST_GAPS:])]


def period_words(cadence: str, period: int) -> str:
    """How people call a period."""
    first = start_of(cadence, period)
    if cadence == Cadence.WEEK:
        year, week, _day = first.isocalendar()
        return _("week %(week)d of %(year)d") % {"week": week, "year": year}
    if cadence == Cadence.MONTH:
        return date_format(first, "F Y")
    if cadence == Cadence.QUARTER:
        return _("quarter %(quarter)d of %(year)d") % {"quarter": (first.month + 2) // 3, "year": first.year}
    return date_format(first, "DATE_FORMAT")


def declared_in(formula: Formula) -> Declared:
    """The formula as it was declared."""
    inputs = tuple(Input(one.metric, one.name, one.take, one.weight) for one in formula.inputs.all())
    return Declared(formula.kind, inputs, formula.factor, formula.over, formula.expression)


def told_formula(formula: Formula) -> list[Segment]:
    """A formula in the titles of its inputs."""
    inputs: dict[str, FormulaInput] = {one.name: one for one in formula.inputs.all()}
    return list(_segments(text_of(declared_in(formula)), inputs))


def _segments(text: str, inputs: Mapping[str, FormulaInput]) -> Iterable[Segment]:
    for word in WORDS.findall(text):
        one = inputs.get(word)
        yield Segment(one.metric.title, one.metric) if one else Segment(word.translate(SIGNS))
