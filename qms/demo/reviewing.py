"""Review and change: a route of two stages, a revision in review with remarks, a deputy, and changes asked for."""

from datetime import timedelta

from django.utils import timezone

from documents import services as documents
from documents.models import ChangeRequest, Document, DocumentType, Revision
from documents.models.changing import PLANNING, QUESTIONS
from documents.selectors import revision_on_its_way
from people import services as people_services
from people.states import Authority
from qms.demo import people
from qms.demo.plant import Plant, Story
from records.signing import Signing

BEFORE = """
<h2>Purpose</h2><p>Every measuring tool at the line shows what it measures, and everybody can see that it is in order.</p>
<h2>Checks</h2><p>The shift leader checks each tool <b>once a week</b> with the master and signs the card.</p>
<table><tbody><tr><th>Tool</th><th>Master</th><th>Limit</th></tr>
<tr><td>Bore gauge</td><td>Ring 74</td><td>0.004 mm</td></tr>
<tr><td>Caliper</td><td>Block 50</td><td>0.05 mm</td></tr></tbody></table>
<h2>When a tool is off</h2><ul><li>Put the tool into the red box.</li><li>Tell quality.</li></ul>
<p>The tool comes back with a new label.</p>
"""
AFTER = """
<h2>Purpose</h2><p>Every measuring tool at the line shows what it measures, and everybody can see that it is in order.</p>
<h2>Checks</h2><p>The operator checks each tool <b>at the beginning of the shift</b> with the master and signs the card.</p>
<table><tbody><tr><th>Tool</th><th>Master</th><th>Limit</th></tr>
<tr><td>Bore gauge</td><td>Ring 74</td><td>0.002 mm</td></tr>
<tr><td>Micrometer</td><td>Block 25</td><td>0.003 mm</td></tr>
<tr><td>Caliper</td><td>Block 50</td><td>0.05 mm</td></tr></tbody></table>
<h2>When a tool is off</h2><ul><li>Put the tool into the red box.</li><li>Block what was measured since the last good check.</li><li>Tell quality.</li></ul>
"""
STEPS = [
    {"key": "clean", "what": "Wipe tool and master", "key_point": "Lint-free cloth", "manual_seconds": 10},
    {"key": "zero", "what": "Measure the master three times", "key_point": "Turn the ring by a third each time",
     "reason": "A ring can be out of round", "manual_seconds": 30, "is_quality": True},
    {"key": "card", "what": "Write the value on the card", "manual_seconds": 10},
]  # fmt: skip
ANSWERS = {
    "impact_training": "Ring finishing, all three shifts: a new order of the check.",
    "impact_control_plan": "Row “bore”: frequency each shift.",
    "impact_metrics": "Bore of the ring: spread should fall.",
    "impact_documents": "None.",
    "impact_stock": "Nothing to sort: the limit becomes narrower.",
    "impact_customer": "None is to be told.",
    "risk": "medium",
    "risk_note": "Checks are skipped when the line is late. The layered audit looks at the card.",
    "purpose": "A tool that is off is found the same shift.",
    "integrity": "The old card stays valid until the new one is in effect.",
    "resources": "Two more masters are bought.",
    "responsibilities": "The operator checks, the shift leader looks at the cards.",
}


def route(plant: Plant) -> Story:
    """Forms are reviewed by a supervisor and the process owner, then approved by a quality manager."""
    yield plant.day(45, 1, 8)
    with plant.acting("admin") as person:
        documents.set_route(
            DocumentType.objects.get(code="FO"),
            by=person,
            steps=[
                {"stage": 1, "task": "review", "whom": "authority", "authority": Authority.SUPERVISOR},
                {"stage": 1, "task": "review", "whom": "process-owner"},
                {"stage": 2, "task": "approve", "whom": "authority", "authority": Authority.QUALITY_MANAGER},
            ],
            asks_change_request=True,
        )
    with plant.acting("erik") as person:
        made = documents.create_document(
            by=person,
            site=plant.sites["MUC"],
            type=DocumentType.objects.get(code="FO"),
            title="Check card for measuring tools",
            process=people.process("RING"),
            body=BEFORE,
            steps=STEPS,
        )
        draft = revision_on_its_way(made)
        assert draft is not None
        documents.submit(draft, by=person)
    _review(plant, draft, "sven")
    _review(plant, draft, "olga")
    with plant.acting("axel") as person:
        documents.approve(_now(draft), by=person, signing=Signing.demonstration())
    plant.issue(_now(draft), by="axel", effective_on=plant.on(45, 3))
    yield plant.day(45, 3, 12)
    yield plant.day(58, 1, 10)
    request = _suggested(plant, made)
    yield plant.day(61, 0, 9)
    _next_revision(plant, _document(made), request)


def _now(revision: Revision) -> Revision:
    return Revision.objects.select_related("document__type").get(pk=revision.pk)


def _document(document: Document) -> Document:
    return Document.objects.select_related("type", "site", "process", "owner").get(pk=document.pk)


def _review(plant: Plant, revision: Revision, username: str) -> None:
    with plant.acting(username) as person:
        documents.review(_now(revision), by=person, signing=Signing.demonstration())


def _suggested(plant: Plant, document: Document) -> ChangeRequest:
    """An operator's suggestion, assessed by the author and approved."""
    with plant.acting("pedro") as person:
        request = documents.suggest_change(
            _document(document),
            by=person,
            title="Check the gauges at the beginning of the shift",
            reason="Last week we measured two shifts with a gauge that was off.",
            proposal="Check before the first ring, and write it on the card.",
        )
    with plant.acting("erik") as person:
        documents.assess(request, by=person, **ANSWERS)
    with plant.acting("axel") as person:
        return documents.approve_request(request, by=person, signing=Signing.demonstration())


def _next_revision(plant: Plant, document: Document, request: ChangeRequest) -> None:
    """The revision that carries it is in review: one has reviewed it, another has remarked."""
    with plant.acting("erik") as person:
        draft = documents.start_revision(
            document,
            by=person,
            reason=f"{request.number}: a gauge that is off is found the same shift.",
            change_summary="Checked each shift by the operator, with a narrower limit; micrometers too.",
            body=AFTER,
            steps=[
                STEPS[0],
                {"key": "look", "what": "Look for damage and the label", "key_point": "Label of this year"},
                {**STEPS[1], "key_point": "Turn the ring by a quarter each time", "manual_seconds": 40},
                STEPS[2],
            ],
        )
        documents.submit(draft, by=person)
    _review(plant, draft, "sven")
    with plant.acting("olga") as person:
        first = documents.remark(
            _now(draft), by=person, text="Which operator, when two work at the grinder?", place="quote",
            exact="The operator checks each tool", after="at the beginning of the shift",
        )  # fmt: skip
        documents.remark(
            _now(draft), by=person, text="Is 0.002 mm not less than the master itself is good for?", place="quote",
            exact="0.002 mm", before="Ring 74",
        )  # fmt: skip
        documents.remark(
            _now(draft), by=person, text="A quarter is easier to see on the ring. Good.", place="step", target="zero"
        )
    with plant.acting("erik") as person:
        documents.answer_remark(first, by=person, answer="The one who starts the machine; I will write that.")


def changes(plant: Plant) -> Story:
    """Changes asked for, in the states in which somebody has something to do."""
    yield plant.day(61, 1, 13)
    standard = Document.objects.filter(type__code="SW", site=plant.sites["MUC"], status="active").order_by("pk").first()
    if standard is None:
        return
    standard = _document(standard)
    with plant.acting("lena") as person:
        documents.suggest_change(
            standard,
            by=person,
            title="Put the deburring stone on the left",
            reason="I cross my arms two hundred times a shift.",
            proposal="Stone in the left tray, finished rings to the right.",
        )
    _rejected(plant, standard)
    _assessed(plant, standard)


def _rejected(plant: Plant, standard: Document) -> None:
    with plant.acting("ines") as person:
        rejected = documents.request_change(
            by=person,
            site=plant.sites["MUC"],
            title="One form for all gauge cards",
            reason="Found in the audit: three kinds of cards are in use.",
            documents=[standard],
            owner=plant.people["olga"],
            source="audit",
        )
        documents.submit_request(rejected, by=person)
    with plant.acting("axel") as person:
        documents.reject(
            rejected, by=person, reason="The cards differ on purpose: each shows its own master.",
            signing=Signing.demonstration(),
        )  # fmt: skip


def _assessed(plant: Plant, standard: Document) -> None:
    with plant.acting("sven") as person:
        asked = documents.request_change(
            by=person,
            site=plant.sites["MUC"],
            title="Coolant is checked before the first ring",
            reason="Foam in the tank spoilt the first rings on Monday.",
            documents=[standard],
            owner=plant.people["olga"],
            proposal="A step before loading: look at the tank.",
            urgency="soon",
        )
        documents.submit_request(asked, by=person)
    with plant.acting("olga") as person:
        documents.assess(
            asked, by=person, **{name: ANSWERS[name] for name in (*QUESTIONS, *PLANNING, "risk", "risk_note")}
        )


def deputy(plant: Plant) -> Story:
    """The quality manager is away next week; a manager signs meanwhile."""
    yield plant.day(61, 1, 15)
    today = timezone.localdate()
    with plant.acting("axel") as person:
        people_services.delegate(
            by=person,
            person=person,
            deputy=plant.people["paula"],
            since=today,
            until=today + timedelta(days=6),
            reason="At a customer in Gdansk; phone only.",
        )
