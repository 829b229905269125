from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from documents.models import Document
from documents.parts import Use
from people.models import JobRole, User
from records.models import Link, Record
from records.selectors import scope, site_ids
from training.models import Requirement
from training.selectors.assigned import assignments
from training.states import QUALIFIED, UNFINISHED, RequirementStatus

MOST_USES = 50


def requirements() -> QuerySet[Requirement]:
    return Requirement.objects.select_related(
        "site", "process", "owner", "job_role", "person", "document", "skill", "course", "raises"
    )


def live_requirements(document: Document) -> QuerySet[Requirement]:
    return requirements().filter(document=document, status=RequirementStatus.ACTIVE)


def requirements_of_role(job_role: JobRole) -> QuerySet[Requirement]:
    return requirements().filter(job_role=job_role, status=RequirementStatus.ACTIVE)


def uses_of(document: Document, user: User) -> list[Use]:
    """The job roles and people who must know a document."""
    rows = live_requirements(document).filter(scope(user, Requirement)).order_by("number")[:MOST_USES]
    return [Use(_("Required of"), str(row.who), row.get_absolute_url()) for row in rows]


def document_panel(document: Document, user: User) -> dict[str, Any]:
    return {"requirements": list(live_requirements(document).filter(site__in=site_ids(user, Requirement)))}


def requirement_overview(requirement: Requirement, user: User) -> dict[str, Any]:
    rows = assignments().filter(requirement=requirement).order_by("-assigned_at", "person__full_name")
    return {"assignments": list(rows[:200]), "is_document": requirement.document_id is not None}


@dataclass(frozen=True)
class Because:
    """A training that something led to: the requirement, and how far those are whom it was assigned to for it."""

    requirement: Requirement
    assigned: int
    done: int
    overdue: int


def trained_because(origin: Record, user: User, *, reason: str, on: date) -> list[Because]:
    """The requirements that came of a record or answer for it, as far as the user sees them; in one query."""
    linked = Link.objects.filter(source=origin.pk).values("target")
    mine = Q(assignments__reason=reason, assignments__assigned_at__gte=origin.opened_at)
    late = mine & Q(assignments__status__in=UNFINISHED, assignments__due__lt=on)
    rows = requirements().filter(scope(user, Requirement), Q(origin=origin.pk) | Q(pk__in=linked))
    counted = rows.annotate(
        n_assigned=Count("assignments", filter=mine),
        n_done=Count("assignments", filter=mine & Q(assignments__status__in=QUALIFIED)),
        n_late=Count("assignments", filter=late),
    )
    return [Because(row, row.n_assigned, row.n_done, row.n_late) for row in counted.order_by("number")]
