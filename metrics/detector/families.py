"""Families of distributions: how a value becomes Q, exactly N(0,1) in control whatever the length of history.

A family is a `Reference`: it turns a value into a standard normal score (positive = high), learns from the
value, and knows its mean. Hawkins 1987; Quesenberry 1991, 1995.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from scipy.special import bdtr, gammaln, ndtri, stdtr

TINY = 1e-12
CLIP = 3.0


class Direction(StrEnum):
    """Which way is better."""

    LOWER = "lower"
    HIGHER = "higher"
    TARGET = "target"


class Family(StrEnum):
    """How the values of a metric are distributed."""

    NORMAL = "normal"
    LOG = "log"
    POISSON = "poisson"
    BINOMIAL = "binomial"
    BETWEEN = "between"


COUNTS = frozenset({Family.POISSON, Family.BINOMIAL})  # a value is so many of its exposure


class Reference(Protocol):
    """The level that should hold, learnt from the values so far."""

    def score(self, value: float, exposure: float) -> float:
        """Q of the next value; high values are positive. Does not learn."""

    def learn(self, value: float, exposure: float) -> None:
        """Takes an in-control value into the history."""


def normal_score(u: float) -> float:
    """Φ⁻¹(u), finite for every u."""
    return float(ndtri(min(max(u, TINY), 1 - TINY)))


@dataclass(slots=True)
class NormalReference:
    """Mean and spread so far; the before phase lends its variance when the two are alike (docs/detector.md)."""

    n: int
    mean: float
    squares: float
    pooled_squares: float = 0.0
    pooled_freedom: int = 0
    log: bool = False

    @property
    def freedom(self) -> int:
        return self.n - 1 + self.pooled_freedom

    @property
    def sigma(self) -> float:
        return math.sqrt((self.squares + self.pooled_squares) / self.freedom)

    def scale(self, value: float) -> float:
        """The value on the working scale; a value without a logarithm is as low as can be told."""
        if not self.log:
            return value
        return math.log(value) if value > 0 else self.mean - 2 * CLIP * self.sigma

    def score(self, value: float, exposure: float) -> float:
        distance = self.scale(value) - self.mean
        sigma = self.sigma
        if sigma == 0:
            return 0.0 if distance == 0 else math.copysign(normal_score(1.0), distance)
        ratio = math.sqrt(self.n / (self.n + 1)) * distance / sigma
        # The lower tail keeps its precision; the upper one is its mirror.
        return math.copysign(normal_score(float(stdtr(self.freedom, -abs(ratio)))), distance) if ratio else 0.0

    def learn(self, value: float, exposure: float) -> None:
        reach = CLIP * self.sigma
        x = min(max(self.scale(value), self.mean - reach), self.mean + reach)
        self.n += 1
        step = x - self.mean
        self.mean += step / self.n
        self.squares += step * (x - self.mean)


@dataclass(slots=True)
class PoissonReference:
    """Events and exposure so far: given the total, the next count is binomial."""

    events: float
    exposure: float

    def score(self, value: float, exposure: float) -> float:
        total = round(self.events + value)
        p = exposure / (self.exposure + exposure)
        x = round(value)
        below = float(bdtr(x - 1, total, p)) if x > 0 else 0.0
        return normal_score((below + float(bdtr(x, total, p))) / 2)

    def learn(self, value: float, exposure: float) -> None:
        self.events += value
        self.exposure += exposure


@dataclass(slots=True)
class BinomialReference:
    """Defectives and parts so far: given the totals, the next count is hypergeometric."""

    events: float
    exposure: float

    def score(self, value: float, exposure: float) -> float:
        population, draws = round(self.exposure + exposure), round(exposure)
        marked, x = round(self.events + value), round(value)
        lowest = max(0, draws - (population - marked))
        counts = np.arange(lowest, x + 1)
        logs = _choose(marked, counts) + _choose(population - marked, draws - counts)
        masses = np.exp(logs - _choose(population, np.array([draws])))
        return normal_score(float(masses.sum() - masses[-1] / 2))

    def learn(self, value: float, exposure: float) -> None:
        self.events += value
        self.exposure += exposure


def _choose(n: int, k: np.ndarray) -> np.ndarray:
    ways: np.ndarray = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return ways


@dataclass(slots=True)
class BetweenReference:
    """Time between rare events, exponential: n events in total time T so far."""

    n: int
    total: float

    def score(self, value: float, exposure: float) -> float:
        return normal_score(-math.expm1(self.n * math.log(self.total / (self.total + value))))

    def learn(self, value: float, exposure: float) -> None:
        self.n += 1
        self.total += value


def skewness(residuals: Sequence[float]) -> float:
    """Sample skewness of centred values; 0 when they do not vary."""
    squares = math.fsum(e * e for e in residuals) / len(residuals)
    if squares == 0:
        return 0.0
    return float(math.fsum(e**3 for e in residuals) / len(residuals) / squares**1.5)
