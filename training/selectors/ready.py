from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from documents.models import Document, Revision
from documents.states import RevisionStatus, TrainingVerdict
from people.models import User
from people.selectors import holdings_on
from training.models import Assignment, Requirement
from training.selectors.assigned import overdue
from training.selectors.required import live_requirements
from training.states import QUALIFIED, RequirementStatus


def audience(document: Document, *, on: date) -> QuerySet[User]:
    """Everybody of whom the document is required on that day, by a role or by name."""
    live = live_requirements(document)
    holding = holdings_on(on).filter(job_role__in=live.filter(job_role__isnull=False).values("job_role"))
    named = live.filter(person__isnull=False).values("person")
    return User.objects.filter(Q(pk__in=holding.values("person")) | Q(pk__in=named), is_active=True)


def asked_no(revision: Revision) -> int:
    """The newest revision up to this one that asked for training; 0 where none did, and nobody lacks any."""
    asking = [verdict.value for verdict in TrainingVerdict if verdict.asks_training]
    earlier = Revision.objects.filter(document=revision.document_id, no__lte=revision.no, training__in=asking)
    return earlier.exclude(status=RevisionStatus.WITHDRAWN).aggregate(no=Max("no"))["no"] or 0


def counting_revisions(revision: Revision) -> list[int]:
    """Whoever passed one of these knows this revision: it, and those before it that asked for nothing since."""
    same = Revision.objects.filter(document=revision.document_id, no__gte=asked_no(revision), no__lte=revision.no)
    return list(same.values_list("pk", flat=True))


def good_on(day: date) -> Q:
    """Passed or waived, and not run out."""
    return Q(status__in=QUALIFIED) & (Q(valid_until__isnull=True) | Q(valid_until__gte=day))


def untrained(revision: Revision, *, on: date) -> QuerySet[User]:
    """Who should be qualified on this revision on that day, newcomers included, and is not."""
    asked = asked_no(revision)
    if not asked:
        return User.objects.none()
    qualified = Assignment.objects.filter(
        good_on(on), person=OuterRef("pk"), revision__document=revision.document_id, revision__no__gte=asked
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


def qualified_people(revision: Revision, *, on: date) -> QuerySet[User]:
    """Everybody who may work by this revision on that day."""
    known = Assignment.objects.filter(
        good_on(on),
        person=OuterRef("pk"),
        revision__document=revision.document_id,
        revision__no__gte=max(asked_no(revision), 1),
        completed_at__date__lte=on,
    )
    return User.objects.filter(Exists(known))


@dataclass(frozen=True)
class Untrained:
    """For one revision: how many people are concerned, how many of them are not qualified, how many overdue."""

    concerned: int
    missing: int
    overdue: int


def untrained_counts(revisions: Iterable[Revision], *, on: date) -> dict[int, Untrained]:
    """`untrained` for many revisions at once, by primary key; in six queries."""
    revisions = list(revisions)
    documents = {revision.document_id for revision in revisions}
    concerned = _concerned(documents, on)
    best = _best_qualification(documents, on)
    asked = _asked(documents)
    late = overdue(on).filter(revision__in=revisions).values_list("revision_id", "person_id")
    overdue_pairs = set(late)
    found = {}
    for revision in revisions:
        people = concerned.get(revision.document_id, set())
        needed = max((no for no in asked.get(revision.document_id, ()) if no <= revision.no), default=0)
        missing = {person for person in people if best.get((person, revision.document_id), 0) < needed}
        delayed = sum((revision.pk, person) in overdue_pairs for person in missing)
        found[revision.pk] = Untrained(len(people), len(missing), delayed)
    return found


def _asked(documents: set[int]) -> dict[int, list[int]]:
    asking = [verdict.value for verdict in TrainingVerdict if verdict.asks_training]
    rows = Revision.objects.filter(document__in=documents, training__in=asking).exclude(status=RevisionStatus.WITHDRAWN)
    found: dict[int, list[int]] = {}
    for document, no in rows.order_by().values_list("document_id", "no"):
        found.setdefault(document, []).append(no)
    return found


def _concerned(documents: set[int], on: date) -> dict[int, set[int]]:
    live = Requirement.objects.filter(document__in=documents, status=RequirementStatus.ACTIVE).exclude(
        person__is_active=False
    )
    by_role: dict[int, set[int]] = {}
    concerned: dict[int, set[int]] = {}
    for job_role, person, document in live.values_list("job_role_id", "person_id", "document_id"):
        if job_role:
            by_role.setdefault(job_role, set()).add(document)
        else:
            concerned.setdefault(document, set()).add(person)
    for person, job_role in holdings_on(on).filter(job_role__in=by_role).values_list("person_id", "job_role_id"):
        for document in by_role[job_role]:
            concerned.setdefault(document, set()).add(person)
    return concerned


def _best_qualification(documents: set[int], on: date) -> dict[tuple[int, int], int]:
    rows = Assignment.objects.filter(good_on(on), revision__document__in=documents).order_by("revision__no")
    return {(p, d): no for p, d, no in rows.values_list("person_id", "revision__document_id", "revision__no")}
