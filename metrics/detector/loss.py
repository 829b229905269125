"""How much of a gain is lost, and what it has cost."""

import math
from dataclasses import dataclass

from scipy.special import ndtri

REAL_BUT_SMALL = 0.15
LOST = 0.80
Z95 = float(ndtri(0.975))


@dataclass(frozen=True, slots=True)
class Loss:
    """Since the estimated onset: the mean, the share of the gain that is gone with 95 % bounds, and its cost.

    `fraction` 0 = the achieved level, 1 = back to the level before. `accrued` is Σ s·(x − μ1)·unit value.
    """

    onset: int
    periods: int
    mean: float
    fraction: float
    low: float
    high: float
    accrued: float

    @property
    def small(self) -> bool:
        return self.fraction < REAL_BUT_SMALL

    @property
    def total(self) -> bool:
        return self.fraction >= LOST


def share_lost(
    mean: float, *, sign: int, after: float, gain: float, noise: float, weight: float
) -> tuple[float, float, float]:
    """f = s(mean − μ1)/G and its 95 % bounds; `noise` is the sd of one value, `weight` = 1/m + 1/n₁."""
    fraction = sign * (mean - after) / gain
    half = Z95 * noise * math.sqrt(weight) / gain
    return fraction, fraction - half, fraction + half
