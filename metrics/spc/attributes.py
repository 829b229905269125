"""Charts of counts: p, np, c, u and Laney's p′ and u′ (NIST 6.3.3; Laney 2002)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from metrics.spc.chart import Chart, finite, flat
from metrics.spc.constants import MR_D2

OVERDISPERSED = 1.2  # σ_z above which the prime chart is the honest one (Laney 2002)


@dataclass(frozen=True, slots=True)
class Laney:
    """A prime chart and the ratio of actual to theoretical spread."""

    chart: Chart
    sigma_z: float

    @property
    def overdispersed(self) -> bool:
        return self.sigma_z > OVERDISPERSED


def p_chart(counts: Sequence[float], sizes: Sequence[float]) -> Chart:
    """Share defective: counts of `sizes` each. Limits are kept within [0, 1]."""
    rates, centre, sigmas = _proportions(counts, sizes)
    return _varying(rates, centre, [3 * s for s in sigmas], ceiling=1.0)


def np_chart(counts: Sequence[float], size: float) -> Chart:
    """Number defective of a constant size."""
    known = finite(counts)
    p = sum(known) / (size * len(known))
    _require(0 <= p <= 1, "counts must lie between 0 and the sample size")
    sigma = math.sqrt(size * p * (1 - p))
    centre = size * p
    low, high = max(0.0, centre - 3 * sigma), min(float(size), centre + 3 * sigma)
    return flat(known, centre=centre, lower=low, upper=high, sigma=sigma)


def c_chart(counts: Sequence[float]) -> Chart:
    """Number of defects in a constant area of opportunity."""
    known = finite(counts)
    _require(min(known) >= 0, "counts cannot be negative")
    centre = fmean(known)
    sigma = math.sqrt(centre)
    return flat(known, centre=centre, lower=max(0.0, centre - 3 * sigma), upper=centre + 3 * sigma, sigma=sigma)


def u_chart(counts: Sequence[float], areas: Sequence[float]) -> Chart:
    """Defects per unit, with areas of opportunity that may vary."""
    rates, centre, sigmas = _rates(counts, areas)
    return _varying(rates, centre, [3 * s for s in sigmas], ceiling=math.inf)


def laney_p_chart(counts: Sequence[float], sizes: Sequence[float]) -> Laney:
    """p′: limits widened (or narrowed) by the spread that the data really have."""
    rates, centre, sigmas = _proportions(counts, sizes)
    ratio = _sigma_z(rates, centre, sigmas)
    return Laney(_varying(rates, centre, [3 * s * ratio for s in sigmas], ceiling=1.0), ratio)


def laney_u_chart(counts: Sequence[float], areas: Sequence[float]) -> Laney:
    """u′: limits widened (or narrowed) by the spread that the data really have."""
    rates, centre, sigmas = _rates(counts, areas)
    ratio = _sigma_z(rates, centre, sigmas)
    return Laney(_varying(rates, centre, [3 * s * ratio for s in sigmas], ceiling=math.inf), ratio)


def _require(fact: bool, otherwise: str) -> None:
    if not fact:
        raise ValueError(otherwise)


def _rates(counts: Sequence[float], areas: Sequence[float]) -> tuple[list[float], float, list[float]]:
    x, n = finite(counts), finite(areas)
    _require(len(x) == len(n), "one size for each count")
    _require(min(n) > 0 and min(x) >= 0, "sizes must be positive and counts not negative")
    centre = sum(x) / sum(n)
    rates = [a / b for a, b in zip(x, n, strict=True)]
    return rates, centre, [math.sqrt(centre / b) for b in n]


def _proportions(counts: Sequence[float], sizes: Sequence[float]) -> tuple[list[float], float, list[float]]:
    rates, centre, _ = _rates(counts, sizes)
    _require(max(rates) <= 1, "more defectives than parts")
    return rates, centre, [math.sqrt(centre * (1 - centre) / b) for b in finite(sizes)]


def _sigma_z(rates: list[float], centre: float, sigmas: list[float]) -> float:
    _require(len(rates) >= 2 and min(sigmas) > 0, "a prime chart needs two points that vary")
    z = [(r - centre) / s for r, s in zip(rates, sigmas, strict=True)]
    return fmean(abs(b - a) for a, b in pairwise(z)) / MR_D2


def _varying(rates: list[float], centre: float, reach: list[float], *, ceiling: float) -> Chart:
    lower = tuple(max(0.0, centre - d) for d in reach)
    upper = tuple(min(ceiling, centre + d) for d in reach)
    return Chart(tuple(rates), centre, lower, upper, reach[0] / 3 if len(set(reach)) == 1 else None)
