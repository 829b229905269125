"""The values of many metrics at once, as arrays: what a fleet of watches is fed with."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from metrics.cadence import periods_of
from metrics.detector import Point
from metrics.selectors.series import COUNTS

# Numbers as the database holds them, strung together: a row for each metric instead of one for each value. What was
# corrected or excluded is little and is looked up in a hash, whatever the planner believes: NOT IN, without any NULL.
ROWS = """
SELECT m.metric_id,
  string_agg(int4send((m.observed_at AT TIME ZONE site.time_zone)::date - DATE '0001-01-01' + 1), ''),
  string_agg(float8send(m.value::float8), ''), string_agg(float8send(m.n::float8), '')
FROM metrics_measurement m
JOIN records_record record ON record.id = m.metric_id
JOIN people_site site ON site.id = record.site_id
WHERE m.metric_id = ANY(%(metrics)s) AND m.value IS NOT NULL
  AND m.uuid NOT IN (SELECT c.corrects_id FROM metrics_measurement c WHERE c.corrects_id IS NOT NULL)
  AND m.uuid NOT IN (SELECT x.measurement_id FROM metrics_exclusion x WHERE x.included_at IS NULL)
"""
ONE_DAY = 4  # bytes
OF_BATCHES = " AND m.batch_id = ANY(%(batches)s) AND m.observed_at >= %(since)s"
KNOWN = "WITH known AS (DELETE FROM metrics_newpart WHERE metric_id = ANY(%(metrics)s))"
BY_METRIC = " GROUP BY m.metric_id"

Kinds = Mapping[int, tuple[str, str]]


class Sums(NamedTuple):
    """Of one metric, period by period in order: the sum of its counts, or of value times n; and of n."""

    periods: NDArray[np.int64]
    total: NDArray[np.float64]
    weight: NDArray[np.float64]

    def values(self, family: str) -> NDArray[np.float64]:
        """The value of each period; NaN where nothing stands behind it."""
        if family in COUNTS:
            return self.total
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.weight > 0, self.total / self.weight, np.nan)

    def exposures(self, family: str) -> NDArray[np.float64]:
        return self.weight if family in COUNTS else np.ones_like(self.weight)

    def where(self, chosen: NDArray[np.bool_]) -> "Sums":
        return Sums(self.periods[chosen], self.total[chosen], self.weight[chosen])

    def points(self, family: str, chosen: NDArray[np.bool_]) -> list[Point]:
        """The chosen periods, as a calibration reads them."""
        these = self.where(chosen)
        numbers = (these.periods.tolist(), these.values(family).tolist(), these.exposures(family).tolist())
        return [Point(period, None if value != value else value, n) for period, value, n in zip(*numbers, strict=True)]


def all_sums(kinds: Kinds) -> dict[int, Sums]:
    """The current values of these metrics; metrics without one are left out.

    `kinds` are cadence and family of each metric by its key. In the same statement, so that no value is missed or
    counted twice, what was new of these metrics is so no longer.
    """
    return _read(KNOWN + ROWS + BY_METRIC, kinds, {})


def new_sums(kinds: Kinds, *, batches: Collection[int], since: datetime) -> dict[int, Sums]:
    """Those of the values that came with these batches and were observed since then."""
    return _read(ROWS + OF_BATCHES + BY_METRIC, kinds, {"batches": list(batches), "since": since})


def _read(statement: str, kinds: Kinds, told: dict[str, Any]) -> dict[int, Sums]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"metrics": list(kinds), **told})
        return {metric: _sums(*kinds[metric], days, values, ns) for metric, days, values, ns in cursor}


def _sums(cadence: str, family: str, days: bytes, values: bytes, ns: bytes) -> Sums:
    if len(days) == ONE_DAY:  # one new value is by far the most frequent
        weight = np.frombuffer(ns, ">f8").astype(float)
        value = np.frombuffer(values, ">f8").astype(float)
        period = periods_of(cadence, np.frombuffer(days, ">i4").astype(np.int64))
        return Sums(period, value if family in COUNTS else value * weight, weight)
    numbers = periods_of(cadence, np.frombuffer(days, ">i4").astype(np.int64))
    value, n = np.frombuffer(values, ">f8"), np.frombuffer(ns, ">f8")
    periods, place = np.unique(numbers, return_inverse=True)
    total = np.bincount(place, weights=value if family in COUNTS else value * n).astype(float)
    return Sums(periods, total, np.bincount(place, weights=n).astype(float))
