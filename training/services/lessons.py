"""Lessons: several people taught at once, signed by the trainer."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from documents.models import Document
from documents.selectors import newest_in_force
from evidence.context import clock
from evidence.refusals import Refused
from people.models import Site, User
from records import services as records
from records.models import Record, Signature
from records.signing import Signing
from training import selectors
from training.models import Assignment, Attendance, Course, Lesson
from training.services.assigning import _tell_readiness
from training.services.competence import _raise_level
from training.states import ATTEND, CANCEL, HOLD, UNFINISHED, Method

Row = dict[str, Any]


@transaction.atomic
def plan_lesson(
    *,
    by: User,
    site: Site,
    held_on: date,
    course: Course | None = None,
    document: Document | None = None,
    trainer: User | None = None,
    place: str = "",
    people: Sequence[Row] = (),
    origin: Record | None = None,
) -> Lesson:
    """Plan a lesson, or write down one that was held: rows of a person, and what a certificate says.

    Raises Refused: "what" unless it is one course or one standard, "trainer-learns", "twice".
    """
    what = course or document
    if what is None or (course and document):
        raise Refused(_("Say what is taught: one course or one standard."), code="what")
    lesson = records.open_record(
        Lesson,
        by=by,
        site=site,
        title=f"{what.title} ({held_on:%Y-%m-%d})"[:200],
        process=what.process if what.process and what.process.site_id == site.pk else None,
        owner=trainer,
        origin=origin,
        course=course,
        document=document,
        held_on=held_on,
        place=place,
    )
    _write_attendances(lesson, people)
    return lesson


def _write_attendances(lesson: Lesson, rows: Sequence[Row]) -> None:
    people = [row["person"] for row in rows]
    if len({person.pk for person in people}) != len(people):
        raise Refused(_("One person is on the list twice."), code="twice")
    if lesson.owner_id in {person.pk for person in people}:
        raise Refused(_("The trainer does not sign for themselves."), code="trainer-learns")
    Attendance.objects.bulk_create(
        Attendance(lesson=lesson, person=row["person"], valid_until=row.get("valid_until"), note=row.get("note") or "")
        for row in rows
    )


@transaction.atomic
def edit_lesson(lesson: Lesson, *, by: User, held_on: date, place: str, people: Sequence[Row]) -> Lesson:
    """Another day or place, or other people. Raises Refused: "twice", "trainer-learns"."""
    records.amend(lesson, by=by, held_on=held_on, place=place, parts=["people"])
    lesson.attendances.all().delete()
    _write_attendances(lesson, people)
    return lesson


@transaction.atomic
def hold(lesson: Lesson, *, by: User, signing: Signing) -> Lesson:
    """The trainer signs the list once: everybody on it has passed what asked for this course or standard.

    Raises Refused: "nobody-came", "not-yet", "trainer-learns", and those of signing.
    """
    came = {row.person_id: row for row in lesson.attendances.select_related("person")}
    if not came:
        raise Refused(_("Nobody is on the list."), code="nobody-came")
    if by.pk in came:
        raise Refused(_("The trainer does not sign for themselves."), code="trainer-learns")
    if lesson.held_on > clock().date():
        raise Refused(_("This lesson has not been held yet."), code="not-yet")
    signature = records.sign(lesson, by=by, transition=HOLD, signing=signing)
    records.move(lesson, HOLD, by=by, signature=signature)
    for assignment in _taught(lesson, came):
        _pass_by_lesson(assignment, lesson, came[assignment.person_id], signature, by=by)
    if lesson.document:
        _tell_readiness(newest_in_force(lesson.document), by=by)
    return lesson


def _taught(lesson: Lesson, came: dict[int, Attendance]) -> list[Assignment]:
    """What the people of the list have open of it. A standard is taught at the revision that is in force."""
    mine: QuerySet[Assignment] = selectors.assignments().filter(person__in=came, status__in=UNFINISHED)
    if lesson.course:
        return list(mine.filter(requirement__course=lesson.course))
    assert lesson.document, "a lesson teaches a course or a standard"
    revision = newest_in_force(lesson.document)
    found = mine.filter(revision=revision, requirement__method__in=[Method.READ, Method.CLASSROOM])
    return [one for one in found if selectors.method_of(one) in (Method.READ, Method.CLASSROOM)]


def _pass_by_lesson(
    assignment: Assignment, lesson: Lesson, attendance: Attendance, signature: Signature, *, by: User
) -> None:
    until = attendance.valid_until or selectors.valid_until(assignment.requirement, lesson.held_on)
    done = Assignment.objects.filter(pk=assignment.pk)
    records.move_all(
        done, ATTEND, by=by, note=lesson.number, signature=signature, completed_at=clock(), valid_until=until
    )
    assignment.refresh_from_db()
    _raise_level(assignment, by=by, signature=signature)


@transaction.atomic
def cancel(lesson: Lesson, *, by: User, reason: str) -> Lesson:
    """It was not held."""
    return records.move(lesson, CANCEL, by=by, note=reason)
