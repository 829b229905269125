"""How surprising the next value of each watch is, a column of watches at a time: the Q of `families`, over arrays."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, gammaln, ndtri, stdtr

from metrics.detector.families import TINY, Family

Floats = NDArray[np.float64]

FAMILIES = tuple(Family)  # a family's place in it stands for the family in an array
NORMAL, LOG, POISSON, BINOMIAL, BETWEEN = (
    FAMILIES.index(family) for family in (Family.NORMAL, Family.LOG, Family.POISSON, Family.BINOMIAL, Family.BETWEEN)
)


class Learnt(NamedTuple):
    """What the references know: of values how many, their mean and their squares about it; of counts events and
    exposure, of times between events how many and their total."""

    n: Floats
    level: Floats
    spread: Floats
    pooled_squares: Floats
    pooled_freedom: Floats

    @property
    def freedom(self) -> Floats:
        return self.n - 1 + self.pooled_freedom

    @property
    def sigma(self) -> Floats:
        found: Floats = np.sqrt((self.spread + self.pooled_squares) / self.freedom)
        return found


def _normal(u: Floats) -> Floats:
    found: Floats = ndtri(np.clip(u, TINY, 1 - TINY))
    return found


def _score_normal(learnt: Learnt, scaled: Floats, exposure: Floats) -> Floats:
    distance, sigma = scaled - learnt.level, learnt.sigma
    ratio = np.sqrt(learnt.n / (learnt.n + 1)) * distance / sigma
    score = np.copysign(_normal(stdtr(learnt.freedom, -np.abs(ratio))), distance)
    flat = np.copysign(_normal(np.ones_like(distance)), distance)
    return np.where(distance == 0, 0.0, np.where(sigma > 0, score, flat))


def _score_poisson(learnt: Learnt, x: Floats, exposure: Floats) -> Floats:
    total, count = np.rint(learnt.level + x).astype(np.int64), np.rint(x)
    p = exposure / (learnt.spread + exposure)
    below = np.where(count > 0, bdtr(np.maximum(count - 1, 0), total, p), 0.0)
    return _normal((below + bdtr(count, total, p)) / 2)


def _score_binomial(learnt: Learnt, x: Floats, exposure: Floats) -> Floats:
    population, draws = np.rint(learnt.spread + exposure), np.rint(exposure)
    marked, count = np.rint(learnt.level + x), np.rint(x)
    lowest = np.maximum(0, draws - (population - marked))
    counts = np.minimum(lowest[:, None] + np.arange(int(np.max(count - lowest)) + 1), count[:, None])
    logs = _choose(marked[:, None], counts) + _choose((population - marked)[:, None], draws[:, None] - counts)
    masses = np.exp(logs - _choose(population, draws)[:, None])
    # Beyond its count a row repeats the last mass, of which half belongs below.
    repeats = counts.shape[1] - (count - lowest) - 1
    return _normal(masses.sum(axis=1) - (repeats + 0.5) * masses[:, -1])


def _choose(n: Floats, k: Floats) -> Floats:
    ways: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return ways


def _score_between(learnt: Learnt, x: Floats, exposure: Floats) -> Floats:
    return _normal(-np.expm1(learnt.n * np.log(learnt.level / (learnt.level + x))))


SCORES: dict[int, Callable[[Learnt, Floats, Floats], Floats]] = {
    NORMAL: _score_normal, POISSON: _score_poisson, BINOMIAL: _score_binomial, BETWEEN: _score_between,
}  # fmt: skip
