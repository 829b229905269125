"""How the single values of a metric lie: their histogram, and between its specification limits."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from statistics import fmean, stdev

from django.utils.translation import gettext as _

from metrics import spc
from metrics.models import Metric
from metrics.selectors.charting import ChartData
from metrics.selectors.series import newest_rows, zone_of
from metrics.states import COUNTS, ChartKind

MOST_VALUES = 500
LEAST_VALUES = 5


@dataclass(frozen=True)
class Bin:
    """One bar of a histogram: from `low` up to `high`."""

    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Spread:
    """The newest single values of the phase that runs: where they lie, and whether they fit.

    `within` is by the spread from one value (or inside a subgroup) to the next, `overall` by that of all.
    Both are None without a specification limit.
    """

    n: int
    mean: float
    sigma_within: float | None
    sigma_overall: float
    bins: tuple[Bin, ...]
    within: spc.Capability | None
    overall: spc.Capability | None
    spec: tuple[float | None, float | None]
    phase: str
    stable: bool
    is_cut: bool

    @property
    def marks(self) -> list[str]:
        """What to keep in mind about the indices."""
        found = []
        if not self.stable:
            found.append(_("not stable: the process is not predictable, so the indices say nothing of tomorrow"))
        if self.n < spc.INDICATIVE_BELOW:
            found.append(_("indicative: fewer than %(n)d values") % {"n": spc.INDICATIVE_BELOW})
        return found

    @property
    def outside(self) -> int | None:
        """Parts per million outside the limits, were the values normal with the overall spread."""
        if self.overall is None:
            return None
        sides = [side for side in (self.overall.cpu, self.overall.cpl) if side is not None]
        return round(1e6 * sum(0.5 * math.erfc(3 * side / math.sqrt(2)) for side in sides))


def spread(metric: Metric, data: ChartData) -> Spread | None:
    """None for counts, and while there are fewer than five values or none that differ."""
    if metric.family in COUNTS:
        return None
    rows = _newest(metric, data)
    values = [x for row in rows for x in row]
    if len(values) < LEAST_VALUES or min(values) == max(values):
        return None
    phase = data.phases[-1] if data.phases else None
    stable = _is_stable(data)
    within, overall = _within(metric, rows), stdev(values)
    mean = fmean(values)
    return Spread(
        n=len(values),
        mean=mean,
        sigma_within=within,
        sigma_overall=overall,
        bins=bins(values),
        within=_capability(data, mean, within, len(values), stable=stable),
        overall=_capability(data, mean, overall, len(values), stable=stable),
        spec=data.spec,
        phase=phase.name if phase else "",
        stable=stable,
        is_cut=len(rows) == MOST_VALUES,
    )


def _newest(metric: Metric, data: ChartData) -> list[list[float]]:
    """Single values by row, in order; the values of a subgroup together."""
    begun = datetime.combine(data.phases[-1].start, time(), zone_of(metric)) if data.phases else None
    found = newest_rows(metric, most=MOST_VALUES, since=begun)
    return [[float(x) for x in row.subgroup or (row.value or 0,)] for row in reversed(found)]


def _is_stable(data: ChartData) -> bool:
    """Limits are frozen, no point of the phase that runs lies beyond them, and no gain slips."""
    if not data.phases or data.slipping_since:
        return False
    phase = data.phases[-1]
    return not any(point.beyond for point in data.points if point.day >= phase.start)


def _within(metric: Metric, rows: Sequence[list[float]]) -> float | None:
    groups = [row for row in rows if len(row) > 1]
    if groups and len({len(group) for group in groups}) == 1 and len(groups) == len(rows):
        chart = (spc.xbar_r if metric.chart == ChartKind.XBAR_R else spc.xbar_s)(groups)[0]
        return None if chart.sigma is None else chart.sigma * math.sqrt(len(groups[0]))
    return spc.individuals([fmean(row) for row in rows])[0].sigma if len(rows) > 1 else None


def _capability(data: ChartData, mean: float, sigma: float | None, n: int, *, stable: bool) -> spc.Capability | None:
    lower, upper = data.spec
    if not sigma or (lower is None and upper is None):
        return None
    return spc.capability(mean=mean, sigma=sigma, n=n, lower=lower, upper=upper, stable=stable)


def bins(values: Sequence[float]) -> tuple[Bin, ...]:
    """As many bars as Sturges advises, at most twenty, all of one width."""
    low, high = min(values), max(values)
    many = min(20, math.ceil(math.log2(len(values))) + 1)
    width = (high - low) / many
    counts = [0] * many
    for value in values:
        counts[min(int((value - low) / width), many - 1)] += 1
    return tuple(Bin(low + at * width, low + (at + 1) * width, n) for at, n in enumerate(counts))
