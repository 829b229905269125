"""Two sides in turn, again and again, and the ratio of their medians."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MILLISECONDS = "ms"


@dataclass(frozen=True)
class Figure:
    """One line of the report. `ours` and `theirs` are medians in `unit`; the bound holds for the ratio."""

    name: str
    bound: float
    ours: float
    theirs: float
    unit: str = MILLISECONDS

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs

    @property
    def is_held(self) -> bool:
        return self.ratio <= self.bound

    def as_json(self) -> dict[str, object]:
        rounded = {"ratio": round(self.ratio, 3), "bound": self.bound, "ours": round(self.ours, 3)}
        return {"name": self.name, **rounded, "theirs": round(self.theirs, 3), "unit": self.unit}

    def __str__(self) -> str:
        mark = "" if self.is_held else "  MISSED"
        sides = f"{self.ours:.2f} against {self.theirs:.2f} {self.unit}"
        return f"{self.name:<58} {self.ratio:5.2f} of {self.bound:4.1f}   {sides}{mark}"


def interleaved(sides: Mapping[str, Callable[[], object]], *, rounds: int, warm_up: int) -> dict[str, float]:
    """The median time of each side in milliseconds. Every round runs each side once, so that a machine that
    slows down slows them all."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(warm_up + rounds):
        for name, side in sides.items():
            began = time.perf_counter()
            side()
            if number >= warm_up:
                times[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(taken) for name, taken in times.items()}
