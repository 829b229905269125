"""What a shared tablet shows: the standards in force at its station, and what somebody has to read there."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from documents.models import Revision, Translation
from documents.selectors import IN_FORCE, is_newest_in_force
from documents.states import RevisionStatus
from people.models import Site, Station, User
from records.models import Signature
from training.models import Acknowledgement, Assignment, Attempt, Reading
from training.selectors.assigned import open_assignments
from training.states import Method

MOST_SHOWN = 60


@dataclass(frozen=True)
class Waiting:
    """An open assignment as the tablet lists it. `is_read`: the person has read what there is, and shows it next."""

    assignment: Assignment
    title: str
    is_here: bool
    is_read: bool


def standards_here(station: Station) -> QuerySet[Revision]:
    """The revisions in effect at the station: those of its process first, then the others of its site."""
    sites = Site.objects.ancestors(station.site, include_self=True).values("pk")
    here = Case(When(process=station.process_id, then=0), default=1, output_field=IntegerField())
    found = Revision.objects.filter(status=RevisionStatus.EFFECTIVE, site__in=sites)
    if station.process_id is None:
        here = Value(0)  # type: ignore[assignment]
    return found.select_related("document").annotate(elsewhere=here).order_by("elsewhere", "title")[:MOST_SHOWN]


def waiting_at(person: User, station: Station) -> list[Waiting]:
    """What the person still has to read or to show, at this station first, in their language; one query."""
    read = Acknowledgement.objects.filter(assignment=OuterRef("pk"))
    titles = Translation.objects.filter(revision=OuterRef("revision"), language=person.language).values("title")
    taught = Q(revision=None) & ~Q(requirement__method=Method.PRACTICAL)
    found = open_assignments(person).exclude(taught).annotate(is_read=Exists(read), translated=Subquery(titles[:1]))
    rows = [
        Waiting(row, row.translated or row.title, _is_here(row, station), row.is_read or row.revision is None)
        for row in found[:MOST_SHOWN]
    ]
    return sorted(rows, key=lambda row: not row.is_here)


def _is_here(assignment: Assignment, station: Station) -> bool:
    learnt = assignment.revision or assignment.requirement.what
    return station.process_id is None or learnt.process_id == station.process_id


def open_of_document(person: User, number: str) -> Assignment | None:
    """What the person has to do about the standard whose code was scanned."""
    return open_assignments(person).filter(revision__document__number=number).first()


def reading_of(person: User, key: UUID) -> Reading | None:
    """A reading of one's own, with all that its screens need; one query."""
    found = Reading.objects.filter(uuid=key, person=person)
    return found.select_related(
        "assignment__requirement", "revision__document__type", "revision__site", "kiosk", "attempt"
    ).first()


def readings_to_sign() -> QuerySet[Reading]:
    """With what signing asks of them, `is_newest` of the revision and the key of the quiz that was `passed`."""
    passed = Attempt.objects.filter(assignment=OuterRef("assignment"), is_passed=True).order_by("-id").values("pk")[:1]
    found = Reading.objects.select_related("revision__document__type", "revision__site", "kiosk__station")
    return found.annotate(is_newest=is_newest_in_force("revision"), passed=Subquery(passed))


def open_reading(assignment: Assignment) -> Reading | None:
    return Reading.objects.filter(assignment=assignment, ended_at=None).first()


def to_assess(assignments: QuerySet[Assignment], station: Station) -> QuerySet[Assignment]:
    """Of these, what is practised and waits for an assessor at the station's site, its own process first."""
    process = Coalesce("revision__process", "requirement__skill__process", "requirement__course__process")
    here = Case(When(learnt_in=station.process_id, then=0), default=1, output_field=IntegerField())
    in_force = Q(revision=None) | Q(revision__status__in=IN_FORCE)
    waiting = assignments.filter(in_force, requirement__site=station.site_id)
    return waiting.annotate(learnt_in=process).order_by(here, "due", "person__full_name")[:MOST_SHOWN]


def signed_by(reading: Reading) -> Signature | None:
    """The signature that ended the reading."""
    found = Acknowledgement.objects.filter(assignment=reading.assignment_id, opened_at=reading.opened_at)
    line = found.select_related("signature").first()
    return line.signature if line else None


def stage(reading: Reading) -> str:
    """What comes next: read, quiz, sign, or it is done."""
    if reading.ended_at:
        return "done"
    if reading.read_at is None:
        return "read"
    if reading.draw and reading.attempt_id is None and not reading.draw.get("left_out"):
        return "quiz"
    return "sign"


def acknowledgements() -> QuerySet[Acknowledgement]:
    """Who read and signed what, newest first."""
    return Acknowledgement.objects.select_related("person", "revision", "since").order_by("-acknowledged_at", "-id")
