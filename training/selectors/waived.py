"""Who was excused from a training, why, by whom, and for how long."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from people.models import User
from records.selectors import site_ids
from training.models import Assignment, Requirement
from training.selectors.assigned import assignments
from training.states import AssignmentStatus

MOST_LISTED = 500


@dataclass(frozen=True)
class Waived:
    """A waiver: the assignment, why, and whether it holds, is over, or is over and the training assigned again."""

    assignment: Assignment
    why: str
    is_over: bool
    is_again: bool


def waivers(user: User, *, on: date) -> list[Waived]:
    """Of the sites that the user sees: those that hold, soonest over first, then those that are over."""
    rows = _rows(user).order_by(F("valid_until").asc(nulls_last=True), "person__full_name", "id")[:MOST_LISTED]
    found = [_waived(row, on) for row in rows]
    return sorted(found, key=lambda one: one.is_over)


def _rows(user: User) -> QuerySet[Assignment]:
    told = Assignment.history.filter(id=OuterRef("pk"), status=AssignmentStatus.WAIVED).order_by("history_id")
    again = Assignment.objects.filter(person=OuterRef("person"), requirement=OuterRef("requirement"))
    return (
        assignments()
        .select_related("signature", "requirement__site", "person__site")
        .filter(status=AssignmentStatus.WAIVED, requirement__site__in=site_ids(user, Requirement))
        .annotate(
            why=Subquery(told.values("history_change_reason")[:1]),
            is_again=Exists(again.filter(pk__gt=OuterRef("pk"))),
        )
    )


def _waived(row: Assignment, on: date) -> Waived:
    is_over = row.valid_until is not None and row.valid_until < on
    return Waived(row, row.why or "", is_over, is_over and row.is_again)  # type: ignore[attr-defined]
