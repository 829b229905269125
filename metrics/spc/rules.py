"""Run rules as annotations of a chart (Western Electric 1956, Nelson 1984).

They are marks on a chart and never open a CAPA: together they raise 0.6 to 1.9 false alarms per metric-year.
All inequalities are strict; a rule marks point t only when t completes the pattern. A value on the centre
line breaks a run, a tie breaks a trend, a missing period (None) breaks nothing and is not counted.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

Rule = Callable[[Sequence[float]], bool]


def _beyond(count: int, of: int, limit: float) -> tuple[int, Rule]:
    """`count` of `of` beyond the limit on the side of the last one, which is beyond itself."""

    def rule(z: Sequence[float]) -> bool:
        side = 1 if z[-1] > 0 else -1
        return side * z[-1] > limit and sum(side * x > limit for x in z) >= count

    return of, rule


def _same_side(run: int) -> tuple[int, Rule]:
    return run, lambda z: all(x > 0 for x in z) or all(x < 0 for x in z)


def _steps(z: Sequence[float]) -> list[float]:
    return [b - a for a, b in pairwise(z)]


def _trend(z: Sequence[float]) -> bool:
    steps = _steps(z)
    return all(d > 0 for d in steps) or all(d < 0 for d in steps)


def _alternating(z: Sequence[float]) -> bool:
    steps = _steps(z)
    return all(a * b < 0 for a, b in pairwise(steps))


def _hugging(z: Sequence[float]) -> bool:
    return all(abs(x) < 1 for x in z)


def _avoiding(z: Sequence[float]) -> bool:
    return all(abs(x) > 1 for x in z) and min(z) < 0 < max(z)


WESTERN_ELECTRIC: dict[str, tuple[int, Rule]] = {
    "WE1": _beyond(1, 1, 3.0),
    "WE2": _beyond(2, 3, 2.0),
    "WE3": _beyond(4, 5, 1.0),
    "WE4": _same_side(8),
}
NELSON: dict[str, tuple[int, Rule]] = {
    "N1": _beyond(1, 1, 3.0),
    "N2": _same_side(9),
    "N3": (6, _trend),
    "N4": (14, _alternating),
    "N5": _beyond(2, 3, 2.0),
    "N6": _beyond(4, 5, 1.0),
    "N7": (15, _hugging),
    "N8": (8, _avoiding),
}
# A pattern of "k of n" may be complete before n points exist; runs need all of theirs.
_SHORTEST = {"WE2": 2, "WE3": 4, "N5": 2, "N6": 4}


def rule_hits(
    z: Sequence[float | None], rules: dict[str, tuple[int, Rule]] = WESTERN_ELECTRIC
) -> dict[str, tuple[int, ...]]:
    """Per rule the 0-based positions in `z` of the points that complete its pattern."""
    where = [i for i, x in enumerate(z) if x is not None]
    known = [x for x in z if x is not None]
    return {
        name: tuple(where[t] for t in range(len(known)) if _completes(known, t, name, length, rule))
        for name, (length, rule) in rules.items()
    }


def _completes(known: list[float], t: int, name: str, length: int, rule: Rule) -> bool:
    if t + 1 < _SHORTEST.get(name, length):
        return False
    return rule(known[max(0, t + 1 - length) : t + 1])
