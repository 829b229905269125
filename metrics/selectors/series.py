"""From rows of measurements to the ordered points that the detector reads."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Exists, Max, OuterRef, QuerySet

from metrics.cadence import PER_YEAR, Cadence, last_due, period_of, start_of
from metrics.detector import (
    Calibration,
    Direction,
    Disposition,
    Evaluation,
    Family,
    Kind,
    Point,
    Settings,
    calibrate,
    evaluate,
)
from metrics.models import Exclusion, Measurement, Metric, PeriodSum, Signal, Watch
from metrics.states import COUNTS, SignalStatus

# How many periods after the change are looked at, in turn, for proof of the gain (docs/detector.md, 1).
LOOKS = (12, 20, 30)
DISPOSABLE = frozenset({Kind.AMBER, Kind.RED, Kind.BETTER})


@dataclass(frozen=True)
class Replay:
    """A watch worked through from its data: the gain, how it was found, and what came since."""

    calibration: Calibration
    evaluation: Evaluation
    before: Sequence[Point]
    after: Sequence[Point]
    since: Sequence[Point]


def zone_of(metric: Metric) -> ZoneInfo:
    return ZoneInfo(metric.site.time_zone)


def current(metric: Metric) -> QuerySet[Measurement]:
    """The values that count: not corrected by a later row, and not struck out."""
    return Measurement.objects.filter(metric=metric, corrected_by__isnull=True, value__isnull=False)


def counted(metric: Metric) -> QuerySet[Measurement]:
    """The current values without those that were excluded from limits and detectors."""
    return not_excluded(current(metric))


def counted_of(metrics: QuerySet[Metric]) -> QuerySet[Measurement]:
    """The same of all those among `metrics` that count something."""
    rows = Measurement.objects.filter(metric__in=metrics.filter(family__in=COUNTS).values("pk"))
    return not_excluded(rows.filter(corrected_by__isnull=True, value__isnull=False))


def not_excluded(rows: QuerySet[Measurement]) -> QuerySet[Measurement]:
    return rows.filter(~Exists(Exclusion.objects.filter(measurement=OuterRef("pk"), included_at__isnull=True)))


def newest_rows(
    metric: Metric, *, most: int, since: datetime | None = None, with_excluded: bool = False
) -> list[Measurement]:
    """The newest values that count, newest first. Looks at twice as many rows at most, and at no others: asked for
    all at once, the database would go through every row that the metric has."""
    rows = Measurement.objects.filter(metric=metric)
    if begin := max(filter(None, (since, _begin_of_newest(metric, 2 * most))), default=None):
        rows = rows.filter(observed_at__gte=begin)
    found = list(rows.select_related("source").order_by("-observed_at", "-recorded_at", "-uuid")[: 2 * most])
    keys = [row.pk for row in found]
    gone = set(Measurement.objects.filter(corrects__in=keys).values_list("corrects", flat=True))
    if not with_excluded:
        open_ones = Exclusion.objects.filter(measurement__in=keys, included_at=None)
        gone |= set(open_ones.values_list("measurement", flat=True))
    return [row for row in found if row.pk not in gone and row.value is not None][:most]


def _begin_of_newest(metric: Metric, rows: int) -> datetime | None:
    """When the newest periods begin that have so many rows together, as far as their sums are known."""
    sums = PeriodSum.objects.filter(metric=metric).order_by("-period").values_list("period", "rows")[:rows]
    counted_so_far = 0
    for period, n in sums:
        counted_so_far += n
        if counted_so_far >= rows:
            return datetime.combine(start_of(metric.cadence, period), time(), zone_of(metric))
    return None


def points(metric: Metric) -> list[Point]:
    """One point a period, in order. Values of one period are averaged by n; counts are added up."""
    rows = counted(metric).order_by("observed_at", "recorded_at", "uuid").values_list("observed_at", "value", "n")
    zone = zone_of(metric)
    return periods(metric, ((at.astimezone(zone).date(), float(value or 0), float(n)) for at, value, n in rows))


def newest_day(metric: Metric) -> date | None:
    """The day of the newest value."""
    newest = Measurement.objects.filter(metric=metric).aggregate(last=Max("observed_at"))["last"]
    return newest.astimezone(zone_of(metric)).date() if newest else None


def newest_period(metric: Metric) -> int | None:
    """The period of the newest value."""
    day = newest_day(metric)
    return None if day is None else period_of(metric.cadence, day)


def periods(metric: Metric, rows: Iterable[tuple[date, float, float]]) -> list[Point]:
    """Groups (day, value, n) into points of the metric's cadence."""
    found: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for day, value, n in rows:
        found[period_of(metric.cadence, day)].append((value, n))
    return [_point(metric, period, found[period]) for period in sorted(found)]


def _point(metric: Metric, period: int, rows: list[tuple[float, float]]) -> Point:
    weight = sum(n for _, n in rows)
    if metric.family in COUNTS:
        return Point(period, sum(value for value, _ in rows), weight)
    if weight == 0:
        return Point(period, None)
    return Point(period, sum(value * n for value, n in rows) / weight)


def now_due(metric: Metric, at: datetime) -> int:
    """The last period that should have been reported by `at`."""
    return last_due(metric.cadence, at, zone=zone_of(metric))


def settings_of(watch: Watch) -> Settings:
    metric = watch.metric
    return Settings(
        direction=Direction(metric.direction),
        family=Family(metric.family),
        periods_per_year=PER_YEAR[Cadence(metric.cadence)],
        loss=watch.loss,
        amber_per_year=watch.amber_per_year,
        red_per_year=watch.red_per_year,
        target=None if metric.target is None else float(metric.target),
        unit_value=float(metric.unit_value),
        season=metric.season,
    )


def replay(
    watch: Watch,
    *,
    at: datetime,
    found: Sequence[Point] | None = None,
    signals: Iterable[Signal] | None = None,
    extra: Sequence[Disposition] = (),
) -> Replay:
    """Work a watch through from its data. A pure function of settings, values and decisions, and of `at`.

    `found` and `signals` are those of the metric, where the caller has them already.
    """
    found = points(watch.metric) if found is None else found
    before = _between(watch, found, watch.before_start, watch.before_end)
    rest = _between(watch, found, watch.after_start, watch.after_end)
    settings = settings_of(watch)
    if watch.after_end:
        calibration, after = calibrate(settings, before, rest), rest
    else:
        calibration, after = _looked_for(settings, before, rest)
    edge = after[-1].period if after else period_of(watch.metric.cadence, watch.after_start) - 1
    since = [point for point in found if point.period > edge]
    decided = [*dispositions(watch, signals), *extra]
    return Replay(calibration, _judged(watch, calibration, since, edge, at, decided), before, after, since)


def proof_since(watch: Watch, since: date) -> tuple[Calibration, list[Point]]:
    """Whether the values since a day prove a gain over the time before the watch, and those that prove it."""
    found = points(watch.metric)
    before = _between(watch, found, watch.before_start, watch.before_end)
    return _looked_for(settings_of(watch), before, _between(watch, found, since, None))


def _between(watch: Watch, found: Sequence[Point], start: date, end: date | None) -> list[Point]:
    cadence = watch.metric.cadence
    first = period_of(cadence, start)
    last = None if end is None else period_of(cadence, end)
    return [point for point in found if point.period >= first and (last is None or point.period <= last)]


def _looked_for(settings: Settings, before: list[Point], rest: list[Point]) -> tuple[Calibration, list[Point]]:
    """The shortest of the agreed lengths that proves the gain; no other length gets a look."""
    after = rest[: LOOKS[0]]
    calibration = calibrate(settings, before, after)
    for length in LOOKS[1:]:
        if calibration.proven or len(rest) < length:
            break
        after = rest[:length]
        calibration = calibrate(settings, before, after)
    return calibration, after


def _judged(
    watch: Watch,
    calibration: Calibration,
    since: list[Point],
    edge: int,
    at: datetime,
    decided: Sequence[Disposition],
) -> Evaluation:
    due = now_due(watch.metric, at)
    last = since[-1].period if since else edge
    trailing = [Point(period, None) for period in range(last + 1, due + 1)] if due - last < 10_000 else []
    return evaluate(calibration, [*since, *trailing], decided)


def dispositions(watch: Watch, signals: Iterable[Signal] | None = None) -> list[Disposition]:
    """What people decided about the signals of this watch."""
    rows = Signal.objects.filter(watch=watch, concluded_at__isnull=False) if signals is None else signals
    return decisions(row for row in rows if row.watch_id == watch.pk)


def decisions(signals: Iterable[Signal]) -> list[Disposition]:
    """What people decided about signals of one watch. Deciding about RED decides about AMBER too."""
    return [
        Disposition(row.decided_period, _kinds(row.alarm), recovered=row.status == SignalStatus.RECOVERED)
        for row in sorted(signals, key=lambda row: row.pk)
        if row.concluded_at is not None
        and row.decided_period is not None
        and not row.superseded
        and Kind(row.alarm) in DISPOSABLE
    ]


def _kinds(alarm: str) -> frozenset[Kind]:
    return frozenset({Kind.AMBER, Kind.RED}) if alarm == Kind.RED else frozenset({Kind(alarm)})
