from typing import Any

from django.db.models import QuerySet

from people.models import User
from records.selectors import site_ids
from training.models import Course, Requirement, Skill
from training.selectors.required import requirements


def skills() -> QuerySet[Skill]:
    return Skill.objects.select_related("site", "process", "owner")


def courses() -> QuerySet[Course]:
    return Course.objects.select_related("site", "process", "owner")


def _required(user: User, **what: Any) -> list[Requirement]:
    seen = site_ids(user, Requirement)
    return list(requirements().filter(**what, site__in=seen, retired_at__isnull=True).order_by("number"))


def skill_overview(skill: Skill, user: User) -> dict[str, Any]:
    return {"requirements": _required(user, skill=skill)}


def course_overview(course: Course, user: User) -> dict[str, Any]:
    return {"requirements": _required(user, course=course)}
