"""An event that is ready to be closed out, made through the services: the old standard in effect, a metric with a
baseline, a team, results."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from documents import services as documents
from documents.models import Document, DocumentType, Revision
from documents.selectors import revision_on_its_way
from evidence.context import acting
from kaizen import services as kaizen
from kaizen.models import KaizenEvent
from kaizen.plans import CloseOutPlan, GainPlan, StandardPlan
from metrics import services as metrics
from metrics.models import Metric
from metrics.selectors import Reading
from people import services as people
from people.models import JobRole, Process, Site, User
from people.states import Authority
from tests.cast import person, signing, today
from training import services as training

draw = random.Random(7)
NOISE = [draw.gauss(0, 0.8) for _ in range(60)]
WEEKS = 40


@dataclass
class Shop:
    """A grinding shop with an event that waits for its close-out."""

    site: Site
    olga: User
    axel: User
    mona: User
    pedro: User
    sven: User
    process: Process
    role: JobRole
    standard: Document
    control_plan: Document
    metric: Metric
    event: KaizenEvent

    def plan(self) -> GainPlan:
        """A plan that lacks nothing."""
        carries = StandardPlan(
            change_summary="Offset by the mean",
            document=Document.objects.get(pk=self.standard.pk),
            job_roles=[self.role],
        )
        return GainPlan(
            goal=self.event.goals.get(),
            title="Rings are round",
            standards=[carries],
            control_plan=Document.objects.get(pk=self.control_plan.pk),
            control_row={"characteristic": "Roundness", "reaction_plan": "Stop and sort."},
            questions=["Is the offset set by the mean?"],
            review_due=today() + timedelta(days=90),
        )

    def close_out(self, by: User | None = None, **changes: Any) -> KaizenEvent:
        """Close the event out with the plan, changed in these places."""
        plan = CloseOutPlan([replace(self.plan(), **changes)])
        event = KaizenEvent.objects.get(pk=self.event.pk)
        return kaizen.close_out(
            event, by=by or self.olga, plan=plan, signing=signing(event, by or self.olga, "released")
        )

    def send(self, first: int, last: int, level: float) -> None:
        """A value a week, from `first` weeks ago to `last` weeks ago."""
        source = metrics.hand_source(self.site, by=self.olga)
        readings = [
            Reading(
                metric=self.metric.number,
                value=Decimal(f"{level + NOISE[number % len(NOISE)]:.1f}"),
                observed_at=datetime.combine(weeks_ago(number), time(9), UTC),
            )
            for number in range(first, last - 1, -1)
        ]
        metrics.add_measurements(readings, by=self.olga, source=source, metrics=[self.metric])


def weeks_ago(number: int) -> date:
    monday = today() - timedelta(days=today().weekday())
    return monday - timedelta(weeks=number)


def put_into_effect(revision: Revision, author: User, approver: User) -> None:
    """Submitted, approved and in effect today."""
    documents.submit(revision, by=author)
    documents.approve(revision, by=approver, signing=signing(revision, approver, "approved"))
    documents.issue(revision, by=approver, effective_on=today())
    documents.make_effective(Revision.objects.get(pk=revision.pk), by=approver)


def open_shop() -> Shop:
    """Everything up to the close-out. A function, so that tests with real commits can call it too."""
    site = Site.objects.create(code="MUC", name="Munich")
    olga = person("olga", site, Authority.ENGINEER, Authority.PROCESS_OWNER)
    axel = person("axel", site, Authority.QUALITY_MANAGER)
    mona = person("mona", site, Authority.MANAGER)
    pedro = person("pedro", site, Authority.OPERATOR)
    sven = person("sven", site, Authority.SUPERVISOR)
    person("ines", site, Authority.INTERNAL_AUDITOR)
    with acting(olga):
        process = people.add_process(by=axel, site=site, code="GRIND", name="Grinding", owner=olga)
        role = people.add_job_role(by=axel, site=site, code="GRINDER", name="Ring grinder", process=process)
        standard = _document(site, process, olga, axel, "WI", steps=[{"what": "Load"}, {"what": "Grind"}])
        people.take_role(pedro, job_role=role, since=today(), by=axel)
        training.require_now(by=axel, job_role=role, document=standard)
        control_plan = _document(site, process, olga, axel, "CP")
        metric = metrics.create_metric(
            by=axel, site=site, title="Out of round", direction="lower", unit="µm", process=process, owner=olga
        )
        shop = Shop(site, olga, axel, mona, pedro, sven, process, role, standard, control_plan, metric, KaizenEvent())
        shop.send(WEEKS, 26, 10.0)
        shop.event = _event(shop)
    return shop


def closed_shop() -> Shop:
    """The same after its close-out: there is a gain, with everything that protects it."""
    shop = open_shop()
    with acting(shop.olga):
        shop.close_out()
    return shop


def _document(site: Site, process: Process, olga: User, axel: User, code: str, **facts: Any) -> Document:
    kind = DocumentType.objects.get(code=code)
    made = documents.create_document(by=olga, site=site, type=kind, title=kind.name, process=process, **facts)
    put_into_effect(revision_on_its_way(made), olga, axel)
    return Document.objects.get(pk=made.pk)


def _event(shop: Shop) -> KaizenEvent:
    olga = shop.olga
    made = kaizen.propose_event(
        by=olga,
        site=shop.site,
        process=shop.process,
        title="Round rings",
        problem="Out of round",
        sponsor=shop.mona,
        line_manager=olga,
        starts_on=weeks_ago(25),
        ends_on=weeks_ago(25),
        scope_in="Grinding",
        scope_out="Press",
        safety_note="No guard is opened.",
    )
    team = [{"person": shop.pedro, "part": "gemba"}, {"person": shop.sven, "part": "outsider"}]
    kaizen.set_team(made, by=olga, members=team)
    baseline = {"baseline_start": weeks_ago(WEEKS), "baseline_end": weeks_ago(26) + timedelta(days=6)}
    kaizen.set_goals(made, by=olga, goals=[{"metric": shop.metric, "target": Decimal(5), **baseline}])
    kaizen.charter(made, by=shop.mona, signing=signing(made, shop.mona, "approved"))
    kaizen.run(made, by=olga)
    achieved = [{"metric": shop.metric, "after_start": weeks_ago(24), "achieved": "Round"}]
    kaizen.report(
        made,
        by=olga,
        results="Offset by the mean",
        expected="Half",
        happened="Half",
        next_time="Sooner",
        achieved=achieved,
    )
    return kaizen.standardise(made, by=olga)


@pytest.fixture
def shop(db) -> Shop:
    return open_shop()
