"""Phases: stretches of a metric whose centre and limits are frozen (Shewhart, phase I)."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from metrics import selectors, spc
from metrics.cadence import period_of
from metrics.detector import Point
from metrics.models import Metric, Phase
from metrics.states import ChartKind
from people.models import User

SUBGROUPS = {ChartKind.XBAR_R: spc.xbar_r, ChartKind.XBAR_S: spc.xbar_s}
LEAST = 2


@transaction.atomic
def freeze_phase(metric: Metric, *, name: str, start: date, end: date | None = None, by: User) -> Phase:
    """Compute centre and limits from the values of a stretch and freeze them (phase I).

    Raises Refused: "phase-in-disorder", "too-few-values" below two periods. Doing it again replaces the phase.
    """
    if end is not None and end < start:
        raise Refused(_("The phase ends before it begins."), code="phase-in-disorder")
    inside = _inside(metric, start, end)
    if len(inside) < LEAST:
        raise Refused(
            _("%(number)s has %(n)d values in this phase; at least two are needed.")
            % {"number": metric.number, "n": len(inside)},
            code="too-few-values",
        )
    chart = _chart(metric, inside, start, end)
    phase = Phase.objects.filter(metric=metric, name=name, start=start).first() or Phase(
        metric=metric, name=name, start=start
    )
    phase.end, phase.n, phase.frozen_at = end, len(inside), clock()
    phase.centre, phase.sigma = chart.centre, chart.sigma
    phase.lower, phase.upper = chart.lower[-1], chart.upper[-1]
    phase.save()
    evidence.record_event("phase frozen", metric, by=by, note=name, data={"centre": phase.centre, "n": phase.n})
    return phase


def _inside(metric: Metric, start: date, end: date | None) -> list[Point]:
    first = period_of(metric.cadence, start)
    last = None if end is None else period_of(metric.cadence, end)
    found = [point for point in selectors.points(metric) if point.value is not None and point.exposure > 0]
    return [point for point in found if point.period >= first and (last is None or point.period <= last)]


def _chart(metric: Metric, inside: Sequence[Point], start: date, end: date | None) -> spc.Chart:
    subgroups = _subgroups(metric, start, end)
    if metric.chart in SUBGROUPS and len(subgroups) == len(inside):
        return SUBGROUPS[ChartKind(metric.chart)](subgroups)[0]
    values = [point.value or 0.0 for point in inside]
    sizes = [point.exposure for point in inside]
    if metric.chart == ChartKind.P:
        return spc.p_chart(values, sizes)
    if metric.chart == ChartKind.U:
        return spc.u_chart(values, sizes)
    if metric.chart == ChartKind.C:
        return spc.c_chart(values)
    return spc.individuals(_with_gaps(inside))[0]


def _subgroups(metric: Metric, start: date, end: date | None) -> list[list[float]]:
    rows = selectors.counted(metric).filter(subgroup__isnull=False, observed_at__date__gte=start)
    rows = rows.order_by("observed_at", "recorded_at", "uuid")
    if end is not None:
        rows = rows.filter(observed_at__date__lte=end)
    found = [[float(x) for x in subgroup or ()] for subgroup in rows.values_list("subgroup", flat=True)]
    same = len({len(subgroup) for subgroup in found}) == 1
    return found if same or metric.chart == ChartKind.XBAR_S else []


def _with_gaps(inside: Sequence[Point]) -> list[float | None]:
    """Values with None where periods are missing, so that no moving range bridges a gap."""
    known = {point.period: point.value for point in inside}
    if max(known) - min(known) > 20 * len(known):
        return [point.value for point in inside]
    found = [known.get(period) for period in range(min(known), max(known) + 1)]
    bridged = any(a is not None and b is not None for a, b in pairwise(found))
    return found if bridged else [point.value for point in inside]
