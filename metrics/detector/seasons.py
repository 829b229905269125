"""Values that go up and down with the time of the year: what is usual for it is divided out."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean

CYCLES = 2


def indices(rates: Sequence[tuple[int, float]], season: int) -> tuple[float, ...]:
    """How much of the mean of its cycle each place in it usually has: ratios to block means, their mean 1.

    `rates` are (period, value) in order; an index is that of `period % season`. Empty when there are less than two
    whole cycles, a place in them that was never seen, or values that have no ratio.
    """
    if season < 2 or not rates or rates[-1][0] - rates[0][0] + 1 < CYCLES * season:
        return ()
    blocks: dict[int, list[tuple[int, float]]] = defaultdict(list)
    first = rates[-1][0] + 1 - (rates[-1][0] + 1 - rates[0][0]) // season * season  # whole cycles, the newest ones
    for period, value in rates:
        if period >= first:
            blocks[(period - first) // season].append((period % season, value))
    found: dict[int, list[float]] = defaultdict(list)
    for block in blocks.values():
        mean = fmean(value for _place, value in block)
        if mean <= 0:
            return ()
        for place, value in block:
            found[place].append(value / mean)
    return _level([fmean(found[place]) if place in found else 0.0 for place in range(season)])


def _level(raw: list[float]) -> tuple[float, ...]:
    if min(raw) <= 0:
        return ()
    mean = fmean(raw)
    return tuple(index / mean for index in raw)
