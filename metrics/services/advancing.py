"""Going on with many watches at once from what each remembers, when new values have come.

Nothing is decided here. What holds as before gets its figures; every watch that says something else than people were
told, or that cannot be worked through like this, is handed on to an evaluation of its own, which replays all of its
values, moves it and opens its signals. A memory is a cache: late and corrected values, exclusions, other settings and
decisions make it again from all values.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.db.models import Count
from numpy.typing import NDArray
from psycopg import Cursor

from jobs import services as jobs
from metrics import selectors
from metrics.cadence import PER_YEAR, Cadence, period_of, start_of
from metrics.detector import Calibration, Direction, Disposition, Family, Kind, Settings, calibrate
from metrics.detector.fleet import FIELDS, Fleet, fleet_of
from metrics.models import Signal, Touched
from metrics.services.keeping import figures, write
from metrics.services.loading import Columns, Sums, all_sums, new_sums
from metrics.states import Alarm, WatchStatus
from people.models import User

LAYOUT = 2  # another one makes all memories anew
TOGETHER = 500  # whole series at a time
NEWS_TOGETHER = 2_000
NEVER, FOR_EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
LONG_AGO = -1
MANY_STRETCHES = 10
SOON = timedelta(seconds=30)
TOLD = (Kind.AMBER, Kind.RED, Kind.BETTER, Kind.STUCK, Kind.HUGGING)
# Each forgets what is new of metrics that another may be about to take: two at once could wait for each other.
ALONE = "SELECT pg_advisory_xact_lock(hashtext('metrics.evaluate'))"
TAKE = """
DELETE FROM metrics_newpart WHERE id IN (SELECT id FROM metrics_newpart ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING metric_id, batch_id, first, corrects
"""
ROWS = """
SELECT w.id, w.metric_id, w.status, w.before_start, w.before_end, w.after_start, w.after_end, w.loss, w.amber_per_year,
  w.red_per_year, w.silent_since, m.direction, m.family, m.cadence, m.target::float8, m.unit_value::float8, m.season,
  s.memory, s.key, s.pending_period, s.pending_total, s.pending_weight, s.watch_id IS NOT NULL,
  EXISTS (SELECT FROM metrics_signal told WHERE told.watch_id = w.id)
FROM metrics_watch w
JOIN metrics_metric m ON m.record_ptr_id = w.metric_id
JOIN records_record r ON r.id = m.record_ptr_id AND r.status = 'active'
LEFT JOIN metrics_watchstate s ON s.watch_id = w.id
WHERE w.metric_id = ANY(%s) ORDER BY w.id FOR NO KEY UPDATE OF w
"""


class Row(NamedTuple):
    """A watch with what it needs of its metric, and what it remembers."""

    pk: int
    metric: int
    status: str
    before_start: date
    before_end: date
    after_start: date
    after_end: date | None
    loss: float
    amber_per_year: float
    red_per_year: float
    silent_since: date | None
    direction: str
    family: str
    cadence: str
    target: float | None
    unit_value: float
    season: int
    memory: bytes | None
    key: str | None
    pending_period: int | None
    pending_total: float | None
    pending_weight: float | None
    has_state: bool
    has_signals: bool

    @property
    def settings(self) -> Settings:
        return Settings(
            direction=Direction(self.direction),
            family=Family(self.family),
            periods_per_year=PER_YEAR[Cadence(self.cadence)],
            loss=self.loss,
            amber_per_year=self.amber_per_year,
            red_per_year=self.red_per_year,
            target=self.target,
            unit_value=self.unit_value,
            season=self.season,
        )

    @property
    def kind(self) -> tuple[str, str]:
        return self.cadence, self.family

    def period(self, day: date) -> int:
        return period_of(self.cadence, day)

    @property
    def pending(self) -> int:
        return self.pending_period or 0

    @property
    def edge(self) -> datetime:
        """A day before the newest period: what was observed before is surely of an earlier one, in whatever zone."""
        if self.pending_period is None:
            return FOR_EVER
        return datetime.combine(start_of(self.cadence, self.pending_period), time(), UTC) - timedelta(days=1)


# What the design of a detector follows from.
OF_WATCH = slice(Row._fields.index("before_start"), Row._fields.index("red_per_year") + 1)
OF_METRIC = slice(Row._fields.index("direction"), Row._fields.index("season") + 1)


@dataclass(frozen=True)
class Decided:
    """What people decided about the signals of a watch, what stands, and the newest spike they were told of."""

    dispositions: tuple[Disposition, ...] = ()
    standing: frozenset[str] = frozenset()
    spike: int | None = None


NOTHING = Decided()


@dataclass
class Worked:
    """Watches side by side: what each remembers, before its newest period, and that period, which may still grow."""

    rows: list[Row]
    fleet: Fleet
    periods: NDArray[np.int64]
    totals: NDArray[np.float64]
    weights: NDArray[np.float64]

    def newest(self, decided: Mapping[int, Decided]) -> Fleet:
        """The same with the newest period, as far as it has come."""
        ahead = self.fleet.copy()
        counts = ahead.is_count
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(counts, self.totals, np.where(self.weights > 0, self.totals / self.weights, np.nan))
        exposure = np.where(counts, self.weights, 1.0)
        ahead.take(self.periods, value, exposure, np.ones(len(self.rows), dtype=bool))
        for column, row in enumerate(self.rows):
            for disposition in decided.get(row.pk, NOTHING).dispositions:
                if disposition.period >= self.periods[column]:
                    ahead.dispose(column, disposition)
        return ahead


@transaction.atomic
def evaluate_new(*, at: datetime, by: User) -> int:
    """Go on with the watches of all metrics that have new values. Returns how many were worked through here; the
    others were handed on."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
        cursor.execute(TAKE)
        parts = cursor.fetchall()
    if not parts:
        return 0
    first: dict[int, datetime] = {}
    for metric, _batch, begins, corrects in parts:
        begins = NEVER if corrects else begins
        first[metric] = min(begins, first.get(metric, begins))
    _ask_for_sums(first, at=at)
    return _work(first, {batch for _metric, batch, _begins, _corrects in parts}, at=at)


@transaction.atomic
def evaluate_afresh(metrics: Iterable[int], *, at: datetime, by: User) -> int:
    """The same from all values of these metrics, forgetting what is remembered."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
    return _work(dict.fromkeys(metrics, NEVER), (), at=at)


def _ask_for_sums(metrics: Collection[int], *, at: datetime) -> None:
    """Charts add up for themselves what their sums do not know, as long as that is little. Lists wait a moment."""
    jobs.enqueue("metrics.sum_new", key="metrics-sum-new", available_at=at + SOON)
    stretches = Touched.objects.values("metric_id").annotate(n=Count("pk")).filter(n__gte=MANY_STRETCHES)
    many = {metric for metric in stretches.values_list("metric_id", flat=True) if metric in metrics}
    jobs.enqueue_keyed("metrics.sum_up", {f"sum-up-{metric}": {"metric_id": metric} for metric in many})


def _work(metrics: Mapping[int, datetime], batches: Collection[int], *, at: datetime) -> int:
    """Returns how many watches were worked through. `metrics` have values of these batches, observed since then; NEVER
    where what is known already changed."""
    with Cursor(connection.connection) as cursor:  # in binary: memories are long
        rows = [Row(*found) for found in cursor.execute(ROWS, [list(metrics)], binary=True)]
    decided = _decided([row.pk for row in rows if row.has_signals])
    keys = {row.pk: _key(row, decided.get(row.pk, NOTHING)) for row in rows}
    plain = [row for row in rows if row.season < 2]  # what is usual for a time of the year is not remembered
    ready, came = _ready(plain, keys, metrics, batches)
    known = {row.pk for row in ready}
    proven = [row for row in plain if row.after_end and row.pk not in known]
    groups = [*_gone_on(ready, came), *_begun(proven, decided)]
    worked = {row.pk for group in groups for row in group.rows}
    handed = {row.metric for row in rows if row.pk not in worked} | _silent(metrics)
    for group in groups:
        handed |= _keep(group, decided, keys, at=at)
    _hand_on(handed)
    return len(worked)


def _decided(watches: Sequence[int]) -> dict[int, Decided]:
    """By watch."""
    signals: dict[int, list[Signal]] = defaultdict(list)
    for signal in Signal.objects.filter(watch_id__in=watches).order_by("pk"):
        if signal.watch_id:
            signals[signal.watch_id].append(signal)
    return {watch: _decisions(found) for watch, found in signals.items()}


def _decisions(signals: Sequence[Signal]) -> Decided:
    spikes = [signal.raised_period for signal in signals if signal.alarm == Alarm.SPIKE]
    return Decided(
        dispositions=tuple(selectors.decisions(signals)),
        standing=frozenset(signal.alarm for signal in signals if signal.concluded_at is None),
        spike=max(spikes, default=None),
    )


def _key(row: Row, decided: Decided) -> str:
    """What a memory hangs on besides the values: of another key it is of no use."""
    dispositions = tuple((one.period, *sorted(one.kinds), one.recovered) for one in decided.dispositions)
    return _digest(row[OF_WATCH], row[OF_METRIC], dispositions)


@lru_cache(maxsize=10_000)
def _digest(*facts: Any) -> str:
    return hashlib.sha256(repr((LAYOUT, len(FIELDS), *facts)).encode()).hexdigest()


def _ready(
    rows: Sequence[Row], keys: Mapping[int, str], first: Mapping[int, datetime], batches: Collection[int]
) -> tuple[list[Row], Columns]:
    """The watches that can go on from what they remember, and what came for each, a column for each: nothing of the
    past.

    All watches of a metric or none: what is read of it from the beginning is new to none of them any more.
    """
    edges = {row.pk: row.edge for row in rows}
    unable = {
        row.metric for row in rows if not (row.memory and row.key == keys[row.pk] and first[row.metric] > edges[row.pk])
    }
    able = [row for row in rows if row.metric not in unable]
    place = {metric: column for column, metric in enumerate({row.metric: None for row in able})}
    since = min((edges[row.pk] for row in able), default=FOR_EVER)
    came = new_sums({row.metric: row.kind for row in able}, batches=batches, since=since)
    begins = dict(zip(came.column[came.starts].tolist(), came.periods[came.starts].tolist(), strict=True))
    late = {row.metric for row in able if begins.get(place[row.metric], LONG_AGO) < row.pending}
    ready = [row for row in able if row.metric not in late]
    return ready, came.chosen(np.array([place[row.metric] for row in ready], dtype=np.int64))


def _gone_on(rows: Sequence[Row], came: Columns) -> Iterator[Worked]:
    """With what came, and what was there of the newest period before."""
    pending = np.array([(row.pending, row.pending_total, row.pending_weight) for row in rows]).reshape(-1, 3).T
    known = Columns(np.arange(len(rows)), pending[0].astype(np.int64), pending[1], pending[2])
    whole = Columns(*(np.concatenate(both) for both in zip(known, came, strict=True))).added()
    for some in _by_length(whole.periods[whole.ends] - whole.periods[whole.starts], NEWS_TOGETHER):
        mine = [rows[place] for place in some]
        yield _taken(mine, Fleet.loads([row.memory or b"" for row in mine]), whole.chosen(some), {})


def _begun(rows: Sequence[Row], decided: Mapping[int, Decided]) -> Iterator[Worked]:
    """From all values. A gain that they no longer prove, and one without values since, is left out."""
    sums = all_sums({row.metric: row.kind for row in rows}) if rows else {}
    found = {row.pk: (row, *_calibrated(row, sums[row.metric])) for row in rows if row.metric in sums}
    usable = [row for row, c, since in found.values() if c.proven and len(since.periods)]
    for some in _by_length(np.array([len(found[row.pk][2].periods) for row in usable], dtype=np.int64), TOGETHER):
        mine = [usable[place] for place in some]
        before = {
            column: [
                one for one in decided.get(row.pk, NOTHING).dispositions if one.period < found[row.pk][2].periods[-1]
            ]
            for column, row in enumerate(mine)
            if row.pk in decided
        }
        fleet = fleet_of([found[row.pk][1] for row in mine])
        yield _taken(mine, fleet, Columns.of([found[row.pk][2] for row in mine]), before)


def _calibrated(row: Row, sums: Sums) -> tuple[Calibration, Sums]:
    """The design of a watch, and what came since."""
    before, after = (
        (sums.periods >= row.period(first)) & (sums.periods <= row.period(last or date.max))
        for first, last in ((row.before_start, row.before_end), (row.after_start, row.after_end))
    )
    edge = sums.periods[after][-1] if after.any() else row.period(row.after_start) - 1
    calibration = calibrate(row.settings, sums.points(row.family, before), sums.points(row.family, after))
    return calibration, sums.where(sums.periods > edge)


def _by_length(lengths: NDArray[np.int64], most: int) -> Iterator[NDArray[np.int64]]:
    """Places of watches of about the same length together: a matrix is as long as its longest column."""
    ordered = np.argsort(lengths, kind="stable")
    return (ordered[start : start + most] for start in range(0, len(ordered), most))


def _taken(rows: list[Row], fleet: Fleet, series: Columns, decided: Mapping[int, list[Disposition]]) -> Worked:
    """The fleet after all periods of its series but the newest."""
    ends = series.ends
    start, newest = series.periods[series.starts], series.periods[ends]
    values = np.full((int((newest - start).max()), len(rows)), np.nan)
    exposures = np.ones_like(values)
    past = np.ones(len(series.column), dtype=bool)
    past[ends] = False
    column = series.column[past]
    place = series.periods[past] - start[column]
    for matrix, numbers in zip((values, exposures), series.measured(fleet.is_count), strict=True):
        matrix[place, column] = numbers[past]
    fleet.replay(start, values, exposures, decided, lengths=newest - start)
    return Worked(rows, fleet, newest, series.total[ends], series.weight[ends])


def _keep(worked: Worked, decided: Mapping[int, Decided], keys: Mapping[int, str], *, at: datetime) -> set[int]:
    """Write what each watch remembers, and its figures. Returns the metrics that need an evaluation of their own."""
    newest = worked.newest(decided)
    other = _says_other(worked, newest, decided)
    kept = [_settled(row, worked, column, decided, keys) for column, row in enumerate(worked.rows)]
    watches = [row.pk for row in worked.rows]
    columns = (watches, worked.periods.tolist(), worked.totals.tolist(), worked.weights.tolist(), other.tolist())
    cadences = [row.cadence for row in worked.rows]
    write(columns, memories=worked.fleet.dumps(), keys=kept, figures=figures(newest, cadences), at=at)
    return {row.metric for column, row in enumerate(worked.rows) if other[column]}


def _settled(row: Row, worked: Worked, column: int, decided: Mapping[int, Decided], keys: Mapping[int, str]) -> str:
    """The key of a memory; none while a decision waits for the end of the newest period."""
    waits = any(one.period >= worked.periods[column] for one in decided.get(row.pk, NOTHING).dispositions)
    return "" if waits else keys[row.pk]


def _says_other(worked: Worked, newest: Fleet, decided: Mapping[int, Decided]) -> NDArray[np.bool_]:
    """Which watches say anything that people have not been told, or that is told in more than figures."""
    told = [decided.get(row.pk, NOTHING) for row in worked.rows]
    other = newest.is_open(Kind.AMBER) | newest.is_open(Kind.RED)
    for kind in TOLD:
        other |= newest.is_open(kind) != np.array([kind.value in one.standing for one in told])
    other |= newest["spike"] > np.array([-math.inf if one.spike is None else one.spike for one in told])
    other |= np.array(
        [row.status != WatchStatus.HOLDING or row.silent_since is not None or not row.has_state for row in worked.rows]
    )
    return other


def _silent(metrics: Collection[int]) -> set[int]:
    """Those that were said to be silent, and are so no longer."""
    silent = Signal.objects.filter(watch=None, alarm=Alarm.SILENT, concluded_at=None)
    return {metric for metric in silent.values_list("metric_id", flat=True) if metric in metrics}


def _hand_on(metrics: Collection[int]) -> None:
    jobs.enqueue_keyed(
        "metrics.evaluate_metric", {f"evaluate-metric-{metric}": {"metric_id": metric} for metric in metrics}
    )
