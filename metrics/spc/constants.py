"""Control chart constants, by formula (ISO 7870-2; Montgomery, Introduction to SQC, appendix VI)."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import gammaln, ndtr

# d2 for the moving range of two, rounded as every published table and handbook does (1.1284 is 0.03 % more).
MR_D2 = round(2 / math.sqrt(math.pi), 3)


@dataclass(frozen=True, slots=True)
class Constants:
    """Constants for subgroups of n values, in the usual names."""

    n: int
    d2: float
    d3: float
    c4: float

    @property
    def a2(self) -> float:
        return 3 / (self.d2 * math.sqrt(self.n))

    @property
    def a3(self) -> float:
        return 3 / (self.c4 * math.sqrt(self.n))

    @property
    def d3_limit(self) -> float:
        """D3, the lower limit of R in units of R̄."""
        return max(0.0, 1 - 3 * self.d3 / self.d2)

    @property
    def d4_limit(self) -> float:
        """D4, the upper limit of R in units of R̄."""
        return 1 + 3 * self.d3 / self.d2

    @property
    def b3(self) -> float:
        return max(0.0, 1 - 3 * math.sqrt(1 - self.c4**2) / self.c4)

    @property
    def b4(self) -> float:
        return 1 + 3 * math.sqrt(1 - self.c4**2) / self.c4


@cache
def constants(n: int) -> Constants:
    """Constants for subgroups of n ≥ 2 normal values. ValueError below 2."""
    if n < 2:
        raise ValueError("a subgroup has at least two values")
    mean, spread = _range_moments(n)
    return Constants(n, mean, spread, c4(n))


def c4(n: int) -> float:
    """E(s)/σ for n normal values."""
    return math.sqrt(2 / (n - 1)) * math.exp(float(gammaln(n / 2) - gammaln((n - 1) / 2)))


def _range_moments(n: int) -> tuple[float, float]:
    """Mean and sd of the range of n standard normals, from P(R<w) = n ∫ φ(x)[Φ(x+w)−Φ(x)]ⁿ⁻¹ dx."""
    x = np.linspace(-9.0, 9.0, 1201)
    nodes, weights = np.polynomial.legendre.leggauss(160)
    w, weights = 7 * (nodes + 1), 7 * weights  # the range of ten normals beyond 14 σ is nothing
    density = np.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)
    inside = (ndtr(x[:, None] + w[None, :]) - ndtr(x)[:, None]) ** (n - 1)
    beyond = 1 - n * np.trapezoid(density[:, None] * inside, x, axis=0)
    mean = float(weights @ beyond)
    square = float(2 * weights @ (w * beyond))
    return mean, math.sqrt(square - mean**2)
