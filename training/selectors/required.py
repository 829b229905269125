from typing import Any

from django.db.models import QuerySet

from documents.models import Document
from people.models import JobRole, User
from records.selectors import site_ids
from training.models import Requirement
from training.selectors.assigned import assignments
from training.states import RequirementStatus


def requirements() -> QuerySet[Requirement]:
    return Requirement.objects.select_related(
        "site", "process", "owner", "job_role", "person", "document", "skill", "course", "raises"
    )


def live_requirements(document: Document) -> QuerySet[Requirement]:
    return requirements().filter(document=document, status=RequirementStatus.ACTIVE)


def requirements_of_role(job_role: JobRole) -> QuerySet[Requirement]:
    return requirements().filter(job_role=job_role, status=RequirementStatus.ACTIVE)


def document_panel(document: Document, user: User) -> dict[str, Any]:
    return {"requirements": list(live_requirements(document).filter(site__in=site_ids(user, Requirement)))}


def requirement_overview(requirement: Requirement, user: User) -> dict[str, Any]:
    rows = assignments().filter(requirement=requirement).order_by("-assigned_at", "person__full_name")
    return {"assignments": list(rows[:200]), "is_document": requirement.document_id is not None}
