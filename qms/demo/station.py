"""The shared tablet at the ring grinder: badges and PINs, a standard that has changed, its questions, an assessment."""

from documents import services as documents
from documents.models import Document, DocumentType
from documents.selectors import newest_in_force, revision_on_its_way
from people import services as people
from people.models import Kiosk, Station
from qms.demo import people as staff
from qms.demo.plant import Plant, Story
from records.signing import Signing
from training import services as training
from training.models import Assignment
from training.selectors import checklist_of
from training.states import Method

BADGES = {"pedro": "1001", "lena": "1002", "mikael": "1003", "aisha": "1004", "jonas": "1005", "sven": "2001"}
DEMO_PIN = "7305"
BEFORE = (
    {"key": "wear", "what": "Put on glasses and gloves", "manual_seconds": 10, "is_safety": True,
     "key_point": "Gloves without cuffs", "reason": "Cuffs are caught by the wheel", "ppe": "Glasses, gloves"},
    {"key": "load", "what": "Load the ring into the chuck", "manual_seconds": 12, "is_quality": True,
     "key_point": "Marked side up", "reason": "The other side is finished first"},
    {"key": "start", "what": "Close the door and start", "manual_seconds": 4, "machine_seconds": 38,
     "key_point": "Green light before you leave", "is_safety": True},
    {"key": "gauge", "what": "Gauge every tenth ring", "manual_seconds": 15, "walk_seconds": 6, "tools": "Bore gauge 74",
     "key_point": "Three places, the largest counts", "is_quality": True},
    {"key": "rack", "what": "Rack the ring", "manual_seconds": 5, "walk_seconds": 4},
)  # fmt: skip
AFTER = (
    *BEFORE[:1],
    {**BEFORE[1], "what": "Load the ring into the chuck with both hands",
     "key_point": "Marked side up, until it clicks", "reason": "A ring that does not click comes loose"},
    BEFORE[2],
    {**BEFORE[3], "what": "Gauge every fifth ring"},
    BEFORE[4],
)  # fmt: skip
SPANISH = {
    "load": {"what": "Colocar el anillo en el plato con las dos manos", "key_point": "Lado marcado arriba, hasta el clic",
             "reason": "Un anillo sin clic se suelta"},
    "gauge": {"what": "Medir uno de cada cinco anillos", "key_point": "Tres puntos, vale el mayor"},
}  # fmt: skip
QUESTIONS = (
    {"step_key": "load", "kind": "single", "text": "When is the ring loaded?",
     "options": ({"text": "When it clicks", "is_right": True}, {"text": "When it looks straight"},
                 {"text": "When the door closes"}),
     "explanation": "A ring that does not click comes loose in the chuck.",
     "translations": {"es": {"text": "¿Cuándo está cargado el anillo?",
                             "options": ["Cuando hace clic", "Cuando parece recto", "Cuando se cierra la puerta"],
                             "explanation": "Un anillo que no hace clic se suelta del plato."}}},
    {"step_key": "gauge", "kind": "true-false", "text": "From now on every fifth ring is gauged.",
     "options": ({"text": "True", "is_right": True}, {"text": "False"}),
     "explanation": "Every tenth was too late to stop a wheel that had worn."},
    {"kind": "multiple", "text": "What do you do when the gauge shows too much?",
     "options": ({"text": "Stop the machine", "is_right": True}, {"text": "Block the rings since the last good one",
                 "is_right": True}, {"text": "Gauge again tomorrow"}),
     "explanation": "Stop, block, and call the supervisor."},
)  # fmt: skip
WHEEL = (
    {"key": "lock", "what": "Lock and tag the machine", "key_point": "Try to start it: it must not", "is_safety": True},
    {"key": "ring-test", "what": "Ring-test the new wheel", "key_point": "A clear tone; a dull one is cracked",
     "is_safety": True},
    {"key": "balance", "what": "Balance the wheel", "key_point": "Below 0.4 mm/s", "is_quality": True},
)  # fmt: skip


def at_the_station(plant: Plant) -> Story:
    """The crew knows the standard; then two steps change. Changing the wheel is practised, and one still has to."""
    yield plant.day(50, 1, 9)
    _equip(plant)
    finishing = _standard(plant, "Finish a piston ring", BEFORE, Method.READ)
    wheel = _standard(plant, "Change the grinding wheel", WHEEL, Method.PRACTICAL)
    plant.train_all(newest_in_force(finishing))  # type: ignore[arg-type]
    with plant.acting("olga") as person:
        for question in QUESTIONS:
            training.add_question(finishing, by=person, **question)
        training.add_question(
            wheel, by=person, kind="single", step_key="ring-test", text="A wheel sounds dull. What is it?",
            options=({"text": "Cracked", "is_right": True}, {"text": "Damp"}),
        )  # fmt: skip
        training.add_item(wheel, by=person, text="Knows whom to call when the balance is not reached")
    yield plant.day(51, 3, 10)
    _assess_all(plant, wheel, but=("pedro",))
    yield plant.day(61, 0, 7)
    _change(plant, finishing)


def _equip(plant: Plant) -> None:
    for username, badge in BADGES.items():
        with plant.acting(username) as person:
            person.badge = badge
            person.save()
            people.choose_pin(person, by=person, pin=DEMO_PIN)
    with plant.acting("sven") as person:
        people.enrol_kiosk(Station.objects.get(code="RING-1"), by=person, name="Tablet at ring grinder 1")


def _standard(plant: Plant, title: str, steps: tuple[dict[str, object], ...], method: str) -> Document:
    with plant.acting("olga") as person:
        document = documents.create_document(
            by=person,
            site=plant.sites["MUC"],
            type=DocumentType.objects.get(code="WI"),
            title=title,
            process=staff.process("RING"),
            steps=steps,
            training="practical" if method == Method.PRACTICAL else "read",
        )
        training.require_now(by=person, job_role=staff.role("RING"), document=document, method=method)
    revision = plant.approve(revision_on_its_way(document), author="olga", approver="axel")
    plant.issue(revision, by="axel", effective_on=plant.today)
    return document


def _assess_all(plant: Plant, document: Document, *, but: tuple[str, ...]) -> None:
    waiting = Assignment.objects.filter(revision__document=document, status="assigned")
    for assignment in waiting.exclude(person__username__in=but).select_related("requirement", "revision", "person"):
        items = {item["key"]: {"shown": True} for item in checklist_of(assignment)}
        with plant.acting("sven") as person:
            training.assess(assignment, by=person, signing=Signing.demonstration(), note="Two wheels", answers=items)


def _change(plant: Plant, document: Document) -> None:
    """Two steps change, the questions belong to it; Lena was the first to read it at the tablet."""
    with plant.acting("olga") as person:
        draft = documents.start_revision(
            Document.objects.get(pk=document.pk),
            by=person,
            reason="Two rings came loose in the chuck in one week.",
            change_summary="Loaded with both hands until it clicks; every fifth ring is gauged.",
            training="quiz",
            steps=AFTER,
        )
    with plant.acting("olga") as person:
        documents.translate(
            draft, by=person, language="es", title="Acabar un segmento de pistón", steps=SPANISH, checked=True
        )
    plant.approve(draft, author="olga", approver="axel")
    plant.issue(draft, by="axel", effective_on=plant.end.date())
    mine = Assignment.objects.filter(person__username="lena", revision=draft).first()
    if mine:
        _read_at_the_tablet(plant, mine)


def _read_at_the_tablet(plant: Plant, assignment: Assignment) -> None:
    with plant.acting("lena") as person:
        reading = training.begin_reading(assignment, by=person, kiosk=Kiosk.objects.get())
        for place in range(len(reading.screens)):
            reading = training.turn_page(reading, by=person, place=place)
        right = {
            one["uuid"]: [option["id"] for option in one["options"] if option["is_right"]]
            for one in reading.draw["questions"]
        }
        training.answer(reading, by=person, draw=reading.draw["uuid"], answers=right)
        training.acknowledge(assignment, by=person, signing=Signing.demonstration(), reading=reading)
