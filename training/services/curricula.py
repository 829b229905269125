"""Curricula: what a newcomer to a job role learns, in which order."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evidence.context import clock
from evidence.refusals import Refused
from people.models import JobRole, User
from records import services as records
from training.models import Curriculum, CurriculumLine, Requirement
from training.services.requiring import activate
from training.states import ACTIVATE, RETIRE, RequirementStatus

Row = dict[str, Any]


@transaction.atomic
def open_curriculum(*, by: User, job_role: JobRole, lines: Sequence[Row], title: str = "") -> Curriculum:
    """Say in which order a newcomer learns: rows of a requirement and the days until it is due.

    Raises Refused: "curriculum-exists", "other-role", "twice".
    """
    if Curriculum.objects.filter(job_role=job_role, retired_at__isnull=True).exists():
        raise Refused(_("%(role)s has a curriculum already.") % {"role": job_role}, code="curriculum-exists")
    curriculum = records.open_record(
        Curriculum,
        by=by,
        site=job_role.site,
        title=title or _("Curriculum: %(role)s") % {"role": job_role},
        process=job_role.process,
        job_role=job_role,
    )
    _write_lines(curriculum, lines)
    return curriculum


def _write_lines(curriculum: Curriculum, rows: Sequence[Row]) -> None:
    requirements = [row["requirement"] for row in rows]
    _check_lines(curriculum, requirements)
    CurriculumLine.objects.bulk_create(
        CurriculumLine(curriculum=curriculum, position=position, requirement=row["requirement"], days=row["days"])
        for position, row in enumerate(rows, 1)
    )


def _check_lines(curriculum: Curriculum, requirements: list[Requirement]) -> None:
    if len({one.pk for one in requirements}) != len(requirements):
        raise Refused(_("One requirement is in the curriculum twice."), code="twice")
    for requirement in requirements:
        if requirement.job_role_id != curriculum.job_role_id:
            raise Refused(
                _("%(number)s is required of somebody else, not of %(role)s.")
                % {"number": requirement.number, "role": curriculum.job_role},
                code="other-role",
            )


@transaction.atomic
def edit_curriculum(curriculum: Curriculum, *, by: User, title: str, lines: Sequence[Row]) -> Curriculum:
    """Another order, or other days. It holds for whoever takes the role from now on.

    Raises Refused: "twice", "other-role".
    """
    records.amend(curriculum, by=by, title=title, parts=["lines"])
    curriculum.lines.all().delete()
    _write_lines(curriculum, lines)
    return curriculum


@transaction.atomic
def activate_curriculum(curriculum: Curriculum, *, by: User) -> Curriculum:
    """From now on newcomers follow it; requirements in it that are drafts hold too.

    Raises Refused("empty").
    """
    if not curriculum.lines.exists():
        raise Refused(_("There is nothing in this curriculum yet."), code="empty")
    records.move(curriculum, ACTIVATE, by=by)
    for requirement in Requirement.objects.filter(curriculum_lines__curriculum=curriculum):
        if requirement.status == RequirementStatus.DRAFT:
            activate(requirement, by=by)
    return curriculum


@transaction.atomic
def retire_curriculum(curriculum: Curriculum, *, by: User, reason: str) -> Curriculum:
    """Newcomers learn without an order again; what is required stays required."""
    return records.move(curriculum, RETIRE, by=by, note=reason, retired_at=clock())
