"""The values of many metrics at once, as arrays: what a fleet of watches is fed with."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from metrics.cadence import periods_of
from metrics.detector import Point
from metrics.states import COUNTS

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
PERIOD_BITS = 32  # a column and a period of it make one number
OF_BATCHES = " AND m.batch_id = ANY(%(batches)s) AND m.observed_at >= %(since)s"
KNOWN = "WITH known AS (DELETE FROM metrics_newpart WHERE metric_id = ANY(%(metrics)s))"
BY_METRIC = " GROUP BY m.metric_id"

Kinds = Mapping[int, tuple[str, str]]


class Sums(NamedTuple):
    """Of one metric, period by period in order: the sum of its counts, or of value times n; and of n."""

    periods: NDArray[np.int64]
    total: NDArray[np.float64]
    weight: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_]) -> "Sums":
        return Sums(self.periods[chosen], self.total[chosen], self.weight[chosen])

    def points(self, family: str, chosen: NDArray[np.bool_]) -> list[Point]:
        """The chosen periods, as a calibration reads them."""
        these = self.where(chosen)
        counts = np.full(len(these.periods), family in COUNTS)
        values, exposures = _measured(counts, these.total, these.weight)
        numbers = (these.periods.tolist(), values.tolist(), exposures.tolist())
        return [Point(period, None if value != value else value, n) for period, value, n in zip(*numbers, strict=True)]


class Columns(NamedTuple):
    """Sums of many, strung together: `column` tells whose each is. In the order of columns and periods."""

    column: NDArray[np.int64]
    periods: NDArray[np.int64]
    total: NDArray[np.float64]
    weight: NDArray[np.float64]

    @classmethod
    def of(cls, parts: Sequence[Sums]) -> Self:
        column = np.repeat(np.arange(len(parts)), [len(sums.periods) for sums in parts])
        return cls(column, *(np.concatenate(some) for some in zip(*parts, strict=True)))

    @property
    def ends(self) -> NDArray[np.int64]:
        """Where the newest period stands of each column that has any."""
        return np.append(np.flatnonzero(self.column[1:] != self.column[:-1]), len(self.column) - 1)[: len(self.column)]

    @property
    def starts(self) -> NDArray[np.int64]:
        return np.append(0, self.ends[:-1] + 1)[: len(self.column)]

    def measured(self, counts: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The value of each period, NaN where nothing stands behind it, and its exposure; `counts` by column."""
        return _measured(counts[self.column], self.total, self.weight)

    def chosen(self, columns: NDArray[np.int64]) -> "Columns":
        """Those of some columns, in another order and as often as they are named; they get new numbers."""
        first, end = (np.searchsorted(self.column, columns, side=side) for side in ("left", "right"))
        lengths = end - first
        place = np.repeat(first - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
        column = np.repeat(np.arange(len(columns)), lengths)
        return Columns(column, self.periods[place], self.total[place], self.weight[place])

    def one(self, column: int) -> Sums:
        first, end = np.searchsorted(self.column, (column, column + 1))
        return Sums(self.periods[first:end], self.total[first:end], self.weight[first:end])

    def added(self) -> "Columns":
        """What is of the same column and period is one."""
        if not len(self.column):
            return self
        order = np.argsort((self.column << PERIOD_BITS) + self.periods, kind="stable")
        column, periods, total, weight = self.column[order], self.periods[order], self.total[order], self.weight[order]
        begins = np.append(True, (column[1:] != column[:-1]) | (periods[1:] != periods[:-1]))
        place = np.flatnonzero(begins)
        return Columns(column[place], periods[place], np.add.reduceat(total, place), np.add.reduceat(weight, place))


def _measured(
    counts: NDArray[np.bool_], total: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(weight > 0, total / weight, np.nan)
    return np.where(counts, total, mean), np.where(counts, weight, 1.0)


def all_sums(kinds: Kinds) -> dict[int, Sums]:
    """The current values of these metrics; metrics without one are left out.

    `kinds` are cadence and family of each metric by its key. In the same statement, so that no value is missed or
    counted twice, what was new of these metrics is so no longer.
    """
    found = _read(KNOWN + ROWS + BY_METRIC, kinds, {})
    there = set(found.column[found.ends].tolist())
    return {metric: found.one(column) for column, metric in enumerate(kinds) if column in there}


def new_sums(kinds: Kinds, *, batches: Collection[int], since: datetime) -> Columns:
    """Those of the values that came with these batches and were observed since then; a column for each metric, in the
    order of `kinds`."""
    return _read(ROWS + OF_BATCHES + BY_METRIC, kinds, {"batches": list(batches), "since": since})


def _read(statement: str, kinds: Kinds, told: dict[str, Any]) -> Columns:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"metrics": list(kinds), **told})
        found = cursor.fetchall()
    place = {metric: column for column, metric in enumerate(kinds)}
    owners = np.array([place[row[0]] for row in found], dtype=np.int64)
    column = np.repeat(owners, [len(row[1]) // ONE_DAY for row in found])
    days, value, n = (
        np.frombuffer(b"".join([row[part] for row in found]), sort).astype(sort[1:])
        for part, sort in enumerate((">i4", ">f8", ">f8"), start=1)
    )
    cadences = np.array([str(cadence) for cadence, _family in kinds.values()])[column]
    periods = np.zeros(len(days), dtype=np.int64)
    for cadence in {cadence for cadence, _family in kinds.values()}:
        mine = cadences == str(cadence)
        periods[mine] = periods_of(cadence, days[mine].astype(np.int64))
    counts = np.array([family in COUNTS for _cadence, family in kinds.values()])[column]
    return Columns(column, periods, np.where(counts, value, value * n), n).added()
