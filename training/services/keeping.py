"""Skills and courses: what is kept and looked up."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evidence.refusals import Refused
from people.models import Process, Site, User
from records import services as records
from training.models import Course, Requirement, Skill
from training.states import END


@transaction.atomic
def add_skill(
    *,
    by: User,
    site: Site,
    code: str,
    title: str,
    process: Process | None = None,
    validity_months: int | None = None,
) -> Skill:
    """Name a skill. Raises Refused("code-taken"): a code is used once at a site."""
    skill = records.open_record(
        Skill, by=by, site=site, title=title, process=process, short=code, validity_months=validity_months
    )  # the counter of numbers is locked now: nobody else adds a skill here until we are done
    if Skill.objects.filter(site=site, short__iexact=code).exclude(pk=skill.pk).exists():
        raise Refused(_("This site has a skill “%(code)s” already.") % {"code": code}, code="code-taken")
    return skill


@transaction.atomic
def edit_skill(skill: Skill, *, by: User, code: str, **changes: Any) -> Skill:
    """Call a skill otherwise, or say for how long an assessment is good. Raises Refused("code-taken")."""
    records.lock(skill)
    if Skill.objects.filter(site=skill.site_id, short__iexact=code).exclude(pk=skill.pk).exists():
        raise Refused(_("This site has a skill “%(code)s” already.") % {"code": code}, code="code-taken")
    return records.amend(skill, by=by, short=code, **changes)


@transaction.atomic
def add_course(
    *,
    by: User,
    site: Site,
    title: str,
    process: Process | None = None,
    provider: str = "",
    hours: Decimal | None = None,
    content: str = "",
) -> Course:
    """Name a course that is taught here or elsewhere."""
    return records.open_record(
        Course, by=by, site=site, title=title, process=process, provider=provider, hours=hours, content=content
    )


@transaction.atomic
def edit_course(course: Course, *, by: User, **changes: Any) -> Course:
    """Change what is said of a course."""
    return records.amend(course, by=by, **changes)


@transaction.atomic
def end(kept: Skill | Course, *, by: User, reason: str) -> Skill | Course:
    """No longer used. Raises Refused("still-required") while a requirement asks for it."""
    if Requirement.objects.filter(**{_name(kept): kept}, retired_at__isnull=True).exists():
        raise Refused(_("It is still required: retire the requirement first."), code="still-required")
    return records.move(kept, END, by=by, note=reason)


def _name(kept: Skill | Course) -> str:
    return "skill" if isinstance(kept, Skill) else "course"
