from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from documents.models import Document, Revision
from people.models import User
from people.selectors import holdings_on
from training.models import Assignment, Requirement
from training.selectors.assigned import overdue
from training.selectors.required import live_requirements
from training.states import QUALIFIED, RequirementStatus


def audience(document: Document, *, on: date) -> QuerySet[User]:
    """Everybody who holds a role that requires the document on that day."""
    roles = live_requirements(document).values("job_role")
    return User.objects.filter(pk__in=holdings_on(on).filter(job_role__in=roles).values("person"))


def untrained(revision: Revision, *, on: date) -> QuerySet[User]:
    """Who should be qualified on this revision on that day, newcomers included, and is not."""
    qualified = Assignment.objects.filter(
        person=OuterRef("pk"),
        revision__document=revision.document_id,
        revision__no__gte=revision.no,
        status__in=QUALIFIED,
    )
    return audience(revision.document, on=on).filter(~Exists(qualified)).order_by("full_name")


@dataclass(frozen=True)
class Readiness:
    """How many of those concerned are qualified on a revision."""

    concerned: int
    qualified: int

    @property
    def share(self) -> int:
        """Whole per cent, rounded down, so that 100 means everybody."""
        return 100 * self.qualified // self.concerned if self.concerned else 100


def readiness(revision: Revision, *, on: date) -> Readiness:
    concerned = audience(revision.document, on=on).count()
    return Readiness(concerned, concerned - untrained(revision, on=on).count())


def qualified_people(revision: Revision) -> QuerySet[User]:
    return User.objects.filter(
        assignments__revision__document=revision.document_id,
        assignments__revision__no__gte=revision.no,
        assignments__status__in=QUALIFIED,
    ).distinct()


@dataclass(frozen=True)
class Untrained:
    """For one revision: how many people are concerned, how many of them are not qualified, how many overdue."""

    concerned: int
    missing: int
    overdue: int


def untrained_counts(revisions: Iterable[Revision], *, on: date) -> dict[int, Untrained]:
    """`untrained` for many revisions at once, by primary key; in four queries."""
    revisions = list(revisions)
    documents = {revision.document_id for revision in revisions}
    concerned = _concerned(documents, on)
    best = _best_qualification(documents)
    late = overdue(on).filter(revision__in=revisions).values_list("revision_id", "person_id")
    overdue_pairs = set(late)
    found = {}
    for revision in revisions:
        people = concerned.get(revision.document_id, set())
        missing = {person for person in people if best.get((person, revision.document_id), 0) < revision.no}
        delayed = sum((revision.pk, person) in overdue_pairs for person in missing)
        found[revision.pk] = Untrained(len(people), len(missing), delayed)
    return found


def _concerned(documents: set[int], on: date) -> dict[int, set[int]]:
    pairs = Requirement.objects.filter(document__in=documents, status=RequirementStatus.ACTIVE).values_list(
        "job_role_id", "document_id"
    )
    by_role: dict[int, set[int]] = {}
    for job_role, document in pairs:
        by_role.setdefault(job_role, set()).add(document)
    concerned: dict[int, set[int]] = {}
    for person, job_role in holdings_on(on).filter(job_role__in=by_role).values_list("person_id", "job_role_id"):
        for document in by_role[job_role]:
            concerned.setdefault(document, set()).add(person)
    return concerned


def _best_qualification(documents: set[int]) -> dict[tuple[int, int], int]:
    rows = Assignment.objects.filter(revision__document__in=documents, status__in=QUALIFIED).order_by("revision__no")
    return {(p, d): no for p, d, no in rows.values_list("person_id", "revision__document_id", "revision__no")}
