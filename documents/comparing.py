"""What changed between two states of a standard. Pure: plain values in, dataclasses out."""

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
    """One step that is not as it was. `fields` are the names of what it says otherwise, without its position."""

    key: str
    change: Change
    before: Content | None
    after: Content | None
    fields: tuple[str, ...] = ()


def step_changes(before: Sequence[Content], after: Sequence[Content]) -> list[StepChange]:
    """The steps that were added, changed, moved or removed, in the order of `after`, removed ones last.

    A step is known by its key. It has moved when its neighbours among the steps that stayed are in another order,
    not when one before it was added or removed.
    """
    old = {row["key"]: row for row in before}
    new = {row["key"]: row for row in after}
    stayed_before = [key for key in old if key in new]
    stayed_after = [key for key in new if key in old]
    moved = {was for was, now in zip(stayed_before, stayed_after, strict=True) if was != now}
    found = [change for row in after if (change := _change(old.get(row["key"]), row, moved))]
    gone = [StepChange(key, Change.REMOVED, row, None) for key, row in old.items() if key not in new]
    return found + gone


def _change(before: Content | None, after: Content, moved: set[str]) -> StepChange | None:
    key = after["key"]
    if before is None:
        return StepChange(key, Change.ADDED, None, after)
    fields = tuple(name for name in after if name != "position" and after[name] != before.get(name))
    if fields:
        return StepChange(key, Change.CHANGED, before, after, fields)
    return StepChange(key, Change.MOVED, before, after) if key in moved else None
