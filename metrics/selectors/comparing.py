"""The same thing measured at several lines, shifts and sites, side by side on the same scale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, variance

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _

from metrics.cadence import start_of
from metrics.models import Metric
from metrics.selectors.sums import Period
from metrics.states import Better, MetricStatus
from people.models import Site, User
from records.selectors import visible

MOST_SHOWN, MOST_PERIODS, RECENT = 24, 60, 12
CLEARLY = 3.0  # standard errors: of two dozen lines hardly one would stand out by chance
NEWEST = """
SELECT wanted.id, s.period, s.total / s.weight, s.weight FROM unnest(%s::bigint[]) AS wanted (id)
CROSS JOIN LATERAL (
  SELECT period, total, weight FROM metrics_periodsum
  WHERE metric_id = wanted.id AND weight > 0 ORDER BY period DESC LIMIT %s
) s ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Spot:
    day: date
    value: float


@dataclass(frozen=True)
class Compared:
    """One of the metrics: its newest periods, their mean over the last twelve, and how it stands to the others."""

    metric: Metric
    place: str
    points: tuple[Spot, ...]
    mean: float
    sigma: float
    n: int
    verdict: str
    tone: str


@dataclass(frozen=True)
class Comparison:
    """All of one measure, the best first, with the scales that their charts share."""

    rows: tuple[Compared, ...]
    mean: float
    low: float
    high: float
    first: date
    last: date
    unlike: tuple[Metric, ...]
    without: tuple[Metric, ...]


def newest_sums(metrics: Sequence[int], *, most: int) -> dict[int, list[Period]]:
    """The newest periods of many metrics in one query."""
    found: dict[int, list[Period]] = {key: [] for key in metrics}
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [list(metrics), most])
        for key, period, value, weight in cursor.fetchall():
            found[key].append(Period(period, value, weight))
    return found


def measures(user: User) -> list[tuple[str, int]]:
    """What is measured at several places that `user` sees, and at how many."""
    seen = visible(Metric, user).filter(status=MetricStatus.ACTIVE).exclude(measure="")
    return list(seen.order_by("measure").values_list("measure").annotate(n=Count("pk")))


def comparison(user: User, measure: str, *, site: Site | None = None, shift: str = "") -> Comparison | None:
    """The metrics of a measure that `user` sees, narrowed; None where nothing can be compared."""
    seen = visible(Metric, user).filter(measure=measure, status=MetricStatus.ACTIVE)
    if site:
        seen = seen.filter(site=site)
    if shift:
        seen = seen.filter(shift=shift)
    metrics = list(seen.select_related("site", "station").order_by("site__code", "station__code", "shift", "pk"))
    alike = [metric for metric in metrics if _kind(metric) == _kind(metrics[0])][:MOST_SHOWN]
    sums = newest_sums([metric.pk for metric in alike], most=MOST_PERIODS)
    with_values = [metric for metric in alike if len(sums[metric.pk]) > 1]
    if not with_values:
        return None
    rows = [_compared(metric, with_values, sums) for metric in with_values]
    worst_last = alike[0].direction == Better.HIGHER
    target = float(alike[0].target or 0) if alike[0].direction == Better.TARGET else None
    rows.sort(key=lambda row: abs(row.mean - target) if target is not None else -row.mean if worst_last else row.mean)
    values = [spot.value for row in rows for spot in row.points]
    edge = (max(values) - min(values)) * 0.05 or 1.0
    days = [spot.day for row in rows for spot in row.points]
    return Comparison(
        rows=tuple(rows),
        mean=fmean(row.mean for row in rows),
        low=min(values) - edge,
        high=max(values) + edge,
        first=min(days),
        last=max(days),
        unlike=tuple(metric for metric in metrics if _kind(metric) != _kind(metrics[0])),
        without=tuple(metric for metric in alike if len(sums[metric.pk]) <= 1),
    )


def _kind(metric: Metric) -> tuple[str, ...]:
    """Only what has the same unit, cadence, kind of values and direction can be laid side by side."""
    return metric.unit, metric.cadence, metric.family, metric.direction


def place_of(metric: Metric) -> str:
    """Where and when it is measured."""
    parts = [metric.site.name, metric.station.name if metric.station else "", metric.shift]
    return " · ".join(part for part in parts if part)


def _compared(metric: Metric, metrics: Sequence[Metric], sums: dict[int, list[Period]]) -> Compared:
    mine = _recent(sums[metric.pk])
    others = [value for other in metrics if other.pk != metric.pk for value in _recent(sums[other.pk])]
    verdict, tone = _verdict(metric, mine, others)
    return Compared(
        metric=metric,
        place=place_of(metric),
        points=tuple(Spot(start_of(metric.cadence, row.period), row.value) for row in sums[metric.pk]),
        mean=fmean(mine),
        sigma=math.sqrt(variance(mine)),
        n=len(mine),
        verdict=verdict,
        tone=tone,
    )


def _recent(rows: Sequence[Period]) -> list[float]:
    return [row.value for row in rows[-RECENT:]]


def _verdict(metric: Metric, mine: Sequence[float], others: Sequence[float]) -> tuple[str, str]:
    """Clearly better or worse than the others together, or nothing that could not be chance."""
    if len(others) < 2:
        return "", "neutral"
    target = float(metric.target or 0) if metric.direction == Better.TARGET else None
    a, b = (_badness(metric, values, target) for values in (mine, others))
    error = math.sqrt(variance(a) / len(a) + variance(b) / len(b))
    apart = fmean(a) - fmean(b)
    if abs(apart) <= CLEARLY * error:
        return _("like the others"), "neutral"
    return (_("clearly worse than the others"), "danger") if apart > 0 else (_("clearly better"), "success")


def _badness(metric: Metric, values: Sequence[float], target: float | None) -> list[float]:
    if target is not None:
        return [abs(value - target) for value in values]
    return [value if metric.higher_is_worse else -value for value in values]
