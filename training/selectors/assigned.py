from calendar import monthrange
from datetime import date
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When
from django.db.models.functions import TruncWeek

from documents.models import Revision
from documents.states import TrainingVerdict
from people.models import User
from records.selectors import site_ids
from training.models import Assignment, Requirement
from training.states import QUALIFIED, UNFINISHED, AssignmentStatus, Method

MOST_SHOWN = 200
NOT_READ = (TrainingVerdict.QUIZ, TrainingVerdict.PRACTICAL)


def assignments() -> QuerySet[Assignment]:
    return Assignment.objects.select_related(
        "person",
        "requirement__job_role",
        "requirement__document",
        "requirement__skill",
        "requirement__raises",
        "requirement__course",
        "revision",
    )


METHODS = list(Method)
OF_VERDICT = {
    TrainingVerdict.READ: Method.READ,
    TrainingVerdict.QUIZ: Method.QUIZ,
    TrainingVerdict.PRACTICAL: Method.PRACTICAL,
}


def method_of(assignment: Assignment) -> Method:
    """How this one is learnt: what the requirement or the revision asks for, whichever is more."""
    asked = Method(assignment.requirement.method)
    verdict = TrainingVerdict(assignment.revision.training) if assignment.revision else TrainingVerdict.NONE
    return max(asked, OF_VERDICT.get(verdict, Method.READ), key=METHODS.index)


def valid_until(requirement: Requirement, passed_on: date) -> date | None:
    """The last day on which having passed counts; None where it never runs out."""
    return months_from(
        passed_on, requirement.validity_months or (requirement.gives.validity_months if requirement.gives else None)
    )


def months_from(day: date, months: int | None) -> date | None:
    """So many months after that day; None where it is not said how many."""
    return months_later(day, months) if months else None


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one: a month after 31 January is 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def assignments_of(revision: Revision) -> QuerySet[Assignment]:
    return assignments().filter(revision=revision).order_by("person__full_name")


def open_assignments(person: User) -> QuerySet[Assignment]:
    """What I still have to read or practise, soonest due first."""
    return assignments().filter(person=person, status__in=UNFINISHED).order_by("due", "id")


def ready_to_sign(person: User) -> QuerySet[Assignment]:
    """What I have opened and not yet signed; what is asked, taught or practised is not signed like that."""
    otherwise = ~Q(requirement__method=Method.READ) | Q(revision__training__in=NOT_READ) | Q(revision__isnull=True)
    return open_assignments(person).filter(status=AssignmentStatus.OPENED).exclude(otherwise)


def overdue(on: date) -> QuerySet[Assignment]:
    """Unfinished and past its due date, by people who are here. Overdue is derived, never stored."""
    return assignments().filter(status__in=UNFINISHED, due__lt=on, person__is_active=True)


def trained_by_week(process_id: int) -> list[tuple[date, str, int]]:
    """Mondays, documents of the process and how many people passed their training on them in that week."""
    passed = Assignment.objects.filter(
        revision__document__process=process_id, status__in=QUALIFIED, completed_at__isnull=False
    )
    weeks = passed.order_by().annotate(week=TruncWeek("completed_at"))
    rows = weeks.values_list("week", "revision__number").annotate(n=Count("person", distinct=True))
    return [(week.date(), number, n) for week, number, n in rows]


def revision_panel(revision: Revision, user: User) -> dict[str, Any]:
    """Who must know the revision; those who do not yet come first, and of thousands the first."""
    rows = assignments_of(revision).filter(requirement__site__in=site_ids(user, Requirement))
    counts = rows.order_by().aggregate(total=Count("id"), done=Count("id", filter=Q(status__in=QUALIFIED)))
    unfinished_first = rows.order_by(Case(When(status__in=UNFINISHED, then=0), default=1), "person__full_name")
    return {"assignments": list(unfinished_first[:MOST_SHOWN]), "most": MOST_SHOWN, **counts}
