"""Charts with a memory: EWMA (NIST 6.3.2.4) and the tabular CUSUM (NIST 6.3.2.3)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from metrics.spc.chart import Chart, finite


@dataclass(frozen=True, slots=True)
class Cusum:
    """Both sides of a tabular CUSUM in σ; indices of the points where one exceeds h (no reset)."""

    upper: tuple[float, ...]
    lower: tuple[float, ...]
    h: float

    @property
    def signals(self) -> tuple[int, ...]:
        pairs = zip(self.upper, self.lower, strict=True)
        return tuple(i for i, sides in enumerate(pairs) if max(sides) > self.h)


def ewma(
    values: Sequence[float],
    *,
    target: float,
    sigma: float,
    lam: float = 0.2,
    width: float = 2.7,
    exact: bool = True,
) -> Chart:
    """Exponentially weighted moving average, started at the target.

    `exact` limits widen with t; the asymptotic form is what NIST plots. Needs 0 < lam ≤ 1.
    """
    known = finite(values)
    if not 0 < lam <= 1:
        raise ValueError("lambda lies in (0, 1]")
    level, points, reach = target, [], []
    for t, x in enumerate(known, start=1):
        level = lam * x + (1 - lam) * level
        points.append(level)
        growth = 1 - (1 - lam) ** (2 * t) if exact else 1.0
        reach.append(width * sigma * math.sqrt(lam / (2 - lam) * growth))
    lower, upper = tuple(target - d for d in reach), tuple(target + d for d in reach)
    return Chart(tuple(points), target, lower, upper, sigma)


def cusum(values: Sequence[float], *, target: float, sigma: float, k: float = 0.5, h: float = 5.0) -> Cusum:
    """The tabular CUSUM; k and h in units of sigma."""
    high = low = 0.0
    upper, lower = [], []
    for x in finite(values):
        z = (x - target) / sigma
        high, low = max(0.0, high + z - k), max(0.0, low - z - k)
        upper.append(high)
        lower.append(low)
    return Cusum(tuple(upper), tuple(lower), h)
