"""Process capability (NIST 6.1.6). It means something only for a stable process: the caller says so."""

import math
from dataclasses import dataclass

INDICATIVE_BELOW = 50


@dataclass(frozen=True, slots=True)
class Capability:
    """Indices of one pair of specification limits; None where the side does not exist.

    `low` and `high` bound Cpk with 95 % confidence (None below two values).
    """

    cp: float | None
    cpu: float | None
    cpl: float | None
    cpk: float
    low: float | None
    high: float | None
    indicative: bool
    stable: bool


def capability(
    *, mean: float, sigma: float, n: int, lower: float | None, upper: float | None, stable: bool = True
) -> Capability:
    """Cp, Cpk with σ within, or Pp, Ppk with the overall s. ValueError without any limit or spread."""
    if lower is None and upper is None:
        raise ValueError("capability needs a specification limit")
    if not sigma > 0:
        raise ValueError("capability needs a positive spread")
    cpu = None if upper is None else (upper - mean) / (3 * sigma)
    cpl = None if lower is None else (mean - lower) / (3 * sigma)
    cp = None if lower is None or upper is None else (upper - lower) / (6 * sigma)
    cpk = min(side for side in (cpu, cpl) if side is not None)
    half = 1.96 * math.sqrt(1 / (9 * n) + cpk**2 / (2 * (n - 1))) if n > 1 else None
    low, high = (None, None) if half is None else (cpk - half, cpk + half)
    return Capability(cp, cpu, cpl, cpk, low, high, indicative=n < INDICATIVE_BELOW, stable=stable)
