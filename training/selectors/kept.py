from typing import Any

from django.db.models import QuerySet

from people.models import User
from records.selectors import site_ids
from training.models import Competence, Course, Lesson, Requirement, Skill
from training.selectors.observed import effectiveness
from training.selectors.required import requirements

MOST_SHOWN = 200


def skills() -> QuerySet[Skill]:
    return Skill.objects.select_related("site", "process", "owner")


def courses() -> QuerySet[Course]:
    return Course.objects.select_related("site", "process", "owner")


def lessons() -> QuerySet[Lesson]:
    return Lesson.objects.select_related("site", "process", "owner", "course", "document")


def _required(user: User, **what: Any) -> QuerySet[Requirement]:
    seen = site_ids(user, Requirement)
    return requirements().filter(**what, site__in=seen, retired_at__isnull=True).order_by("number")


def skill_overview(skill: Skill, user: User) -> dict[str, Any]:
    """Who has which level now, and what was assessed before."""
    rows = Competence.objects.filter(skill=skill).select_related("person", "assessor", "revision")
    now = rows.order_by("person_id", "-assessed_on", "-id").distinct("person_id")
    newest = sorted(now, key=lambda row: (-row.level, row.person.full_name))
    return {"requirements": list(_required(user, skill=skill)), "newest": newest, "history": list(rows[:MOST_SHOWN])}


def course_overview(course: Course, user: User) -> dict[str, Any]:
    held = Lesson.objects.filter(course=course, site__in=site_ids(user, Lesson)).select_related("owner")
    required = _required(user, course=course)
    return {
        "requirements": list(required),
        "lessons": list(held.order_by("-held_on")[:MOST_SHOWN]),
        "effectiveness": effectiveness(required),
    }


def lesson_overview(lesson: Lesson, user: User) -> dict[str, Any]:
    return {"attendances": list(lesson.attendances.select_related("person"))}
