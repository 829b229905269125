"""How an improvement goes, from the old standard to the last sustainment check. One story for each."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from audits import selectors as audit_selectors
from audits import services as audits
from audits.models import Audit
from audits.states import Result
from capa.models import Capa
from documents import services as documents
from documents.models import Document, DocumentType, Revision
from documents.selectors import revision_on_its_way
from kaizen import services as kaizen
from kaizen.models import Gain, KaizenEvent, SustainmentCheck
from kaizen.plans import CloseOutPlan, GainPlan, StandardPlan
from kaizen.states import CheckResult, CheckStatus
from metrics import services as metrics
from metrics.models import Metric
from metrics.selectors import Reading
from qms.demo import people
from qms.demo.improvements import Improvement
from qms.demo.plant import WEEKS, Plant, Story
from records.signing import Signing
from training import services as training

NOMINAL = Decimal("74")
MICRONS = Decimal("1000")


class Improving:
    """One improvement under way: the records it has made so far."""

    def __init__(self, plant: Plant, what: Improvement) -> None:
        self.plant, self.what = plant, what
        self.metric: Metric
        self.standard: Document
        self.event: KaizenEvent
        self.capa: Capa | None = None

    def before(self) -> Story:
        """The old standard is in effect and everybody knows it; the metric is measured."""
        yield self.plant.day(0, 0, 6)
        plant, what = self.plant, self.what
        process = people.process(what.process)
        with plant.acting(what.leader) as leader:
            self.metric = metrics.create_metric(
                by=leader, site=process.site, process=process, target=what.target, **what.metric
            )
            self.standard = documents.create_document(
                by=leader,
                site=process.site,
                type=DocumentType.objects.get(code="SW"),
                title=what.standard,
                process=process,
                steps=what.old_steps,
            )
            training.require_now(by=leader, job_role=people.role(what.process), document=self.standard)
        revision = plant.approve(self._draft(), author=what.leader, approver=what.approver)
        plant.issue(revision, by=what.approver, effective_on=plant.today)
        plant.train_all(revision)

    def measuring(self) -> Story:
        """A sample every Friday, until nobody sends one any more."""
        for week in range(WEEKS + 1):
            yield self.plant.day(week, 4, 15)
            value = next(self.what.readings)
            if week < self.what.silent_from and week not in self.what.skipped:
                self._send(week, value)

    def _send(self, week: int, value: Any) -> None:
        with self.plant.acting(self.what.leader) as person:
            source = metrics.hand_source(self.metric.site, by=person)
            reading = self._reading(f"{self.what.key}-{week}", value)
            metrics.add_measurements([reading], by=person, source=source, metrics=[self.metric])

    def _reading(self, event_id: str, value: Any) -> Reading:
        facts: dict[str, Any] = {"metric": self.metric.number, "observed_at": self.plant.now, "event_id": event_id}
        if isinstance(value, tuple):
            single = tuple((Decimal(str(one)) - NOMINAL) * MICRONS for one in value)
            return Reading(
                value=sum(single, Decimal(0)) / len(single), n=Decimal(len(single)), subgroup=single, **facts
            )
        if isinstance(value, int):
            return Reading(value=Decimal(value), n=Decimal(50), **facts)
        return Reading(value=Decimal(str(value)), **facts)

    def improve(self) -> Story:
        """Charter, event, report-out, close-out; then the standard is approved, taught and in effect."""
        plant, what = self.plant, self.what
        yield plant.day(what.event - 1, 1)
        self._charter()
        yield plant.day(what.event, 0)
        with plant.acting(what.leader) as leader:
            kaizen.run(self._event(), by=leader)
        yield plant.day(what.event + 2, 1)
        self._report()
        yield plant.day(what.event + 3, 2)
        self._close_out()
        yield plant.day(what.event + 4, 1)
        self._publish()
        yield plant.day(what.event + 6, 2, 11)
        self._teach()

    def _charter(self) -> None:
        plant, what, process = self.plant, self.what, people.process(self.what.process)
        facts: Any = {
            "title": what.title,
            "sponsor": plant.people[what.sponsor],
            "line_manager": plant.people[what.line_manager],
            "starts_on": plant.on(what.event, 0),
            "ends_on": plant.on(what.event, 4),
        }
        with plant.acting(what.leader) as leader:
            if self.capa:
                self.event = kaizen.charter_from(Capa.objects.get(pk=self.capa.pk), by=leader, **facts)
            else:
                self.event = kaizen.propose_event(
                    by=leader, site=process.site, process=process, problem=what.problem, **facts
                )
            kaizen.edit_event(
                self.event,
                by=leader,
                problem=what.problem,
                scope_in=f"{process.name}: {what.standard}",
                scope_out="Other machines and other products",
                safety_note="No guard is opened for a trial; every trial part is gauged and marked.",
            )
            team = [{"person": plant.people[name], "part": part} for name, part in what.team]
            kaizen.set_team(self._event(), by=leader, members=team)
            goal = {
                "metric": self.metric,
                "baseline_start": plant.on(what.baseline[0]),
                "baseline_end": plant.on(what.baseline[1], 6),
                "target": what.target,
            }
            kaizen.set_goals(self._event(), by=leader, goals=[goal])
        with plant.acting(what.sponsor) as sponsor:
            kaizen.charter(self._event(), by=sponsor, signing=Signing.demonstration())

    def _event(self) -> KaizenEvent:
        return KaizenEvent.objects.get(pk=self.event.pk)

    def _report(self) -> None:
        plant, what = self.plant, self.what
        with plant.acting(what.leader) as leader:
            kaizen.report(
                self._event(),
                by=leader,
                results=what.results,
                expected="The target within a month.",
                happened="The first trials showed it; the rest was making it easy to do right.",
                next_time="Ask the night shift on the first day.",
                achieved=[{"metric": self.metric, "after_start": plant.on(what.event + 1), "achieved": what.gain}],
            )
            kaizen.standardise(self._event(), by=leader)

    def _close_out(self) -> None:
        plant, what = self.plant, self.what
        process = people.process(what.process)
        plan = GainPlan(
            goal=self._event().goals.get(),
            title=what.gain,
            standards=[
                StandardPlan(
                    change_summary=what.change,
                    document=Document.objects.get(pk=self.standard.pk),
                    steps=what.new_steps,
                    job_roles=[people.role(what.process)],
                )
            ],
            control_plan=Document.objects.get(type__code="CP", site=process.site),
            control_row={
                "operation": process.name,
                "characteristic": self.metric.title,
                "specification": what.specification,
                "sample_size": "1 sample",
                "frequency": "weekly",
                "method": "chart, watched",
                "reaction_plan": what.reaction_plan,
            },
            questions=what.questions,
            review_due=plant.today + timedelta(days=150),
            benefit_a_year=Decimal(what.benefit),
        )
        with plant.acting(what.leader) as leader:
            kaizen.close_out(self._event(), by=leader, plan=CloseOutPlan([plan]), signing=Signing.demonstration())

    def _publish(self) -> None:
        """Standard and control plan are approved and issued."""
        plant, what = self.plant, self.what
        revision = plant.approve(self._draft(), author=what.leader, approver=what.approver)
        plant.issue(revision, by=what.approver, effective_on=plant.on(what.event + 7))
        control_plan = Document.objects.get(type__code="CP", site=self.metric.site)
        pending = revision_on_its_way(control_plan)
        if pending and pending.status == "draft":
            pending = plant.approve(pending, author=what.leader, approver=what.approver)
            plant.issue(pending, by=what.approver, effective_on=plant.today)

    def _teach(self) -> None:
        revision = revision_on_its_way(self.standard)
        if revision:
            self.plant.train_all(revision, but=self.what.untrained)

    def _draft(self) -> Revision:
        revision = revision_on_its_way(self.standard)
        assert revision is not None
        return revision

    def sustain(self) -> Story:
        """Layered audits ask about the standard; the checks of day 30 and later are answered."""
        plant, what = self.plant, self.what
        yield plant.day(what.event + 7, 2)
        self._layered_audit(followed=what.audits_followed)
        for day in (30, 60, 90, 180):
            due = plant.day(what.event + 3, 2) + timedelta(days=day + 2)
            yield due.replace(hour=10)
            self._audit_and_answer(day)

    def _layered_audit(self, *, followed: bool) -> None:
        plant, what = self.plant, self.what
        gain = self._gain()
        checklist = audit_selectors.layered_checklist(gain.site, gain.process)
        assert checklist is not None
        auditor = "sven" if gain.site.code == "MUC" else "tomek"
        with plant.acting(self.planner) as planner:
            audit = audits.plan_audit(
                by=planner,
                site=gain.site,
                title=f"Layered audit: {what.standard}",
                checklist=checklist,
                auditor=plant.people[auditor],
                planned_on=plant.today,
                origin=gain,
            )
        self._go_and_see(audit, auditor, followed=followed)

    def _go_and_see(self, audit: Audit, auditor: str, *, followed: bool) -> None:
        with self.plant.acting(auditor) as person:
            audits.start(audit, by=person)
            good, bad = (Result.CONFORM, "Seen at the station."), (Result.NONCONFORM, "Done the old way; nobody knew.")
            answers = [
                {"question": question, "result": (good if followed else bad)[0], "note": (good if followed else bad)[1]}
                for question in audit_selectors.questions_for(audit)
            ]
            audits.answer_all(audit, by=person, answers=answers)
            conclusion = "The standard is followed." if followed else "The standard is not followed."
            if not followed:
                self._raise_finding(audit, person)
            audits.report(
                Audit.objects.get(pk=audit.pk), by=person, signing=Signing.demonstration(), conclusion=conclusion
            )
        with self.plant.acting(self.planner) as planner:
            (audits.close if followed else audits.follow)(Audit.objects.get(pk=audit.pk), by=planner)

    @property
    def planner(self) -> str:
        return "axel" if self.metric.site.code == "MUC" else "sam"

    def _raise_finding(self, audit: Audit, person: Any) -> None:
        audits.raise_finding(
            Audit.objects.get(pk=audit.pk),
            by=person,
            title=f"{self.what.standard}: the old way is still in use",
            grade="minor",
            clause="8.5.1",
            requirement=f"{self.standard.number} at its newest revision",
            evidence="Three benches seen; boards half empty, nobody had read the new standard.",
            gap="The new standard was issued but never taught.",
        )

    def _audit_and_answer(self, day: int) -> None:
        """The planned sustainment audit, then the answer of the gain's owner."""
        check = SustainmentCheck.objects.select_related("gain", "audit").filter(gain=self._gain(), day=day).first()
        if check is None or check.status != CheckStatus.PLANNED or self.what.untrained:
            return
        if check.audit and check.audit.status == "planned":
            self._go_and_see(check.audit, check.audit.owner.username, followed=True)
        held = day in self.what.checks_held
        with self.plant.acting(self.what.line_manager) as owner:
            kaizen.answer_check(
                check,
                by=owner,
                result=CheckResult.HELD if held else CheckResult.EARLY,
                note="The number holds and the audit found the standard followed." if held else "Too few values yet.",
            )

    def _gain(self) -> Gain:
        return Gain.objects.select_related("site", "process", "metric").get(event=self.event)

    def stories(self) -> list[Story]:
        return [self.before(), self.measuring(), self.improve(), self.sustain()]
