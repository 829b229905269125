from typing import Any

from django.db.models import QuerySet

from people.models import JobRole, User
from training.models import Curriculum, CurriculumLine
from training.states import RequirementStatus


def curricula() -> QuerySet[Curriculum]:
    return Curriculum.objects.select_related("site", "process", "owner", "job_role")


def curriculum_days(job_role: JobRole) -> dict[int, int]:
    """Requirement → days after the role began, of the role's active curriculum."""
    lines = CurriculumLine.objects.filter(
        curriculum__job_role=job_role, curriculum__status=RequirementStatus.ACTIVE
    ).order_by("position")
    return dict(lines.values_list("requirement_id", "days"))


def curriculum_overview(curriculum: Curriculum, user: User) -> dict[str, Any]:
    lines = curriculum.lines.select_related(
        "requirement__document", "requirement__skill", "requirement__course", "requirement__raises"
    )
    return {"lines": list(lines)}
