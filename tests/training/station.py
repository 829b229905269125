"""A station with its tablet, and a standard of which one step has changed since Pedro signed for it."""

from typing import Any

from django.test import Client

from documents import services as documents
from documents.models import Document, DocumentType, Revision
from documents.selectors import revision_on_its_way
from evidence.context import acting
from people import services as people
from people.models import Kiosk, Pin, Station, User
from tests.cast import fresh, signing, today
from training import services as training
from training.models import Assignment
from training.views.standing import person_cookie, tablet_cookie

BADGE, PIN = "B-4711", "7305"
STEPS = (
    {"key": "load", "what": "Load the ring", "key_point": "Face down", "is_safety": True},
    {"key": "grind", "what": "Grind to 74.00 mm", "key_point": "Wait for the light", "is_quality": True},
    {"key": "measure", "what": "Measure every tenth ring"},
)


def steps(*, changed: int = 1, count: int = 3) -> list[dict[str, Any]]:
    """The steps as they were; the first `changed` of them say something else."""
    more = [{"key": f"more-{no}", "what": f"Turn it once more, {no}"} for no in range(count - len(STEPS))]
    found = [dict(step) for step in (*STEPS[:count], *more)]
    for step in found[:changed]:
        step["what"] += " with both hands"
    return found


def issue(document: Document, olga: User, axel: User) -> Revision:
    revision = revision_on_its_way(document)
    documents.submit(revision, by=olga)
    documents.weigh_training(
        revision, by=axel, training=revision.training, reason="Shown to everybody as it was tried out."
    )
    documents.approve(revision, by=axel, signing=signing(revision, axel, "approved"))
    return documents.issue(revision, by=axel, effective_on=today())


def in_effect(document: Document, olga: User, axel: User, system: User) -> Revision:
    return documents.make_effective(issue(document, olga, axel), by=system)


def standard(site: Any, process: Any, olga: User, *, title: str = "Grind rings", count: int = 3) -> Document:
    return documents.create_document(
        by=olga,
        site=site,
        type=DocumentType.objects.get(code="WI"),
        title=title,
        process=process,
        steps=steps(changed=0, count=count),
    )


def pass_now(assignment: Assignment, person: User) -> None:
    training.open_assignment(assignment, by=person)
    training.acknowledge(assignment, by=person, signing=signing(assignment.revision, person, "acknowledged"))


def next_revision(document: Document, olga: User, *, verdict: str = "read", changed: int = 1, count: int = 3) -> None:
    documents.start_revision(
        fresh(document),
        by=olga,
        reason="Rings fell out",
        change_summary="Both hands",
        training=verdict,
        steps=steps(changed=changed, count=count),
    )


def tablet(station: Station, by: User) -> tuple[Kiosk, Client]:
    """An enrolled tablet, nobody at it."""
    with acting(by):
        kiosk, secret = people.enrol_kiosk(station, by=by, name="Tablet 1")
    client = Client()
    client.cookies[tablet_cookie()] = secret
    return kiosk, client


def come(client: Client, badge: str = BADGE, **more: str) -> Any:
    return client.post("/kiosk/come/", {"badge": badge, **more})


def give(person: User, *, badge: str = BADGE, pin: str = PIN) -> None:
    """A badge, and a PIN that the person chose."""
    person.badge = badge
    person.save()
    people.choose_pin(person, by=person, pin=pin)
    assert Pin.objects.filter(person=person, is_first=False).exists()


def secret_of(client: Client) -> str:
    return client.cookies[person_cookie()].value
