"""People × standards and people × skills: who must know what, who does, and what runs out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from documents.models import Document, Revision
from documents.selectors import IN_FORCE
from documents.states import DocumentStatus
from people.models import Holding, JobRole, Process, Site, Station, User
from people.selectors import holdings_on, visible_people, visible_stations
from records.selectors import visible
from training.models import Requirement, Skill, StationNeed
from training.selectors.knowing import ASKING, Held, levels_on
from training.states import UNFINISHED, AssignmentStatus, KeptStatus, Level, RequirementStatus

SOON = timedelta(days=30)

# Who must know which standard on that day, and how far they have come with it: one row a cell that is not blank.
CELLS = """
WITH asked AS (
  SELECT holding.person_id, requirement.document_id
  FROM people_holding holding
  JOIN training_requirement requirement ON requirement.job_role_id = holding.job_role_id
  JOIN records_record record ON record.id = requirement.record_ptr_id
  WHERE holding.person_id = ANY(%(people)s) AND requirement.document_id = ANY(%(documents)s)
    AND record.status = 'active' AND holding.since <= %(on)s AND (holding.until IS NULL OR holding.until > %(on)s)
  UNION
  SELECT requirement.person_id, requirement.document_id
  FROM training_requirement requirement
  JOIN records_record record ON record.id = requirement.record_ptr_id
  WHERE requirement.person_id = ANY(%(people)s) AND requirement.document_id = ANY(%(documents)s)
    AND record.status = 'active'
), newest AS (
  SELECT DISTINCT ON (assignment.person_id, revision.document_id)
         assignment.person_id, revision.document_id, revision.no, assignment.status, assignment.due,
         assignment.valid_until
  FROM training_assignment assignment
  JOIN documents_revision revision ON revision.record_ptr_id = assignment.revision_id
  WHERE assignment.person_id = ANY(%(people)s) AND revision.document_id = ANY(%(documents)s)
    AND assignment.status NOT IN ('replaced', 'expired')
  ORDER BY assignment.person_id, revision.document_id, revision.no DESC, assignment.id DESC
)
SELECT person_id, document_id, asked.person_id IS NOT NULL, newest.no, newest.status, newest.due, newest.valid_until
FROM asked FULL JOIN newest USING (person_id, document_id)
"""


@dataclass(frozen=True)
class Narrowed:
    """What a matrix is narrowed to; nothing means all that the user sees."""

    site: Site | None = None
    process: Process | None = None
    station: Station | None = None
    shift: str = ""
    role: JobRole | None = None


def people_of(user: User, to: Narrowed, *, on: date) -> QuerySet[User]:
    """The people of a matrix: everybody the user sees who holds a job role."""
    roles = holdings_on(on).filter(person=OuterRef("pk"))
    process = to.process or (to.station.process if to.station else None)
    roles = roles.filter(job_role=to.role) if to.role else roles
    roles = roles.filter(job_role__process=process) if process else roles
    seen = User.objects.filter(pk__in=visible_people(user).order_by().values("pk"))
    found = seen.filter(Exists(roles)).order_by("full_name", "pk")
    site = to.site or (to.station.site if to.station else None)
    found = found.filter(site=site) if site else found
    return found.filter(shift=to.shift) if to.shift else found


def documents_of(user: User, to: Narrowed, *, on: date) -> QuerySet[Document]:
    """The standards of a matrix: those that a station needs, else those that are required."""
    seen = Document.objects.filter(pk__in=visible(Document, user).values("pk")).exclude(status=DocumentStatus.RETIRED)
    if to.station:
        return seen.filter(station_needs__in=_needs(to.station, on)).distinct().order_by("number")
    asked = _asking(to)
    return seen.filter(Exists(asked.filter(document=OuterRef("pk")))).order_by("number")


def skills_of(user: User, to: Narrowed, *, on: date) -> QuerySet[Skill]:
    """The skills of a matrix: those that a station needs, else all that are used there."""
    seen = visible(Skill, user).filter(status=KeptStatus.ACTIVE).order_by("number")
    if to.station:
        return seen.filter(station_needs__in=_needs(to.station, on)).distinct()
    if to.role:
        return seen.filter(Exists(_asking(to).filter(skill=OuterRef("pk"))))
    seen = seen.filter(site=to.site) if to.site else seen
    return seen.filter(process=to.process) if to.process else seen


def _needs(station: Station, on: date) -> QuerySet[StationNeed]:
    return StationNeed.objects.filter(Q(until__isnull=True) | Q(until__gt=on), station=station, since__lte=on)


def _asking(to: Narrowed) -> QuerySet[Requirement]:
    found = Requirement.objects.filter(status=RequirementStatus.ACTIVE).order_by()
    found = found.filter(job_role=to.role) if to.role else found
    found = found.filter(site=to.site) if to.site else found
    return found.filter(Q(job_role__process=to.process) | Q(process=to.process)) if to.process else found


def stations_of(user: User, to: Narrowed) -> QuerySet[Station]:
    """The stations whose coverage stands beside a matrix."""
    found = visible_stations(user)
    if to.station:
        return found.filter(pk=to.station.pk)
    found = found.filter(site=to.site) if to.site else found
    process = to.process or (to.role.process if to.role else None)
    return found.filter(process=process) if process else found


@dataclass(frozen=True)
class Cell:
    """One person × one standard or skill: `kind` colours, `sign` and `text` say it without colour."""

    required: bool
    kind: str = "none"
    text: str = ""
    says: str = ""
    key: str = ""
    status: str = ""
    level: int = 0
    is_overdue: bool = False

    @property
    def can_assign(self) -> bool:
        return self.kind in ("missing", "out", "none", "old", "low")


@dataclass(frozen=True)
class MatrixRow:
    person: User
    roles: str
    cells: list[Cell]


BLANK = Cell(required=False)
SIGNS = {"known": "✓", "soon": "◷", "out": "✗", "old": "✗", "open": "○", "late": "!", "failed": "✗", "missing": "–"}


def matrix(people: Iterable[User], documents: Sequence[Document], *, on: date) -> list[MatrixRow]:
    """People × standards. Four queries, whatever the size."""
    people = list(people)
    held = roles_of(people, on)
    facts = _facts(people, documents, on)
    wanted = _asked_in_force(documents)
    return [
        MatrixRow(
            person,
            held.get(person.pk, ""),
            [
                _cell(facts.get((person.pk, document.pk)), document, wanted.get(document.pk, 0), person, on)
                for document in documents
            ],
        )
        for person in people
    ]


def roles_of(people: list[User], on: date) -> dict[int, str]:
    """The job roles of each person, in words."""
    found: dict[int, list[str]] = {}
    rows: QuerySet[Holding] = holdings_on(on).filter(person__in=people).order_by("job_role__name")
    for person, name in rows.values_list("person_id", "job_role__name"):
        found.setdefault(person, []).append(name)
    return {person: ", ".join(names) for person, names in found.items()}


def _facts(people: list[User], documents: Sequence[Document], on: date) -> dict[tuple[int, int], tuple[Any, ...]]:
    values: dict[str, Any] = {
        "people": [one.pk for one in people],
        "documents": [one.pk for one in documents],
        "on": on,
    }
    with connection.cursor() as cursor:
        cursor.execute(CELLS, values)
        return {(row[0], row[1]): row[2:] for row in cursor.fetchall()}


def _asked_in_force(documents: Sequence[Document]) -> dict[int, int]:
    """The revision that must be known today, of those that are issued or in effect."""
    rows = Revision.objects.filter(document__in=[one.pk for one in documents], training__in=ASKING)
    in_force = rows.filter(status__in=[*IN_FORCE, "superseded", "obsolete"])
    return dict(in_force.order_by().values_list("document_id").annotate(no=Max("no")))


def _cell(facts: tuple[Any, ...] | None, document: Document, wanted: int, person: User, on: date) -> Cell:
    key = f"{person.pk}-{document.pk}"
    if facts is None:
        return Cell(False, key=key)
    required, no, status, due, until = facts
    if no is None:
        return Cell(required, "missing", SIGNS["missing"], _("missing"), key)
    kind = _kind(no, wanted, status, due, until, on)
    label = str(AssignmentStatus(status).label).lower()
    told = {"known": label, "soon": _("runs out on %s") % until, "out": _("ran out on %s") % until}
    told |= {"late": _("overdue since %s") % due, "old": _("knows an older revision")}
    says = told.get(kind, label)
    return Cell(required, kind, f"r{no} {SIGNS[kind]}", f"r{no} {says}", key, status, is_overdue=kind == "late")


def _kind(no: int, wanted: int, status: str, due: date, until: date | None, on: date) -> str:
    if status in UNFINISHED:
        return "late" if due < on else ("failed" if status == AssignmentStatus.FAILED else "open")
    if no < wanted:
        return "old"
    if until is None or until > on + SOON:
        return "known"
    return "soon" if until >= on else "out"


def skill_matrix(people: Iterable[User], skills: Sequence[Skill], *, on: date) -> list[MatrixRow]:
    """People × skills, with the letters of ILUO. Three queries, whatever the size."""
    people = list(people)
    roles = roles_of(people, on)
    held = levels_on([one.pk for one in people], [one.pk for one in skills], on)
    wanted = _wanted_levels(people, skills, on)
    return [
        MatrixRow(
            person,
            roles.get(person.pk, ""),
            [_level_cell(person, skill, held.get((person.pk, skill.pk)), wanted, on) for skill in skills],
        )
        for person in people
    ]


def _wanted_levels(people: list[User], skills: Sequence[Skill], on: date) -> dict[tuple[int, int], int]:
    """The level that is required of each person, by name or by a role."""
    asked = Requirement.objects.filter(skill__in=skills, status=RequirementStatus.ACTIVE).order_by()
    named = asked.filter(person__in=people).values_list("person_id", "skill_id", "level")
    by_role = asked.filter(job_role__holdings__in=holdings_on(on).filter(person__in=people))
    rows = by_role.values_list("job_role__holdings__person_id", "skill_id", "level")
    found: dict[tuple[int, int], int] = {}
    for person, skill, level in [*named, *rows]:
        key = (person or 0, skill or 0)
        found[key] = max(found.get(key, 0), level or 0)
    return found


def _level_cell(person: User, skill: Skill, held: Held | None, wanted: dict[tuple[int, int], int], on: date) -> Cell:
    key, asked = f"{person.pk}-{skill.pk}", wanted.get((person.pk, skill.pk), 0)
    goal = _(", needs %s") % Level(asked).name if asked else ""
    if held is None:
        return Cell(asked > 0, "missing" if asked else "none", "–" if asked else "", _("never assessed") + goal, key)
    says = f"{Level(held.level).label}, {held.assessed_on}"
    kind = "known" if held.level >= asked else "low"
    if not held.counts_on(on):
        kind, says = "out", _("%(level)s ran out on %(day)s") % {"level": held.letter, "day": held.valid_until}
    elif held.valid_until and held.valid_until <= on + SOON:
        kind, says = "soon", _("%(level)s runs out on %(day)s") % {"level": held.letter, "day": held.valid_until}
    return Cell(asked > 0, kind, held.letter, says + (goal if kind != "known" else ""), key, level=held.level)


def able(rows: list[MatrixRow], place: int) -> int:
    """How many of these people can do the skill in that column alone: U or O."""
    return sum(row.cells[place].level >= Level.U and row.cells[place].kind in ("known", "soon") for row in rows)
