"""What every control chart is made of."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chart:
    """Plotted points with a centre and limits; the limits are as long as the points (n may vary).

    `sigma` is the within-process standard deviation of one plotted point, or None where it varies by point.
    """

    points: tuple[float, ...]
    centre: float
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    sigma: float | None

    @property
    def beyond(self) -> tuple[int, ...]:
        """0-based indices of points outside their limits (strictly)."""
        rows = zip(self.points, self.lower, self.upper, strict=True)
        return tuple(i for i, (x, low, high) in enumerate(rows) if x < low or x > high)


def flat(points: Sequence[float], *, centre: float, lower: float, upper: float, sigma: float | None) -> Chart:
    """A chart whose limits are the same for every point."""
    n = len(points)
    return Chart(tuple(map(float, points)), centre, (lower,) * n, (upper,) * n, sigma)


def finite(values: Sequence[float], *, at_least: int = 1) -> tuple[float, ...]:
    """The values as floats. ValueError when one is not finite or there are too few."""
    numbers = tuple(float(x) for x in values)
    if len(numbers) < at_least:
        raise ValueError(f"at least {at_least} values are needed, not {len(numbers)}")
    if not all(map(math.isfinite, numbers)):
        raise ValueError("every value must be a finite number")
    return numbers
