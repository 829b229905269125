"""Was there a gain, and how should it be watched? (docs/detector.md)"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import fmean

from scipy.special import fdtrc, ndtr, stdtr

from metrics.detector.families import (
    COUNTS,
    BetweenReference,
    BinomialReference,
    Direction,
    Family,
    NormalReference,
    PoissonReference,
    Reference,
    skewness,
)
from metrics.detector.seasons import indices
from metrics.detector.thresholds import Detectability, detectability, threshold, tuned

ENOUGH = 12  # values before and after, of which a gain is proven
SIGNIFICANT = 0.05
TOO_DEPENDENT = 0.5


@dataclass(frozen=True, slots=True)
class Point:
    """The value of one period (an integer that counts periods); None = not reported.

    `exposure` is the opportunity of a count: parts inspected, hours run. Zero is a valid "no opportunity".
    """

    period: int
    value: float | None
    exposure: float = 1.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How a gain is to be watched. `loss` is the share of the gain that must not go unnoticed (f*).

    `season` is after how many periods a pattern repeats; 0 = it has none.
    """

    direction: Direction
    family: Family = Family.NORMAL
    periods_per_year: float = 52
    loss: float = 0.5
    amber_per_year: float = 0.5
    red_per_year: float = 0.1
    target: float | None = None
    unit_value: float = 0.0
    season: int = 0


@dataclass(frozen=True, slots=True)
class Calibration:
    """The verdict on the gain and the frozen design of its detector.

    Means are in the metric's unit; `before`, `after`, `gain`, `sigma` on the working scale (logs for skewed
    values). `sign` turns worse to positive. `arms` are the signs watched. `why_not` is a code, empty when
    proven. `seasonal` are the indices that values are divided by. `notes` are codes of what makes the watch weaker:
    "season-unknown", "dependent".
    """

    settings: Settings
    family: Family
    n_before: int
    n_after: int
    before_mean: float
    after_mean: float
    before: float
    after: float
    sigma: float
    sign: int
    p_value: float
    why_not: str
    deflation: float = 1.0
    k: float = 0.5
    h_amber: float = math.inf
    h_red: float = math.inf
    arms: tuple[int, ...] = (1,)
    seasonal: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()
    start: Callable[[], Reference] = field(default=lambda: PoissonReference(0, 0), repr=False, compare=False)

    @property
    def proven(self) -> bool:
        return not self.why_not

    @property
    def gain(self) -> float:
        return abs(self.after - self.before)

    @property
    def noise(self) -> float:
        """The sd of one value, allowing for dependence and dispersion."""
        return self.sigma * self.deflation

    @property
    def gain_to_noise(self) -> float:
        return self.gain / self.noise if self.noise > 0 else math.inf

    @property
    def periods_between(self) -> tuple[float, float]:
        """Mean number of periods between false alarms, AMBER and RED, of one arm."""
        s = self.settings
        return tuple(len(self.arms) * s.periods_per_year / rate for rate in (s.amber_per_year, s.red_per_year))  # type: ignore[return-value]

    def detectability(self) -> Detectability:
        """Delays for the loss this watch is tuned to."""
        amber, red = self.periods_between
        step = min(self.settings.loss * self.gain_to_noise, 40.0)
        return detectability(step, amber_every=amber, red_every=red)

    def adjusted(self, point: Point) -> Point:
        """Without what is usual for the time of the year."""
        return adjusted(point, self.seasonal, self.family)

    def scale(self, value: float) -> float | None:
        """A value on the working scale; None where it has no logarithm."""
        if self.family is not Family.LOG:
            return value
        return math.log(value) if value > 0 else None


def adjusted(point: Point, seasonal: tuple[float, ...], family: Family) -> Point:
    """A point without what is usual for its place in the cycle: of a count that is more or less opportunity."""
    if not seasonal or point.value is None:
        return point
    index = seasonal[point.period % len(seasonal)]
    if family in COUNTS:
        return replace(point, exposure=point.exposure * index)
    return replace(point, value=point.value / index)


def usable(points: Sequence[Point], family: Family) -> list[Point]:
    """The points with something to learn from."""
    return [p for p in points if has_value(p, family)]


def has_value(point: Point, family: Family) -> bool:
    """A finite value with opportunity, and one that its family can produce."""
    x, e = point.value, point.exposure
    if x is None or not math.isfinite(x) or not math.isfinite(e) or e <= 0:
        return False
    if family is Family.BINOMIAL:
        return 0 <= x <= e
    if family is Family.BETWEEN:
        return x > 0
    return x >= 0 or family is not Family.POISSON


def calibrate(settings: Settings, before: Sequence[Point], after: Sequence[Point]) -> Calibration:
    """Verify the gain and design the detector. Never raises on data: `why_not` tells why it is unproven."""
    family = settings.family
    was, now = usable(before, family), usable(after, family)
    seasonal = _seasonal(settings, was)
    found = _calibrate(settings, *([adjusted(p, seasonal, family) for p in side] for side in (was, now)))
    unknown = ("season-unknown",) if settings.season > 1 and not seasonal else ()
    return replace(found, seasonal=seasonal, notes=(*unknown, *found.notes))


def _seasonal(settings: Settings, was: Sequence[Point]) -> tuple[float, ...]:
    """The share of defectives has no indices: how many parts were checked cannot be adjusted."""
    if settings.season < 2 or settings.family is Family.BINOMIAL:
        return ()
    counts = settings.family in COUNTS
    return indices([(p.period, (p.value or 0.0) / (p.exposure if counts else 1.0)) for p in was], settings.season)


def _calibrate(settings: Settings, was: list[Point], now: list[Point]) -> Calibration:
    family = settings.family
    if len(was) < 2 or len(now) < 2:
        return _unproven(settings, was, now, "too-few-values")
    if family in COUNTS:
        return _counts(settings, was, now)
    x, y = [p.value for p in was if p.value is not None], [p.value for p in now if p.value is not None]
    if family is Family.BETWEEN:
        return _between(settings, x, y)
    return _normal(settings, x, y)


def _unproven(settings: Settings, was: list[Point], now: list[Point], why: str) -> Calibration:
    before, after = (fmean(p.value or 0.0 for p in side) if side else 0.0 for side in (was, now))
    return Calibration(
        settings=settings,
        family=settings.family,
        n_before=len(was),
        n_after=len(now),
        before_mean=before,
        after_mean=after,
        before=before,
        after=after,
        sigma=0.0,
        sign=_sign(settings, before, after),
        p_value=1.0,
        why_not=why,
    )


def _normal(settings: Settings, x: list[float], y: list[float]) -> Calibration:
    log = _wants_logs(settings, x, y)
    u, v = ([math.log(a) for a in side] if log else side for side in (x, y))
    m0, m1 = fmean(u), fmean(v)
    ss0, ss1 = (math.fsum((a - m) ** 2 for a in side) for side, m in ((u, m0), (v, m1)))
    n0, n1 = len(u), len(v)
    v0, v1 = ss0 / (n0 - 1), ss1 / (n1 - 1)
    alike = v1 > 0 and 0.5 <= v0 / v1 <= 2
    pooled, freedom = (ss0, n0 - 1) if alike else (0.0, 0)
    sign = _sign(settings, m0, m1)

    def start() -> Reference:
        return NormalReference(n1, m1, ss1, pooled, freedom, log)

    phases = [[a - m0 for a in u], [a - m1 for a in v]]
    dependence = _dependence(phases)
    design = _design(
        settings,
        family=Family.LOG if log else Family.NORMAL,
        n=(n0, n1),
        means=(fmean(x), fmean(y)),
        levels=(m0, m1),
        sigma=math.sqrt((ss1 + pooled) / (n1 - 1 + freedom)),
        p_value=_welch(sign * (m0 - m1), v0 / n0, v1 / n1, n0 - 1, n1 - 1),
        deflation=dependence,
        start=start,
    )
    return replace(design, notes=("dependent",) if _autocorrelation(phases) > TOO_DEPENDENT else ())


def _wants_logs(settings: Settings, x: list[float], y: list[float]) -> bool:
    if settings.direction is Direction.TARGET or min(*x, *y) <= 0:
        return False
    if settings.family is Family.LOG:
        return True
    mean_x, mean_y = fmean(x), fmean(y)
    return skewness([a - mean_x for a in x] + [a - mean_y for a in y]) > 1


def _welch(better: float, var0: float, var1: float, f0: int, f1: int) -> float:
    """One-sided p of a difference of means turned so that better is positive (Welch 1947)."""
    total = var0 + var1
    if total == 0:
        return 0.0 if better > 0 else 1.0
    share = var0 / total
    freedom = 1 / (share**2 / f0 + (1 - share) ** 2 / f1)
    return float(stdtr(freedom, -better / math.sqrt(total)))


def _dependence(phases: list[list[float]]) -> float:
    """√((1+r)/(1−r)) for the lag-1 autocorrelation r of phase-centred data; 1 when it is not significant."""
    n = sum(map(len, phases))
    r = min(_autocorrelation(phases) + 2 / n, 0.7)
    return math.sqrt((1 + r) / (1 - r)) if r > 1.28 / math.sqrt(n) else 1.0


def _autocorrelation(phases: list[list[float]]) -> float:
    """Of neighbouring values, each less the mean of its phase; −1 when they never vary."""
    power = math.fsum(e * e for phase in phases for e in phase)
    products = math.fsum(a * b for phase in phases for a, b in pairwise(phase))
    return products / power if power > 0 else -1.0


def _counts(settings: Settings, was: list[Point], now: list[Point]) -> Calibration:
    binomial = settings.family is Family.BINOMIAL
    x0, e0, x1, e1 = *_totals(was), *_totals(now)
    r0, r1, r = x0 / e0, x1 / e1, (x0 + x1) / (e0 + e1)

    def variance(rate: float) -> float:
        return rate * (1 - rate) if binomial else rate

    sign = _sign(settings, r0, r1)
    error = math.sqrt(variance(r) * (1 / e0 + 1 / e1))
    per_period = e1 / len(now)
    kind = BinomialReference if binomial else PoissonReference
    return _design(
        settings,
        family=settings.family,
        n=(len(was), len(now)),
        means=(r0, r1),
        levels=(r0, r1),
        sigma=math.sqrt(variance(r1 or r) / per_period),
        p_value=float(ndtr(-sign * (r0 - r1) / error)) if error > 0 else 1.0,
        deflation=_dispersion([(was, r0), (now, r1)], variance),
        start=lambda: kind(x1, e1),
    )


def _totals(points: list[Point]) -> tuple[float, float]:
    return math.fsum(p.value or 0.0 for p in points), math.fsum(p.exposure for p in points)


def _dispersion(phases: list[tuple[list[Point], float]], variance: Callable[[float], float]) -> float:
    """√φ with φ = Pearson χ²/(N − 2); 1 below 1.35."""
    chi = math.fsum(
        ((p.value or 0.0) - p.exposure * rate) ** 2 / (p.exposure * variance(rate))
        for points, rate in phases
        for p in points
        if variance(rate) > 0
    )
    phi = chi / max(sum(len(points) for points, _ in phases) - 2, 1)
    return math.sqrt(phi) if phi >= 1.35 else 1.0


def _between(settings: Settings, x: list[float], y: list[float]) -> Calibration:
    m0, m1 = fmean(x), fmean(y)
    better = m1 / m0 if _sign(settings, m0, m1) < 0 else m0 / m1
    freedoms = (2 * len(y), 2 * len(x)) if better == m1 / m0 else (2 * len(x), 2 * len(y))
    return _design(
        settings,
        family=Family.BETWEEN,
        n=(len(x), len(y)),
        means=(m0, m1),
        levels=(m0, m1),
        sigma=m1,
        p_value=float(fdtrc(*freedoms, better)),
        deflation=1.0,
        start=lambda: BetweenReference(len(y), math.fsum(y)),
    )


def _sign(settings: Settings, before: float, after: float) -> int:
    """+1 when a higher value is worse. A metric with a target gets worse towards where it came from."""
    if settings.direction is Direction.TARGET:
        return 1 if before >= after else -1
    return 1 if settings.direction is Direction.LOWER else -1


def _design(
    settings: Settings,
    *,
    family: Family,
    n: tuple[int, int],
    means: tuple[float, float],
    levels: tuple[float, float],
    sigma: float,
    p_value: float,
    deflation: float,
    start: Callable[[], Reference],
) -> Calibration:
    sign = _sign(settings, *levels)
    arms = (sign, -sign) if settings.direction is Direction.TARGET else (sign,)
    base = Calibration(
        settings=settings,
        family=family,
        n_before=n[0],
        n_after=n[1],
        before_mean=means[0],
        after_mean=means[1],
        before=levels[0],
        after=levels[1],
        sigma=sigma,
        sign=sign,
        p_value=p_value,
        why_not=_why_not(settings, n=n, means=means, p_value=p_value, sigma=sigma),
        deflation=deflation,
        arms=arms,
        start=start,
    )
    if not base.proven:
        return base
    k = tuned(settings.loss * base.gain_to_noise)
    h_amber, h_red = (threshold(k, every) for every in base.periods_between)
    return replace(base, k=k, h_amber=h_amber, h_red=h_red)


def _why_not(
    settings: Settings, *, n: tuple[int, int], means: tuple[float, float], p_value: float, sigma: float
) -> str:
    if min(n) < ENOUGH:
        return "too-few-values"
    if p_value >= SIGNIFICANT or not _closer(settings, *means):
        return "no-gain"
    return "" if sigma > 0 else "no-variation"


def _closer(settings: Settings, before: float, after: float) -> bool:
    """Nearer to the target than before; a metric without one need only be better."""
    if settings.direction is not Direction.TARGET or settings.target is None:
        return True
    return abs(after - settings.target) < abs(before - settings.target)
