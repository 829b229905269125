"""Two sites with one of everything, and one person for each authority: what the table of access is about."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from documents.models import Document, DocumentType, RegisterImport, Revision
from documents.sheets import template
from evidence.context import acting, clock
from jobs.models import Job
from metrics.models import ImportLayout, Source, ValueImport
from people.models import Appointment, Delegation, Holding, JobRole, Kiosk, Process, Site, Station, User
from people.states import Authority, Scope
from records import services as records
from records.models import Action, IntegrityFault, Notification
from tests.cast import client_for, in_days, person, today, token_for
from tests.records.plant import Plant
from training.models import PracticalItem, Question, StationNeed
from ui.registry import pages

PERSONAS = {
    "anonymous": (),
    "operator": (Authority.OPERATOR,),
    "engineer": (Authority.ENGINEER,),
    "process owner": (Authority.PROCESS_OWNER,),
    "supervisor": (Authority.SUPERVISOR,),
    "quality manager": (Authority.QUALITY_MANAGER,),
    "internal auditor": (Authority.INTERNAL_AUDITOR,),
    "auditor": (Authority.AUDITOR,),
    "manager": (Authority.MANAGER,),
    "administrator": (Authority.ADMINISTRATOR,),
    "token": (Authority.INTEGRATION,),
}
SECRET_TITLE = "Zanzibar"  # in everything of the other site, and nowhere else


@dataclass
class Place:
    """A site with one record of each kind, owned by `owner`, and the lines beside them."""

    site: Site
    owner: User
    worker: User
    made: Plant
    records: dict[str, Any] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    here: Place
    there: Place
    people: dict[str, User | None]
    clients: dict[str, Client]
    headers: dict[str, dict[str, str]]


def build() -> World:
    here, there = _place("MUC", "Munich"), _place("LYS", "Lyon", SECRET_TITLE)
    people = {name: _persona(name, here.site, held) for name, held in PERSONAS.items()}
    Source.objects.create(site=here.site, code="LINE1", name="Line 1", account=people["token"])
    clients = {
        name: client_for(user) if user and name != "token" else Client(raise_request_exception=False)
        for name, user in people.items()
    }
    secret = token_for(people["token"], Scope.MEASURE)  # type: ignore[arg-type]
    headers = {name: {"authorization": f"Token {secret}"} if name == "token" else {} for name in people}
    return World(here, there, people, clients, headers)


def _plan(place: Place, mark: str) -> Revision:
    """A draft of a control plan with one row and one failure mode."""
    sort = DocumentType.objects.get_or_create(code="CP", defaults={"name": "Control plan", "is_control_plan": True})[0]
    facts: dict[str, Any] = {"by": place.owner, "site": place.site, "title": f"{mark} control plan"}
    document = records.open_record(Document, type=sort, code="CP", **facts)
    plan = records.open_record(Revision, number=f"{document.number}-r1", document=document, no=1, **facts)
    plan.control_plan_rows.create(key="of-the-plan", position=1, characteristic=f"{mark} bore", reaction_plan="Stop")
    plan.failure_modes.create(
        key="of-the-plan", position=1, mode=f"{mark} bore", effect="e", severity=5, cause="c", occurrence=5,
        detection=5, action="a",
    )  # fmt: skip
    return plan


def _import(place: Place, mark: str) -> RegisterImport:
    kept = RegisterImport(site=place.site, made_by=place.owner, made_at=timezone.now(), name=f"{mark}.xlsx")
    kept.sheet.save("register.xlsx", ContentFile(template()))
    return kept


def _values(place: Place, mark: str) -> ValueImport:
    """A file of values that somebody uploaded; its layout says what its columns hold."""
    layout = {"columns": {"0": "observed_at", "1": "value"}, "zone": "UTC"}
    kept = ValueImport(
        site=place.site, made_by=place.owner, made_at=timezone.now(), name=f"{mark}.csv", layout=layout
    )  # fmt: skip
    kept.file.save("values", ContentFile(b"date,value\n2026-01-05,1\n"))
    return kept


def _persona(name: str, site: Site, held: tuple[str, ...]) -> User | None:
    return person(name.replace(" ", "-"), site, *held) if held else None


def _place(code: str, name: str, mark: str = "Plain") -> Place:
    site = Site.objects.create(code=code, name=name)
    owner = person(f"owner-{code.lower()}", site, Authority.PROCESS_OWNER)
    worker = person(f"worker-{code.lower()}", site, Authority.OPERATOR)
    with acting(owner):
        process = Process.objects.create(site=site, code="GRIND", name=f"{mark} process", owner=owner)
        place = Place(site, owner, worker, Plant(site, process, owner))
        for page in pages():
            _fill(place, page, mark)
        _lines(place, mark)
    return place


def _fill(place: Place, page: Any, mark: str) -> None:
    record = place.made.one(page.model.__name__)
    record.title = f"{mark} {page.plural}"
    record.owner = place.owner
    record.save()
    base = record.record_ptr
    place.records[page.plural] = record
    place.actions[page.plural] = Action.objects.create(
        record=base, what=f"{mark} action", who=place.worker, due=in_days(3), opened_at=clock()
    )
    body = BytesIO(f"{mark} file of {page.plural}".encode())
    place.files[page.plural] = records.attach(base, file=body, name=f"{mark}.txt", by=place.owner)
    records.comment(base, text=f"{mark} remark", by=place.owner)


def _lines(place: Place, mark: str) -> None:
    made, site = place.made, place.site
    role = JobRole.objects.create(site=site, code="GRINDER", name=f"{mark} grinder", process=made.process)
    checklist = made.checklist()
    station = Station.objects.create(site=site, code="PRESS-9", name=f"{mark} press", process=made.process)
    place.lines = {
        "assignment": made.one("Assignment"),
        "observation": made.one("Observation"),
        "station": station,
        "need": StationNeed.objects.create(station=station, skill=made.one("Skill"), level=3, since=today()),
        "remark": made.one("Remark"),
        "delegation": Delegation.objects.create(
            person=place.owner, deputy=place.worker, since=today(), until=in_days(3), reason=mark, made_by=place.owner
        ),
        "check": made.one("SustainmentCheck"),
        "checklist": checklist,
        "question": checklist.questions.create(text=f"{mark} question", asked_from=today()),
        "job": Job.objects.create(title=f"{mark} job", owner=place.owner, created_at=timezone.now()),
        "reminder": Notification.objects.create(
            person=place.owner, text=f"{mark} reminder", url="/", key=f"{site.code}", at=clock()
        ),
        "holding": Holding.objects.create(person=place.worker, job_role=role, since=today()),
        "appointment": Appointment.objects.get(person=place.worker),
        "fault": IntegrityFault.objects.create(
            check_name="live",
            place=f"{mark} place",
            what="w",
            record=place.records["capas"].record_ptr,
            found_at=clock(),
        ),
        "kiosk": Kiosk.objects.create(
            station=Station.objects.create(site=site, code="S-1", name=f"{mark} station"),
            name=f"{mark} tablet",
            secret_digest=f"{site.pk:064x}",
            enrolled_by=place.owner,
            enrolled_at=clock(),
        ),
        "asked": Question.objects.create(
            document=place.records["documents"],
            kind="single",
            text=f"{mark} question",
            options=[{"text": f"{mark} a", "is_right": True}, {"text": f"{mark} b", "is_right": False}],
        ),
        "item": PracticalItem.objects.create(document=place.records["documents"], text=f"{mark} item"),
        "account": person(f"machine-{site.code.lower()}", site, Authority.INTEGRATION),
    }
    place.lines["plan"] = _plan(place, mark)
    place.lines["copy"] = made.one("Distribution")
    place.lines["import"] = _import(place, mark)
    place.lines["values"] = _values(place, mark)
    place.lines["layout"] = ImportLayout.objects.create(
        site=site, name=f"{mark} layout", kept_by=place.owner, kept_at=clock()
    )  # fmt: skip
    token_for(place.lines["account"])
    place.lines["token"] = place.lines["account"].auth_token_set.get()
