"""What a team decides for the close-out of its event: one plan for each gain. Data only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from documents.models import Document, DocumentType
from documents.states import TrainingVerdict
from kaizen.models import Goal
from kaizen.states import LockName
from people.models import JobRole, User

CHECK_DAYS = (30, 60, 90, 180, 365)
LAST_CHECK = CHECK_DAYS[-1]  # a gain that held a year is sustained


@dataclass(frozen=True)
class StandardPlan:
    """A standard that carries the gain: an existing document to be revised, or a new one by title and type."""

    change_summary: str
    document: Document | None = None
    title: str = ""
    type: DocumentType | None = None
    body: str | None = None
    steps: Sequence[dict[str, Any]] | None = None
    training: str = TrainingVerdict.READ
    job_roles: Sequence[JobRole] = ()

    @property
    def is_named(self) -> bool:
        return self.document is not None or bool(self.title and self.type)


@dataclass(frozen=True)
class GainPlan:
    """How one goal of the event becomes a gain that stays."""

    goal: Goal
    title: str
    standards: Sequence[StandardPlan] = ()
    after_start: date | None = None
    is_watched: bool = True
    control_plan: Document | None = None
    control_row: dict[str, Any] = field(default_factory=dict)
    check_days: Sequence[int] = CHECK_DAYS
    questions: Sequence[str] = ()
    auditor: User | None = None
    review_due: date | None = None
    benefit_a_year: Any = None
    waivers: dict[str, str] = field(default_factory=dict)

    def waives(self, lock: LockName) -> bool:
        return bool(self.waivers.get(lock, "").strip())

    def in_words(self) -> str:
        """The plan as its signature tells it: what carries the gain, what watches it, what was waived and why."""
        standards = ", ".join(plan.document.number if plan.document else plan.title for plan in self.standards)
        told = [
            (_("standards"), standards),
            (_("control plan"), self.control_plan.number if self.control_plan else ""),
            (_("reaction"), str(self.control_row.get("reaction_plan", ""))),
            (_("checks after days"), ", ".join(map(str, self.check_days))),
            (_("review by"), str(self.review_due or "")),
            *((_("without %(lock)s") % {"lock": lock}, reason) for lock, reason in self.waivers.items()),
        ]
        return f"{self.title}: " + "; ".join(f"{name} {words}" for name, words in told if words.strip())


@dataclass(frozen=True)
class CloseOutPlan:
    """The whole close-out: a plan for each goal of the event."""

    gains: Sequence[GainPlan]


@dataclass(frozen=True)
class Gap:
    """What a close-out plan still lacks, in plain words."""

    goal: Goal
    code: str
    words: str
