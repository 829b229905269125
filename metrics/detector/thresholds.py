"""Average run lengths of a one-sided CUSUM of standard normals, and the thresholds that keep a budget."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.polynomial import Chebyshev
from scipy.special import ndtr

NODES = 80
K_LOW, K_HIGH = 0.25, 0.50


@dataclass(frozen=True, slots=True)
class Detectability:
    """What to expect of a watch, in periods: mean delay for the loss it is tuned to, and between alarms."""

    k: float
    amber_delay: float
    red_delay: float
    amber_every: float
    red_every: float


@cache
def _gauss() -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return nodes, weights


def _transitions(k: float, h: float, shift: float) -> np.ndarray:
    """P(S goes from one state to another and stays below h): S = 0 (an atom), then the nodes of (0, h)."""
    nodes, weights = _gauss()
    states = np.concatenate(([0.0], h * (nodes + 1) / 2))
    steps = states[None, 1:] - states[:, None] - (shift - k)
    matrix = np.empty((NODES + 1, NODES + 1))
    matrix[:, 0] = ndtr(-states - (shift - k))
    matrix[:, 1:] = np.exp(-0.5 * steps**2) / math.sqrt(2 * math.pi) * (h * weights / 2)[None, :]
    return matrix


def _lengths(k: float, h: float, shift: float) -> np.ndarray:
    """Mean run length from each state (Page's integral equation by Gauss-Legendre quadrature)."""
    found: np.ndarray = np.linalg.solve(np.eye(NODES + 1) - _transitions(k, h, shift), np.ones(NODES + 1))
    return found


def run_length(k: float, h: float, *, shift: float = 0.0, start: float = 0.0) -> float:
    """Mean number of N(shift, 1) points until S > h, from S = `start`; agrees with published tables to 0.1 %."""
    lengths = _lengths(k, h, shift)
    if start == 0:
        return float(lengths[0])
    nodes, weights = _gauss()
    steps = h * (nodes + 1) / 2 - start - (shift - k)
    row = np.exp(-0.5 * steps**2) / math.sqrt(2 * math.pi) * h * weights / 2
    return float(1 + ndtr(-start - (shift - k)) * lengths[0] + row @ lengths[1:])


def settled_delay(k: float, h: float, *, shift: float) -> float:
    """Mean delay of a shift that comes after a long quiet time: from where S then is, given no alarm."""
    quiet = _transitions(k, h, 0.0)
    share = np.full(NODES + 1, 1 / (NODES + 1))
    for _ in range(200):
        share = share @ quiet
        share /= share.sum()
    return float(share @ _lengths(k, h, shift))


def siegmund(k: float, arl0: float) -> float:
    """h by Siegmund's approximation: exp(2kb) − 2kb − 1 = 2k²·ARL0 with b = h + 1.166."""
    wanted = 2 * k * k * arl0
    y = math.log(wanted + 1) + 1
    for _ in range(60):
        step = (math.expm1(y) - y - wanted) / math.expm1(y)
        y -= step
        if abs(step) < 1e-13:
            break
    return max(y / (2 * k) - 1.166, 0.0)


def exact_threshold(k: float, arl0: float) -> float:
    """h whose in-control mean run length is `arl0`: integral equation, secant method in log ARL."""
    goal = math.log(arl0)
    h0 = max(siegmund(k, arl0), 0.05)
    h1 = h0 + 0.05
    f0, f1 = (math.log(run_length(k, h)) - goal for h in (h0, h1))
    for _ in range(30):
        if abs(f1) < 1e-10 or f1 == f0:
            break
        h0, h1 = h1, max(h1 - f1 * (h1 - h0) / (f1 - f0), 0.01)
        f0, f1 = f1, math.log(run_length(k, h1)) - goal
    return h1


@cache
def _curve(arl0: float) -> Chebyshev:
    def at(ks: np.ndarray) -> np.ndarray:
        return np.array([exact_threshold(float(k), arl0) for k in ks])

    interpolate: Callable[..., Chebyshev] = Chebyshev.interpolate
    return interpolate(at, deg=8, domain=[K_LOW, K_HIGH])


def threshold(k: float, arl0: float) -> float:
    """h for one k and false-alarm budget. For the usual k it is read from a curve solved once per budget."""
    if not arl0 > 1:
        raise ValueError("a false-alarm budget must leave more than one period between alarms")
    if K_LOW <= k <= K_HIGH:
        return float(_curve(arl0)(k))
    return exact_threshold(k, arl0)


def detectability(loss_over_noise: float, *, amber_every: float, red_every: float) -> Detectability:
    """Mean delays for a step loss of so many σ when the parameters are known; k tuned to that loss."""
    k = tuned(loss_over_noise)
    limits = (threshold(k, every) for every in (amber_every, red_every))
    delays = [settled_delay(k, h, shift=loss_over_noise) for h in limits]
    return Detectability(k, delays[0], delays[1], amber_every, red_every)


def tuned(loss_over_noise: float) -> float:
    """The best k for a step of that size, kept where the self-starting reference is robust."""
    return min(max(loss_over_noise / 2, K_LOW), K_HIGH)
