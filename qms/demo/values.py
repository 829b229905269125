"""The numbers of the demo plant.

Real:

* `RINGS_SHIFTED`, `RINGS_SETTLED`: inside diameters of forged piston rings in mm, subgroups of five. Montgomery,
  Introduction to Statistical Quality Control, table 6.3 and its continuation, as distributed with the R package
  qcc (data set `pistonrings`): samples 26 to 40, which have shifted, and samples 1 to 25. The demo plant tells
  them in the other order (shifted first, as the state after an equipment upgrade), one sample a week; after
  sample 25 it draws again from samples 1 to 25 with a fixed seed.
* `CANS_BEFORE`, `CANS_AFTER`: cans that leak among 50. Montgomery, tables 7.1 and 7.2, as distributed with qcc
  (data set `orangejuice`): samples 1 to 30 and, after the machine was adjusted, samples 31 to 54; one sample a
  week, then drawn again from samples 31 to 54 with a fixed seed.

Made up, with a fixed seed: changeover minutes, search minutes, coolant deviation.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TypeVar

T = TypeVar("T")

RINGS_SHIFTED = (
    (74.012, 74.015, 74.030, 73.986, 74.000),
    (73.995, 74.010, 73.990, 74.015, 74.001),
    (73.987, 73.999, 73.985, 74.000, 73.990),
    (74.008, 74.010, 74.003, 73.991, 74.006),
    (74.003, 74.000, 74.001, 73.986, 73.997),
    (73.994, 74.003, 74.015, 74.020, 74.004),
    (74.008, 74.002, 74.018, 73.995, 74.005),
    (74.001, 74.004, 73.990, 73.996, 73.998),
    (74.015, 74.000, 74.016, 74.025, 74.000),
    (74.030, 74.005, 74.000, 74.016, 74.012),
    (74.001, 73.990, 73.995, 74.010, 74.024),
    (74.015, 74.020, 74.024, 74.005, 74.019),
    (74.035, 74.010, 74.012, 74.015, 74.026),
    (74.017, 74.013, 74.036, 74.025, 74.026),
    (74.010, 74.005, 74.029, 74.000, 74.020),
)
RINGS_SETTLED: tuple[tuple[float, ...], ...] = (
    (74.030, 74.002, 74.019, 73.992, 74.008),
    (73.995, 73.992, 74.001, 74.011, 74.004),
    (73.988, 74.024, 74.021, 74.005, 74.002),
    (74.002, 73.996, 73.993, 74.015, 74.009),
    (73.992, 74.007, 74.015, 73.989, 74.014),
    (74.009, 73.994, 73.997, 73.985, 73.993),
    (73.995, 74.006, 73.994, 74.000, 74.005),
    (73.985, 74.003, 73.993, 74.015, 73.988),
    (74.008, 73.995, 74.009, 74.005, 74.004),
    (73.998, 74.000, 73.990, 74.007, 73.995),
    (73.994, 73.998, 73.994, 73.995, 73.990),
    (74.004, 74.000, 74.007, 74.000, 73.996),
    (73.983, 74.002, 73.998, 73.997, 74.012),
    (74.006, 73.967, 73.994, 74.000, 73.984),
    (74.012, 74.014, 73.998, 73.999, 74.007),
    (74.000, 73.984, 74.005, 73.998, 73.996),
    (73.994, 74.012, 73.986, 74.005, 74.007),
    (74.006, 74.010, 74.018, 74.003, 74.000),
    (73.984, 74.002, 74.003, 74.005, 73.997),
    (74.000, 74.010, 74.013, 74.020, 74.003),
    (73.988, 74.001, 74.009, 74.005, 73.996),
    (74.004, 73.999, 73.990, 74.006, 74.009),
    (74.010, 73.989, 73.990, 74.009, 74.014),
    (74.015, 74.008, 73.993, 74.000, 74.010),
    (73.982, 73.984, 73.995, 74.017, 74.013),
)
CANS_BEFORE = (
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
)  # fmt: skip
CANS_AFTER = (9, 6, 12, 5, 6, 4, 6, 3, 7, 6, 2, 4, 3, 6, 5, 4, 8, 5, 6, 7, 5, 6, 3, 5)


def then_drawn_again(first: Sequence[T], *, seed: int) -> Iterator[T]:
    """The values in their order, then without end drawn from them."""
    yield from first
    draw = random.Random(seed)  # noqa: S311 - a demo, not a secret
    while True:
        yield draw.choice(first)


def about(mean: float, spread: float, *, seed: int, drift: float = 0.0) -> Iterator[float]:
    """Made-up values around a mean that drifts by so much a week."""
    draw = random.Random(seed)  # noqa: S311
    week = 0
    while True:
        yield round(max(0.1, draw.gauss(mean + drift * week, spread)), 1)
        week += 1


def in_turn(*phases: tuple[Iterator[T], int]) -> Iterator[T]:
    """So many values of the first, then so many of the next."""
    return chain.from_iterable(islice(values, weeks) for values, weeks in phases)
