"""What a chart of a metric shows, before anybody decides how it looks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from metrics.cadence import start_of
from metrics.detector import Point
from metrics.models import Metric, Phase, Signal
from metrics.selectors.lists import signals_of
from metrics.selectors.series import COUNTS, points
from metrics.spc import WESTERN_ELECTRIC, rule_hits
from metrics.states import Alarm

MOST_POINTS = 500


@dataclass(frozen=True)
class ChartPoint:
    """The value of one period; `beyond` its phase's limits, `rules` the run rules that it completes."""

    day: date
    value: float
    phase: str
    beyond: bool
    rules: tuple[str, ...]


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
class ChartData:
    """A metric as a picture: points, phases, the target, and the day since which a gain is slipping."""

    metric: Metric
    points: tuple[ChartPoint, ...]
    phases: tuple[ChartPhase, ...]
    target: float | None
    slipping_since: date | None
    shown_of: int

    @property
    def is_empty(self) -> bool:
        return not self.points


def chart_data(
    metric: Metric,
    *,
    found: Sequence[Point] | None = None,
    signals: Iterable[Signal] | None = None,
    most: int = MOST_POINTS,
) -> ChartData:
    """The newest points of a metric with the phases that they fall in. Three queries whatever their number.

    `found` and `signals` are the metric's, where the caller has them already.
    """
    found = points(metric) if found is None else found
    days = [start_of(metric.cadence, point.period) for point in found]
    values = [_shown(metric, point.value, point.exposure) for point in found]
    kept = [(day, value) for day, value in zip(days, values, strict=True) if value is not None]
    phases = list(Phase.objects.filter(metric=metric))
    rows = kept[-most:]
    return ChartData(
        metric=metric,
        points=_points(rows, phases, metric),
        phases=tuple(_drawn(phase, rows, phases) for phase in phases if rows),
        target=None if metric.target is None else float(metric.target),
        slipping_since=_slipping_since(signals_of(metric) if signals is None else signals),
        shown_of=len(kept),
    )


def _shown(metric: Metric, value: float | None, exposure: float) -> float | None:
    if value is None or metric.family not in COUNTS:
        return value
    return value / exposure if exposure else None


def _points(rows: list[tuple[date, float]], phases: list[Phase], metric: Metric) -> tuple[ChartPoint, ...]:
    placed = [(day, value, _phase_of(day, phases)) for day, value in rows]
    marks: dict[date, list[str]] = {}
    for phase in phases:
        inside = [(day, value) for day, value, at in placed if at is phase]
        z = [(value - phase.centre) / phase.sigma if phase.sigma else None for _, value in inside]
        for name, hits in rule_hits(z, WESTERN_ELECTRIC).items():
            for hit in hits:
                marks.setdefault(inside[hit][0], []).append(name)
    return tuple(
        ChartPoint(day, value, at.name if at else "", _beyond(value, at), tuple(marks.get(day, ())))
        for day, value, at in placed
    )


def _phase_of(day: date, phases: list[Phase]) -> Phase | None:
    """The last phase that has begun by then: its limits are extended until the next begins."""
    begun = [phase for phase in phases if phase.start <= day]
    return begun[-1] if begun else None


def _beyond(value: float, phase: Phase | None) -> bool:
    if phase is None or phase.lower is None or phase.upper is None:
        return False
    return not phase.lower <= value <= phase.upper


def _drawn(phase: Phase, rows: list[tuple[date, float]], phases: list[Phase]) -> ChartPhase:
    later = [other.start for other in phases if other.start > phase.start]
    end = min(later) if later else max(rows[-1][0], phase.start)
    return ChartPhase(phase.name, phase.start, end, phase.centre, phase.lower, phase.upper, phase.end, phase.n)


def _slipping_since(signals: Iterable[Signal]) -> date | None:
    onsets = [signal.onset for signal in signals if signal.alarm == Alarm.RED and signal.concluded_at is None]
    return min(onsets, default=None)
