"""The arithmetic of a standard-work sheet: combination table and balance of workers. Pure: numbers in, dataclasses out.

Each worker does his elements in order, cycle after cycle. An element is handled (manual), then its machine runs by
itself (automatic) while the worker walks on. The worker is back at it one cycle later, so that no cycle is shorter
than the manual and automatic time of any of its elements: he waits for the difference at the end of the cycle.
Times are seconds. Source: the standardized work combination table and the operator balance chart (Toyota).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import ceil

ZERO = Decimal(0)


class Work(StrEnum):
    MANUAL = "manual"
    AUTOMATIC = "automatic"
    WALK = "walk"
    WAIT = "wait"


@dataclass(frozen=True)
class Element:
    """One step of the sequence with its times in seconds."""

    no: int
    what: str
    worker: int
    manual: Decimal
    automatic: Decimal
    walk: Decimal


@dataclass(frozen=True)
class Bar:
    """A stretch of the combination table, from `start` to `end` seconds after the worker's cycle began."""

    no: int
    what: str
    worker: int
    work: Work
    start: Decimal
    end: Decimal


@dataclass(frozen=True)
class Load:
    """What one worker does in a cycle: `cycle` = manual + walk + wait."""

    worker: int
    manual: Decimal
    walk: Decimal
    wait: Decimal

    @property
    def cycle(self) -> Decimal:
        return self.manual + self.walk + self.wait

    def is_over(self, takt: Decimal | None) -> bool:
        """Whether the worker cannot keep the takt."""
        return takt is not None and self.cycle > takt


@dataclass(frozen=True)
class Sheet:
    """All of it. `operators` is ⌈Σ (manual + walk) / takt⌉, None without a takt."""

    takt: Decimal | None
    bars: tuple[Bar, ...]
    loads: tuple[Load, ...]
    operators: int | None

    @property
    def cycle(self) -> Decimal:
        """The cycle of the whole station: that of its slowest worker."""
        return max((load.cycle for load in self.loads), default=ZERO)

    @property
    def over(self) -> tuple[int, ...]:
        """The workers who cannot keep the takt."""
        return tuple(load.worker for load in self.loads if load.is_over(self.takt))


def sheet(elements: Sequence[Element], takt: Decimal | None = None) -> Sheet:
    """The combination table and the balance of a sequence of elements. Raises ValueError for a takt of no time."""
    if takt is not None and takt <= 0:
        raise ValueError("takt must be positive")
    workers = sorted({element.worker for element in elements})
    loads, bars = [], []
    for worker in workers:
        own = [element for element in elements if element.worker == worker]
        load = _load(worker, own)
        loads.append(load)
        bars += _bars(own, load)
    work = sum((load.manual + load.walk for load in loads), ZERO)
    return Sheet(takt, tuple(bars), tuple(loads), ceil(work / takt) if takt else None)


def _load(worker: int, elements: Sequence[Element]) -> Load:
    manual = sum((element.manual for element in elements), ZERO)
    walk = sum((element.walk for element in elements), ZERO)
    longest = max((element.manual + element.automatic for element in elements), default=ZERO)
    return Load(worker, manual, walk, max(ZERO, longest - manual - walk))


def _bars(elements: Sequence[Element], load: Load) -> list[Bar]:
    """The bars of one worker in order; those of no time are left out."""
    found, now = [], ZERO
    for element in elements:
        handled = now + element.manual
        walked = handled + element.walk
        stretches = (
            (Work.MANUAL, now, handled),
            (Work.AUTOMATIC, handled, handled + element.automatic),
            (Work.WALK, handled, walked),
        )
        found += [Bar(element.no, element.what, element.worker, *one) for one in stretches if one[2] > one[1]]
        now = walked
    if load.wait and elements:
        last = elements[-1]
        found.append(Bar(last.no, last.what, load.worker, Work.WAIT, now, now + load.wait))
    return found
