"""What changed between two states of a standard. Pure: plain values in, dataclasses out."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Content = Mapping[str, Any]  # what a step says, as `Step.content()` gives it


class Change(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"


@dataclass(frozen=True)
class StepChange:
    """One step that is not as it was. `fields` are the names of what it says otherwise, without its position.

    A step that says something else and stands elsewhere is CHANGED, and `is_moved` too.
    """

    key: str
    change: Change
    before: Content | None
    after: Content | None
    fields: tuple[str, ...] = ()
    is_moved: bool = False


def step_changes(before: Sequence[Content], after: Sequence[Content]) -> list[StepChange]:
    """The steps that were added, changed, moved or removed, in the order of `after`, removed ones last.

    A step is known by its key. The fewest are said to have moved that explain the new order of the steps that stayed;
    none has when one before it was added or removed.
    """
    old = {row["key"]: row for row in before}
    new = {row["key"]: row for row in after}
    was_at = {key: place for place, key in enumerate(key for key in old if key in new)}
    stayed = [key for key in new if key in old]
    kept = _longest_rising([was_at[key] for key in stayed])
    moved = {key for key in stayed if was_at[key] not in kept}
    found = [change for row in after if (change := _change(old.get(row["key"]), row, moved))]
    gone = [StepChange(key, Change.REMOVED, row, None) for key, row in old.items() if key not in new]
    return found + gone


def _change(before: Content | None, after: Content, moved: set[str]) -> StepChange | None:
    key = after["key"]
    if before is None:
        return StepChange(key, Change.ADDED, None, after)
    fields = tuple(name for name in after if name != "position" and after[name] != before.get(name))
    if fields:
        return StepChange(key, Change.CHANGED, before, after, fields, is_moved=key in moved)
    return StepChange(key, Change.MOVED, before, after, is_moved=True) if key in moved else None


def _longest_rising(places: Sequence[int]) -> set[int]:
    """The longest part of `places` that rises: those that can have stayed where they were."""
    tails: list[int] = []  # the smallest end of a rising part of each length
    before: dict[int, int | None] = {}
    for place in places:
        length = bisect_left(tails, place)
        before[place] = tails[length - 1] if length else None
        tails[length : length + 1] = [place]
    kept: set[int] = set()
    last: int | None = tails[-1] if tails else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept
