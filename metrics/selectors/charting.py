"""What a chart of a metric shows, before anybody decides how it looks."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from metrics.cadence import period_of, start_of
from metrics.models import Exclusion, Metric, Phase, Signal
from metrics.selectors.lists import signals_of
from metrics.selectors.series import zone_of
from metrics.selectors.sums import Period, thinned
from metrics.spc import NELSON, WESTERN_ELECTRIC, rule_hits
from metrics.states import Alarm, ChartKind

MOST_POINTS = 500
MOST_EXCLUDED = 50
RULES = {**WESTERN_ELECTRIC, **{name: rule for name, rule in NELSON.items() if name in ("N3", "N4", "N7", "N8")}}
Placed = tuple[date, Period, Phase | None]


@dataclass(frozen=True)
class ChartPoint:
    """The value of one period; `beyond` its phase's limits, `rules` the run rules that it completes.

    `lower` and `upper` are its own limits where they depend on how much was checked (p and u charts).
    """

    day: date
    value: float
    phase: str
    beyond: bool
    rules: tuple[str, ...]
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class ChartPhase:
    """A frozen phase as drawn: from `start` to `end`, its centre and limits."""

    name: str
    start: date
    end: date
    centre: float
    lower: float | None
    upper: float | None
    until: date | None
    n: int


@dataclass(frozen=True)
class LeftOut:
    """A value that was excluded, where it would have been."""

    day: date
    value: float
    reason: str


@dataclass(frozen=True)
class ChartData:
    """A metric as a picture: points, phases, target and specification, and the day since which a gain is slipping.

    `shown_of` is how many periods there are; where fewer are shown, the extremes of each stretch are.
    """

    metric: Metric
    points: tuple[ChartPoint, ...]
    phases: tuple[ChartPhase, ...]
    target: float | None
    slipping_since: date | None
    shown_of: int
    spec: tuple[float | None, float | None] = (None, None)
    left_out: tuple[LeftOut, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.points

    @property
    def is_thinned(self) -> bool:
        return self.shown_of > len(self.points)

    @property
    def has_own_limits(self) -> bool:
        """Whether limits go up and down with what was checked."""
        return any(point.lower is not None for point in self.points)


def chart_data(metric: Metric, *, signals: Iterable[Signal] | None = None, most: int = MOST_POINTS) -> ChartData:
    """A metric with the phases that its points fall in. As many queries, and as few rows, however many values.

    `signals` are the metric's, where the caller has them already.
    """
    found, total = thinned(metric, most=most)
    phases = list(Phase.objects.filter(metric=metric))
    rows = [(day := start_of(metric.cadence, row.period), row, _phase_of(day, phases)) for row in found]
    return ChartData(
        metric=metric,
        points=_points(rows, phases, metric, has_all=total == len(rows)),
        phases=tuple(_drawn(phase, rows, phases) for phase in phases if rows),
        target=_number(metric.target),
        slipping_since=_slipping_since(signals_of(metric) if signals is None else signals),
        shown_of=total,
        spec=(_number(metric.spec_lower), _number(metric.spec_upper)),
        left_out=left_out(metric),
    )


def left_out(metric: Metric) -> tuple[LeftOut, ...]:
    """The newest values that are excluded."""
    rows = Exclusion.objects.filter(measurement__metric=metric, included_at=None).select_related("measurement")
    zone = zone_of(metric)
    return tuple(_left_out(metric, row, zone) for row in rows[:MOST_EXCLUDED])


def _left_out(metric: Metric, row: Exclusion, zone: ZoneInfo) -> LeftOut:
    value = row.measurement
    day = start_of(metric.cadence, period_of(metric.cadence, value.observed_at.astimezone(zone).date()))
    counts = metric.chart in (ChartKind.P, ChartKind.U) and value.n
    return LeftOut(day, float(value.value or 0) / (float(value.n) if counts else 1), row.reason)


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _points(rows: list[Placed], phases: list[Phase], metric: Metric, *, has_all: bool) -> tuple[ChartPoint, ...]:
    """With run rules only where every period is there: a run of what was left over would mean nothing."""
    marks = _rules(rows, phases) if has_all else {}
    vary = metric.chart in (ChartKind.P, ChartKind.U) and len({row.weight for _day, row, _phase in rows}) > 1
    return tuple(_point(placed, metric, marks.get(placed[0], []), vary=vary) for placed in rows)


def _point(placed: Placed, metric: Metric, rules: Sequence[str], *, vary: bool) -> ChartPoint:
    day, row, phase = placed
    own = _own_limits(metric, phase, row.weight) if vary and phase else None
    low, high = own or ((phase.lower, phase.upper) if phase else (None, None))
    beyond = low is not None and high is not None and not low <= row.value <= high
    shown = own or (None, None)
    return ChartPoint(day, row.value, phase.name if phase else "", beyond, tuple(rules), *shown)


def _own_limits(metric: Metric, phase: Phase, weight: float) -> tuple[float, float]:
    """The limits of a period in which so much was checked, about the frozen centre."""
    share = metric.chart == ChartKind.P
    reach = 3 * math.sqrt(max(phase.centre * ((1 - phase.centre) if share else 1.0), 0.0) / weight)
    return max(0.0, phase.centre - reach), min(1.0 if share else math.inf, phase.centre + reach)


def _rules(rows: list[Placed], phases: list[Phase]) -> dict[date, list[str]]:
    marks: dict[date, list[str]] = {}
    for phase in phases:
        inside = [(day, row.value) for day, row, at in rows if at is phase]
        z = [(value - phase.centre) / phase.sigma if phase.sigma else None for _, value in inside]
        for name, hits in rule_hits(z, RULES).items():
            for hit in hits:
                marks.setdefault(inside[hit][0], []).append(name)
    return marks


def _phase_of(day: date, phases: list[Phase]) -> Phase | None:
    """The last phase that has begun by then: its limits are extended until the next begins."""
    begun = [phase for phase in phases if phase.start <= day]
    return begun[-1] if begun else None


def _drawn(phase: Phase, rows: list[Placed], phases: list[Phase]) -> ChartPhase:
    later = [other.start for other in phases if other.start > phase.start]
    end = min(later) if later else max(rows[-1][0], phase.start)
    return ChartPhase(phase.name, phase.start, end, phase.centre, phase.lower, phase.upper, phase.end, phase.n)


def _slipping_since(signals: Iterable[Signal]) -> date | None:
    onsets = [signal.onset for signal in signals if signal.alarm == Alarm.RED and signal.concluded_at is None]
    return min(onsets, default=None)
