"""Charts of measured values: I-MR, X̄-R, X̄-S (NIST/SEMATECH e-Handbook 6.3.2)."""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean, stdev

from metrics.spc.chart import Chart, finite, flat
from metrics.spc.constants import MR_D2, c4, constants


def moving_ranges(values: Sequence[float | None]) -> tuple[float, ...]:
    """|xᵢ − xᵢ₋₁| of neighbours; None is a missing period or a phase boundary and is not bridged."""
    return tuple(abs(b - a) for a, b in pairwise(values) if a is not None and b is not None)


def individuals(values: Sequence[float | None]) -> tuple[Chart, Chart]:
    """The chart of individuals and that of moving ranges. ValueError without one moving range."""
    ranges = finite(moving_ranges(values))
    known = finite([x for x in values if x is not None], at_least=2)
    mean, average_range = fmean(known), fmean(ranges)
    sigma = average_range / MR_D2
    pair = constants(2)
    return (
        flat(known, centre=mean, lower=mean - 3 * sigma, upper=mean + 3 * sigma, sigma=sigma),
        flat(ranges, centre=average_range, lower=0.0, upper=pair.d4_limit * average_range, sigma=None),
    )


def xbar_r(subgroups: Sequence[Sequence[float]]) -> tuple[Chart, Chart]:
    """X̄ and R charts of equal subgroups. ValueError when sizes differ: use `xbar_s`."""
    groups = [finite(group, at_least=2) for group in subgroups]
    sizes = {len(group) for group in groups}
    if len(sizes) != 1:
        raise ValueError("an X̄-R chart needs subgroups of one size")
    k = constants(sizes.pop())
    means = [fmean(group) for group in groups]
    ranges = [max(group) - min(group) for group in groups]
    centre, average_range = fmean(means), fmean(ranges)
    reach = k.a2 * average_range
    sigma = average_range / k.d2 / math.sqrt(k.n)
    low, high = k.d3_limit * average_range, k.d4_limit * average_range
    return (
        flat(means, centre=centre, lower=centre - reach, upper=centre + reach, sigma=sigma),
        flat(ranges, centre=average_range, lower=low, upper=high, sigma=None),
    )


def xbar_s(subgroups: Sequence[Sequence[float]]) -> tuple[Chart, Chart]:
    """X̄ and S charts; subgroups may differ in size. σ̂ = Σsᵢ / Σc4(nᵢ), the S̄/c4 of equal sizes."""
    groups = [finite(group, at_least=2) for group in subgroups]
    sizes = [len(group) for group in groups]
    deviations = [stdev(group) for group in groups]
    sigma = sum(deviations) / sum(c4(n) for n in sizes)
    centre = sum(map(sum, groups)) / sum(sizes)
    half = [3 * sigma / math.sqrt(n) for n in sizes]
    same = sigma / math.sqrt(sizes[0]) if len(set(sizes)) == 1 else None
    lower, upper = tuple(centre - h for h in half), tuple(centre + h for h in half)
    means = Chart(tuple(map(fmean, groups)), centre, lower, upper, same)
    return means, _spread_chart(deviations, sizes, sigma)


def _spread_chart(deviations: list[float], sizes: list[int], sigma: float) -> Chart:
    expected = [c4(n) * sigma for n in sizes]
    lower = tuple(constants(n).b3 * s for n, s in zip(sizes, expected, strict=True))
    upper = tuple(constants(n).b4 * s for n, s in zip(sizes, expected, strict=True))
    return Chart(tuple(deviations), fmean(expected), lower, upper, None)
