"""Transition tables: the whole life of a record as data. `records.services.move` is what walks them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Meaning(models.TextChoices):
    """What a signature says (21 CFR 11.50 a 3)."""

    AUTHORED = "authored", _("Authored")
    REVIEWED = "reviewed", _("Reviewed")
    APPROVED = "approved", _("Approved")
    RELEASED = "released", _("Released")
    ACKNOWLEDGED = "acknowledged", _("Read and understood")
    VERIFIED = "verified", _("Verified")
    WAIVED = "waived", _("Waived")
    REJECTED = "rejected", _("Rejected")


@dataclass(frozen=True)
class Transition:
    """One arrow: from any of `sources` to `target`.

    `signed` asks for a signature with `meaning`, `reason` for a written reason; `primary` marks the one that
    is usually next; `tone` colours its button. `automatic` ones are made by jobs and shown on no button.
    """

    name: str
    sources: Collection[str]
    target: str
    label: Any
    signed: bool = False
    meaning: str = ""
    reason: bool = False
    primary: bool = True
    tone: str = "primary"
    automatic: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "sources", frozenset(str(source) for source in self.sources))
        object.__setattr__(self, "target", str(self.target))

    def __hash__(self) -> int:
        return hash((self.name, self.target))


@dataclass(frozen=True)
class Machine:
    """The states of one kind and the arrows between them, read top to bottom."""

    states: type[models.TextChoices]
    initial: str
    transitions: tuple[Transition, ...]
    final: Collection[str] = ()
    editable: Collection[str] = ()
    tones: dict[str, str] = field(default_factory=dict)

    def named(self, name: str) -> Transition | None:
        return next((transition for transition in self.transitions if transition.name == name), None)

    def leaving(self, status: str) -> list[Transition]:
        return [transition for transition in self.transitions if status in transition.sources]

    def label(self, status: str) -> str:
        return str(self.states(status).label) if status in self.states.values else status

    def tone(self, status: str) -> str:
        return self.tones.get(status, "neutral")

    def may_edit(self, status: str) -> bool:
        return status in (self.editable or {self.initial})

    def open_states(self) -> list[str]:
        return [state for state in self.states.values if state not in self.final]


def labels(statuses: Iterable[str], machine: Machine) -> str:
    return ", ".join(machine.label(status) for status in statuses)


class ActionStatus(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    VERIFIED = "verified", _("Verified")
    WITHDRAWN = "withdrawn", _("Withdrawn")


FINISH = Transition("finish", {ActionStatus.OPEN}, ActionStatus.DONE, label=_("Mark as done"))
VERIFY = Transition("verify", {ActionStatus.DONE}, ActionStatus.VERIFIED, label=_("Verify"))
REOPEN = Transition(
    "reopen", {ActionStatus.DONE}, ActionStatus.OPEN, label=_("Not done yet"), primary=False, reason=True
)
WITHDRAW = Transition(
    "withdraw", {ActionStatus.OPEN}, ActionStatus.WITHDRAWN, label=_("Withdraw"), primary=False, reason=True
)

ACTION = Machine(
    ActionStatus,
    initial=ActionStatus.OPEN,
    transitions=(FINISH, VERIFY, REOPEN, WITHDRAW),
    final={ActionStatus.VERIFIED, ActionStatus.WITHDRAWN},
    tones={ActionStatus.OPEN: "info", ActionStatus.DONE: "warning", ActionStatus.VERIFIED: "success"},
)
