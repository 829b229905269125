"""The values of a metric period by period, summed in the database: as quick with a million rows as with a thousand.

`PeriodSum` keeps what the rows of each period add up to. Where rows came that it does not know yet (`Touched`), they
are added up here and now, so that the answer is always that of the rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import connection

from metrics.cadence import Cadence, period_of, start_of
from metrics.models import Metric, Touched
from metrics.selectors.series import zone_of
from metrics.states import COUNTS

DAY = "((observed_at AT TIME ZONE %(zone)s)::date)"
ORDINAL = f"({DAY} - DATE '0001-01-01')"  # that of Python less one
PERIOD = {
    Cadence.DAY: f"({ORDINAL} + 1)",
    Cadence.WORKDAY: f"({ORDINAL} / 7 * 5 + least({ORDINAL} %% 7, 4))",
    Cadence.WEEK: f"({ORDINAL} / 7)",
    Cadence.MONTH: f"(extract(year FROM {DAY})::int * 12 + extract(month FROM {DAY})::int - 1)",
    Cadence.QUARTER: f"(extract(year FROM {DAY})::int * 4 + (extract(month FROM {DAY})::int - 1) / 3)",
}
MOST_RANGES = 20
Range = tuple[int, int]


@dataclass(frozen=True)
class Period:
    """One period: the value that stands for it, and how much stands behind that."""

    period: int
    value: float
    weight: float


def summing(metric: Metric, ranges: Sequence[Range]) -> tuple[str, dict[str, Any]]:
    """A statement that adds up the rows of the periods in `ranges`: period, total, weight, rows."""
    zone = zone_of(metric)
    params: dict[str, Any] = {"metric": metric.pk, "zone": str(zone)}
    inside = []
    for at, (first, last) in enumerate(ranges):
        params[f"from{at}"] = datetime.combine(start_of(metric.cadence, first), time(), zone)
        params[f"to{at}"] = datetime.combine(start_of(metric.cadence, last + 1), time(), zone)
        inside.append(f"(m.observed_at >= %(from{at})s AND m.observed_at < %(to{at})s)")
    each = "m.value" if metric.family in COUNTS else "m.value * m.n"
    statement = f"""
    SELECT {PERIOD[Cadence(metric.cadence)]} AS period, sum({each})::float8 AS total, sum(m.n)::float8 AS weight,
      count(*)::int AS rows
    FROM metrics_measurement m
    WHERE m.metric_id = %(metric)s AND ({" OR ".join(inside) or "false"}) AND m.value IS NOT NULL
      AND NOT EXISTS (SELECT FROM metrics_measurement c WHERE c.corrects_id = m.uuid)
      AND NOT EXISTS (SELECT FROM metrics_exclusion e WHERE e.measurement_id = m.uuid AND e.included_at IS NULL)
    GROUP BY 1
    """
    return statement, params


def touched(metric: Metric) -> list[Range]:
    """The periods, from and to, whose sums do not know all rows."""
    return as_ranges(metric, Touched.objects.filter(metric_id=metric.pk).values_list("first", "last"))


def as_ranges(metric: Metric, times: Iterable[tuple[datetime, datetime]]) -> list[Range]:
    """Stretches of time as few ranges of periods that do not overlap."""
    zone = zone_of(metric)
    spans = sorted(
        (
            period_of(metric.cadence, first.astimezone(zone).date()),
            period_of(metric.cadence, last.astimezone(zone).date()),
        )
        for first, last in times
    )
    merged: list[Range] = []
    for first, last in spans:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged if len(merged) <= MOST_RANGES else [(merged[0][0], merged[-1][1])]


def _series(metric: Metric) -> tuple[str, dict[str, Any]]:
    """A common table `series` of period, value and weight: known sums, and fresh ones where they are out of date."""
    ranges = touched(metric)
    fresh, params = summing(metric, ranges)
    stale = " OR ".join(f"period BETWEEN {int(first)} AND {int(last)}" for first, last in ranges) or "false"
    return (
        f"""
        WITH sums AS (
          SELECT period, total, weight FROM metrics_periodsum WHERE metric_id = %(metric)s AND NOT ({stale})
          UNION ALL SELECT period, total, weight FROM ({fresh}) fresh
        ), series AS (SELECT period, total / weight AS value, weight FROM sums WHERE weight > 0)
        """,
        params,
    )


def period_values(metric: Metric, *, newest: int | None = None) -> list[Period]:
    """All periods that have a value, in order; or the newest of them."""
    series, params = _series(metric)
    limit = "" if newest is None else f"ORDER BY period DESC LIMIT {int(newest)}"
    return _periods(f"{series} SELECT period, value, weight FROM series {limit}", params)


def thinned(metric: Metric, *, most: int) -> tuple[list[Period], int]:
    """At most about `most` periods for a picture, and of how many.

    Of each stretch the lowest and the highest stay, as they are: nothing is averaged away. The first and last stay too.
    """
    series, params = _series(metric)
    statement = f"""
    {series}, placed AS (
      SELECT period, value, weight, count(*) OVER () AS total,
        ntile({int(most) // 2}) OVER (ORDER BY period) AS stretch FROM series
    ), ranked AS (
      SELECT *, row_number() OVER (PARTITION BY stretch ORDER BY value, period) AS low,
        row_number() OVER (PARTITION BY stretch ORDER BY value DESC, period) AS high,
        row_number() OVER (ORDER BY period) AS place
      FROM placed
    )
    SELECT period, value, weight, total FROM ranked
    WHERE total <= {int(most)} OR low = 1 OR high = 1 OR place = 1 OR place = total
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = sorted(cursor.fetchall())
    return [Period(*row[:3]) for row in rows], rows[0][3] if rows else 0


def _periods(statement: str, params: dict[str, Any]) -> list[Period]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [Period(*row) for row in sorted(cursor.fetchall())]
