from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from documents.models import Document, Revision
from documents.states import RevisionStatus, TrainingVerdict
from people.models import Holding, JobRole, User
from people.selectors import holdings_on
from records.selectors import site_ids
from training.models import Assignment, Requirement
from training.states import UNFINISHED, AssignmentStatus, Method, RequirementStatus

MOST_SHOWN = 200
QUALIFIED = (AssignmentStatus.PASSED, AssignmentStatus.WAIVED)


def requirements() -> QuerySet[Requirement]:
    return Requirement.objects.select_related("site", "process", "owner", "job_role", "document")


def live_requirements(document: Document) -> QuerySet[Requirement]:
    return requirements().filter(document=document, status=RequirementStatus.ACTIVE)


def requirements_of_role(job_role: JobRole) -> QuerySet[Requirement]:
    return requirements().filter(job_role=job_role, status=RequirementStatus.ACTIVE)


def assignments() -> QuerySet[Assignment]:
    return Assignment.objects.select_related("person", "requirement", "requirement__job_role", "revision")


def assignments_of(revision: Revision) -> QuerySet[Assignment]:
    return assignments().filter(revision=revision).order_by("person__full_name")


def open_assignments(person: User) -> QuerySet[Assignment]:
    """What I still have to read or practise, soonest due first."""
    return assignments().filter(person=person, status__in=UNFINISHED).order_by("due", "id")


def ready_to_sign(person: User) -> QuerySet[Assignment]:
    """What I have opened and not yet signed; what is practised is signed by somebody else."""
    practised = Q(requirement__method=Method.PRACTICAL) | Q(revision__training=TrainingVerdict.PRACTICAL)
    return open_assignments(person).filter(status=AssignmentStatus.OPENED).exclude(practised)


def overdue(on: date) -> QuerySet[Assignment]:
    """Unfinished and past its due date. Overdue is derived, never stored."""
    return assignments().filter(status__in=UNFINISHED, due__lt=on)


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


@dataclass(frozen=True)
class Cell:
    """One person × one document in the matrix."""

    required: bool
    status: str = ""
    revision: str = ""
    label: str = ""
    tone: str = "neutral"
    is_current: bool = False
    is_overdue: bool = False


@dataclass(frozen=True)
class MatrixRow:
    person: User
    roles: str
    cells: list[Cell]


def matrix(people: Iterable[User], documents: list[Document], *, on: date) -> list[MatrixRow]:
    """People × documents: who must know what, and who does. Three queries, whatever the size."""
    people = list(people)
    holdings = _holdings(people, on)
    required = set(
        Requirement.objects.filter(document__in=documents, status=RequirementStatus.ACTIVE).values_list(
            "job_role_id", "document_id"
        )
    )
    newest = _newest_assignments(people, documents)
    rows = []
    for person in people:
        held = holdings.get(person.pk, [])
        cells = [
            _cell(newest.get((person.pk, document.pk)), any((h.job_role_id, document.pk) in required for h in held), on)
            for document in documents
        ]
        rows.append(MatrixRow(person, ", ".join(str(h.job_role) for h in held), cells))
    return rows


def _holdings(people: list[User], on: date) -> dict[int, list[Holding]]:
    found: dict[int, list[Holding]] = {}
    for holding in holdings_on(on).filter(person__in=people).select_related("job_role"):
        found.setdefault(holding.person_id, []).append(holding)
    return found


def _newest_assignments(people: list[User], documents: list[Document]) -> dict[tuple[int, int], Assignment]:
    rows = (
        Assignment.objects.filter(person__in=people, revision__document__in=documents)
        .exclude(status__in=[AssignmentStatus.REPLACED, AssignmentStatus.EXPIRED])
        .select_related("revision")
        .order_by("revision__no", "id")
    )
    return {(row.person_id, row.revision.document_id): row for row in rows}


def _cell(assignment: Assignment | None, required: bool, on: date) -> Cell:
    if assignment is None:
        return Cell(required)
    unfinished = assignment.status in UNFINISHED
    return Cell(
        required=required,
        status=assignment.status,
        label=assignment.status_label.lower(),
        tone=assignment.status_tone,
        revision=f"r{assignment.revision.no}",
        is_current=assignment.revision.status in (RevisionStatus.EFFECTIVE, RevisionStatus.ISSUED),
        is_overdue=unfinished and assignment.due < on,
    )


def qualified_people(revision: Revision) -> QuerySet[User]:
    return User.objects.filter(
        assignments__revision__document=revision.document_id,
        assignments__revision__no__gte=revision.no,
        assignments__status__in=QUALIFIED,
    ).distinct()


def training_since(documents: Iterable[Document], day: date) -> QuerySet[Assignment]:
    """What changed in training of these documents since `day`: for the evidence of a backslide."""
    return assignments().filter(revision__document__in=documents, assigned_at__date__gte=day).order_by(F("due"))


def revision_panel(revision: Revision, user: User) -> dict[str, Any]:
    """Who must know the revision; those who do not yet come first, and of thousands the first."""
    rows = assignments_of(revision).filter(requirement__site__in=site_ids(user, Requirement))
    counts = rows.order_by().aggregate(total=Count("id"), done=Count("id", filter=Q(status__in=QUALIFIED)))
    unfinished_first = rows.order_by(Case(When(status__in=UNFINISHED, then=0), default=1), "person__full_name")
    return {"assignments": list(unfinished_first[:MOST_SHOWN]), "most": MOST_SHOWN, **counts}


def document_panel(document: Document, user: User) -> dict[str, Any]:
    return {"requirements": list(live_requirements(document).filter(site__in=site_ids(user, Requirement)))}


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


def requirement_overview(requirement: Requirement, user: User) -> dict[str, Any]:
    rows = assignments().filter(requirement=requirement).order_by("-assigned_at", "person__full_name")
    return {"assignments": list(rows[:200])}
