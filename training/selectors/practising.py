"""What an assessor looks at: generated from the standard's own key points, and the document's own items."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from documents.models import Document, Revision
from documents.states import TrainingVerdict
from training.models import Assessment, Assignment, PracticalItem
from training.selectors.assigned import assignments, method_of
from training.states import UNFINISHED, Level, Method


def is_practised(assignment: Assignment) -> bool:
    """Whether it is shown and practised: somebody else signs that the person can do it."""
    return method_of(assignment) == Method.PRACTICAL


def waiting_for_assessor() -> QuerySet[Assignment]:
    """Everything that is practised and not passed yet: standards, and skills at a level."""
    practised = Q(requirement__method=Method.PRACTICAL) | Q(revision__training=TrainingVerdict.PRACTICAL)
    return assignments().filter(practised, status__in=UNFINISHED)


def practical_items(document: Document | int) -> QuerySet[PracticalItem]:
    return PracticalItem.objects.filter(document=document, retired_at=None).order_by("id")


def checklist_of(assignment: Assignment) -> list[dict[str, Any]]:
    """What the assessor of this one looks at; a skill has no steps, it has a level that is asked for."""
    if assignment.revision:
        return checklist(assignment.revision)
    level = assignment.requirement.level
    return [{"key": "all", "text": _("Can do it as it was taught"), "point": str(Level(level).label) if level else ""}]


def checklist(revision: Revision) -> list[dict[str, Any]]:
    """The items, in the order of the work: steps with a key point or a mark, then the document's own."""
    steps = [
        {
            "key": f"step-{step.key}",
            "no": step.position,
            "text": step.what,
            "point": step.key_point,
            "is_safety": step.is_safety,
            "is_quality": step.is_quality,
        }
        for step in revision.steps.all()
        if step.key_point or step.is_safety or step.is_quality
    ]
    own = [{"key": f"own-{item.uuid.hex}", "text": item.text} for item in practical_items(revision.document_id)]
    return [*steps, *own] or [{"key": "all", "text": _("Does the work as the standard says")}]


def assessments() -> QuerySet[Assessment]:
    """Newest first."""
    found = Assessment.objects.select_related("person", "assessor", "revision", "assignment__requirement")
    return found.order_by("-at", "-id")
