"""What goes on beside the improvements: complaints, the CAPA of the rings, reviews, ideas, what waits today."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from audits import services as audits
from capa import services as capas
from capa.models import Capa, Cause, Nonconformity
from capa.states import CapaStatus, CauseState, Leg, Source, Topic
from documents import services as documents
from documents.models import DocumentType
from documents.selectors import revision_on_its_way
from evidence import services as evidence
from kaizen import services as kaizen
from kaizen.models import Gain
from metrics.models import Watch
from people.models import User
from qms.demo import people
from qms.demo.improving import Improving
from qms.demo.plant import Plant, Story
from records import services as records
from records.selectors import open_actions
from records.signing import Signing
from reviews import services as reviews
from reviews.models import Review
from training import services as training

COMPLAINTS = (
    (5, "Rings bind in the groove", "Kestrel Engines", "L-2231", 120),
    (8, "Bore out of tolerance on ten rings", "Nordmotor", "L-2266", 10),
    (11, "Oil consumption after ring change", "Kestrel Engines", "L-2290", 64),
)
# leg, bone of the fishbone, statement, proof, and the cause behind which it lies
CAUSES = (
    (Leg.MADE, "machine", "The bore shifts after a tool change", "Trial of 40 changes", ""),
    (
        Leg.MADE, "method", "The offset is corrected by feel", "Interviews on three shifts",
        "The bore shifts after a tool change",
    ),
    (
        Leg.SYSTEM, "method", "The upgrade never reached the control plan",
        "The plan still names the old machine and one check a shift", "The offset is corrected by feel",
    ),
    (Leg.NOT_DETECTED, "measurement", "The bore was checked once a shift", "Control plan", ""),
)  # fmt: skip
PLANNED = (
    ("Redesign the control of the finishing cell in a kaizen event", "olga", Topic.CORRECTIVE),
    ("Revise standard and control plan", "olga", Topic.CORRECTIVE),
    ("Train the ring finishing operators", "sven", Topic.TRAINING),
    ("Check every other upgraded machine against its control plan", "erik", Topic.READ_ACROSS),
)


def control_plans(plant: Plant) -> Story:
    """Each works has a control plan in effect, older than the upgrade."""
    yield plant.day(0, 0, 5)
    for site, author, approver in (("MUC", "olga", "axel"), ("GDN", "wanda", "sam")):
        with plant.acting(author) as person:
            plan = documents.create_document(
                by=person,
                site=plant.sites[site],
                type=DocumentType.objects.get(code="CP"),
                title=f"Control plan, {plant.sites[site].name}",
                body="What is controlled, how, and what to do when it is off.",
            )
        revision = plant.approve(revision_on_its_way(plan), author=author, approver=approver)
        plant.issue(revision, by=approver, effective_on=plant.today)
    with plant.acting("mona") as person:
        documents.create_document(
            by=person,
            site=plant.sites["GRP"],
            type=DocumentType.objects.get(code="PO"),
            title="Quality policy of the group",
            body="We make what works, and what we have improved stays improved.",
            training="none",
        )


def complaints(plant: Plant, rings: Improving) -> Story:
    """Complaints about dimensional variation rise after the upgrade; the third one opens a CAPA."""
    found = []
    for week, title, customer, lot, quantity in COMPLAINTS:
        yield plant.day(week, 2, 9)
        found.append(_complaint(plant, title, customer, lot, quantity))
    third = found[-1]
    with plant.acting("axel") as person:
        capas.evaluate(third, by=person, evaluation="The third in two months, all after the upgrade.", needs_capa=True)
        rings.capa = capas.open_from_nonconformity(third, by=person, owner=plant.people["olga"])
    yield plant.day(12, 0)
    with plant.acting("olga") as person:
        _analyse(plant, _capa_of(rings), person)
    yield plant.day(12, 2)
    with plant.acting("axel") as person:
        for complaint in found:
            if complaint != third:
                capas.evaluate(complaint, by=person, evaluation="Answered by the CAPA of the third.", needs_capa=False)
            capas.dispose(
                complaint, by=person, disposition="return", disposition_note="Replaced; Axel Brandt", cost=1800
            )
            capas.reply(complaint, by=person, replied_on=plant.today)
            capas.close_nonconformity(complaint, by=person)


def _complaint(plant: Plant, title: str, customer: str, lot: str, quantity: int) -> Nonconformity:
    with plant.acting("axel") as person:
        complaint = capas.raise_nonconformity(
            by=person,
            site=plant.sites["MUC"],
            process=people.process("RING"),
            title=title,
            description=f"{customer} reports: {title.lower()}. Bores measured above nominal, and scattered.",
            detected_on=plant.today,
            source=Source.COMPLAINT,
            owner=plant.people["olga"],
            customer=customer,
            product="Piston ring 74",
            lot=lot,
            quantity=quantity,
            severity="major",
            reply_due=plant.today + timedelta(days=14),
        )
        return capas.contain_nonconformity(complaint, by=person, containment=f"Lot {lot} blocked and sorted.")


def _analyse(plant: Plant, capa: Capa, person: User) -> None:
    capas.contain(
        capa,
        by=person,
        correction="All stock of the three lots sorted with the master gauge.",
        containment="Every tenth ring is gauged until the cause is gone.",
        consequences="Two customers got replacements.",
    )
    found: dict[str, Cause] = {}
    for leg, bone, statement, proof, effect in CAUSES:
        found[statement] = capas.add_cause(
            capa,
            by=person,
            leg=leg,
            bone=bone,
            statement=statement,
            proof=proof,
            parent=found.get(effect),
            verdict=CauseState.CONFIRMED,
            is_root=leg == Leg.SYSTEM,
        )
    capas.find_cause(capa, by=person)
    due = plant.today + timedelta(days=90)
    for text, who, topic in PLANNED:
        records.add_action(capa, what=text, who=plant.people[who], due=due, by=person, topic=topic)
    capas.plan(capa, by=person, read_across="Every machine that was upgraded this year.")


def _capa_of(rings: Improving) -> Capa:
    assert rings.capa is not None
    return rings.capa


def ring_capa(plant: Plant, rings: Improving) -> Story:
    """Actions done, effect judged by the watch on new data, closed by the manager."""
    yield plant.day(24, 1)
    capa = Capa.objects.get(pk=_capa_of(rings).pk)
    for action in open_actions(capa):
        with plant.acting(action.who.username) as person:
            records.finish_action(action, by=person, result="Done in and after the event.")
    with plant.acting("olga") as person:
        capas.complete(
            capa,
            by=person,
            risks_changed=True,
            risks_note="Upgrades now pass the change check.",
            qms_changed=True,
            qms_note="Standard and control plan revised.",
        )
    yield plant.day(31, 0)
    watch = Watch.objects.get(protects__in=Gain.objects.filter(event=rings.event))
    with plant.acting("olga") as person:
        capas.start_check(
            Capa.objects.get(pk=_capa_of(rings).pk),
            by=person,
            watch=watch,
            least_values=8,
            criterion="Eight weeks of ring bores without an alarm",
            due=plant.on(42),
        )
    for week in range(40, 46):
        yield plant.day(week, 1)
        if _close_if_effective(plant, rings):
            return


def _close_if_effective(plant: Plant, rings: Improving) -> bool:
    capa = Capa.objects.get(pk=_capa_of(rings).pk)
    with plant.acting("axel") as person:
        capas.judge_all(by=person)
    if capa.checks.get().verdict != "effective":
        return False
    with plant.acting("mona") as person:
        capas.close(
            capa,
            by=person,
            signing=Signing.demonstration(),
            conclusion="The bores hold and no complaint has come since.",
        )
    return capa.status == CapaStatus.CLOSED_EFFECTIVE


def management_review(plant: Plant, site: str, quality_manager: str, week: int, decision: tuple[str, str]) -> Story:
    """A review in the middle of the year sees the gains of its works and decides something."""
    yield plant.day(week - 1, 2)
    with plant.acting(quality_manager) as person:
        review = reviews.plan_review(
            by=person,
            site=plant.sites[site],
            title="Management review, first half",
            chair=plant.people["mona"],
            period_from=plant.on(10),
            period_to=plant.on(week - 1),
            planned_for=plant.on(week),
        )
    yield plant.day(week, 0)
    text, who = decision
    with plant.acting(quality_manager) as person:
        reviews.freeze(review, by=person)
        conclusions = [{"letter": item.letter, "conclusion": "Seen; nothing to add."} for item in review.agenda.all()]
        reviews.conclude(review, by=person, conclusions=conclusions)
        reviews.decide(review, by=person, letter="a", text=text, who=plant.people[who], due=plant.on(week + 12))
        reviews.hold(
            review,
            by=person,
            held_on=plant.today,
            attendees=f"Mona Ferrari (manager), {person}, {plant.people[who]}",
            minutes="The gains were looked at one by one; what slips is watched with concern.",
        )
    yield plant.day(week, 3)
    with plant.acting("mona") as person:
        reviews.approve(Review.objects.get(pk=review.pk), by=person, signing=Signing.demonstration())


def slipping_now(plant: Plant) -> Story:
    """Two newcomers at the press learn from each other instead of from the standard."""
    yield plant.day(52, 0)
    for username, name in (("gina", "Gina Russo"), ("paul", "Paul Adler")):
        people.newcomer(plant, username, name, "PRESS")


def today(plant: Plant) -> Story:
    """What waits on the day the visitor comes."""
    yield plant.day(59, 1)
    _ideas_and_a_complaint(plant)
    yield plant.day(60, 2)
    _something_to_approve(plant)
    yield plant.day(60, 3)
    _something_to_read(plant)
    yield plant.day(61, 0)
    with plant.acting("axel") as person:
        reviews.plan_review(
            by=person,
            site=plant.sites["MUC"],
            title="Management review, second half",
            chair=plant.people["mona"],
            period_from=plant.on(37),
            period_to=plant.on(62),
            planned_for=plant.on(63),
        )


def _ideas_and_a_complaint(plant: Plant) -> None:
    where: dict[str, Any] = {"site": plant.sites["MUC"], "process": people.process("RING")}
    with plant.acting("pedro") as person:
        kaizen.raise_idea(
            by=person,
            **where,
            title="Light at the gauge",
            description="The gauge is hard to read on the night shift.",
            benefit="Fewer wrong readings.",
        )
    with plant.acting("lena") as person:
        idea = kaizen.raise_idea(
            by=person, **where, title="Trolley with two floors", description="Finished rings wait on the floor."
        )
    with plant.acting("axel") as person:
        kaizen.accept(idea, by=person, answer="Just do it: maintenance builds one this week.")
        capas.raise_nonconformity(
            by=person,
            **where,
            title="Wrong label on two boxes",
            description="Labels of 76 mm on boxes of 74 mm.",
            detected_on=plant.today,
            source=Source.COMPLAINT,
            customer="Nordmotor",
            product="Piston ring 74",
            quantity=2,
            reply_due=plant.today + timedelta(days=10),
            owner=plant.people["olga"],
        )


def _something_to_approve(plant: Plant) -> None:
    with plant.acting("erik") as person:
        procedure = documents.create_document(
            by=person,
            site=plant.sites["MUC"],
            type=DocumentType.objects.get(code="PR"),
            title="Changes of machines and software",
            body="Before a machine is changed, its control plan, standard and training are looked at.",
        )
        draft = revision_on_its_way(procedure)
        assert draft is not None
        documents.submit(draft, by=person)


def _something_to_read(plant: Plant) -> None:
    """A new instruction of the ring finishers is issued; some have read it, Pedro and Lena have not."""
    with plant.acting("olga") as person:
        instruction = documents.create_document(
            by=person,
            site=plant.sites["MUC"],
            type=DocumentType.objects.get(code="WI"),
            title="Clean the bore gauge",
            process=people.process("RING"),
            steps=[
                {"what": "Wipe the tips", "key_point": "with the lint-free cloth", "reason": "lint adds a micron"},
                {"what": "Try the master ring", "key_point": "reads 74.000", "is_quality": True},
            ],
        )
        training.require_now(by=person, job_role=people.role("RING"), document=instruction)
    revision = plant.approve(revision_on_its_way(instruction), author="olga", approver="axel")
    plant.issue(revision, by="axel", effective_on=plant.today + timedelta(days=21))
    plant.train_all(revision, but=("pedro", "lena"))


def trail_review(plant: Plant) -> None:
    """The trail of loading the plant has been read and signed; what visitors change stands above it, unreviewed."""
    axel, now = plant.people["axel"], timezone.now()
    with evidence.demonstrating(axel, at=now):
        review = audits.begin_review(by=axel, site=plant.sites["MUC"], since=now.date(), until=now.date())
        conclusion = "All of it was written while the demo plant was made; nothing stands out."
        audits.conclude_review(review, by=axel, signing=Signing.demonstration(), conclusion=conclusion)
