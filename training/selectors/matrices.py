from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from documents.models import Document
from documents.states import RevisionStatus
from people.models import Holding, User
from people.selectors import holdings_on
from training.models import Assignment, Requirement
from training.states import UNFINISHED, AssignmentStatus, RequirementStatus


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
    return {(row.person_id, row.revision.document_id): row for row in rows if row.revision}


def _cell(assignment: Assignment | None, required: bool, on: date) -> Cell:
    if assignment is None or assignment.revision is None:
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
