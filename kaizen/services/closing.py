"""Close-out: one transaction that locks the gains of an event in, or leaves nothing behind."""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from audits import services as audits
from audits.states import Aspect, AuditType
from documents import services as documents
from documents.models import Document, Revision
from documents.selectors import revision_on_its_way
from documents.states import RevisionStatus
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from kaizen import selectors
from kaizen.models import Gain, GainStandard, KaizenEvent, SustainmentCheck, Waiver
from kaizen.plans import CloseOutPlan, GainPlan, StandardPlan
from kaizen.states import CLOSE_OUT, LockName
from metrics import services as metrics
from people.models import User
from records import services as records
from records.models import Signature
from records.signing import Signing
from training import services as training
from training.states import Method


@transaction.atomic
def close_out(event: KaizenEvent, *, by: User, plan: CloseOutPlan, signing: Signing) -> KaizenEvent:
    """Lock in every gain of an event, all or nothing.

    For each gain: drafts of the standards that carry it, the training they ask for, the watch with its row on
    the control plan, the sustainment checks, the audit questions, and the date of its management review.
    Raises Refused("close-out-incomplete") naming in plain words what a gain lacks, unless that lock is waived
    with a reason. The signature seals the event as it was shown, and its note says what was decided and waived.
    """
    gaps = selectors.close_out_gaps(event, plan, on=clock().date())
    if gaps:
        raise Refused(" ".join(gap.words for gap in gaps), code=gaps[0].code)
    decided = replace(signing, note="\n".join(gain.in_words() for gain in plan.gains))
    signature = records.sign(event, by=by, transition=CLOSE_OUT, signing=decided)
    records.move(event, CLOSE_OUT, by=by, signature=signature, sustaining_since=clock().date())
    for gain_plan in plan.gains:
        _lock_in(event, gain_plan, by=by, signature=signature)
    return event


def _lock_in(event: KaizenEvent, plan: GainPlan, *, by: User, signature: Signature) -> Gain:
    gain = records.open_record(
        Gain,
        by=by,
        site=event.site,
        title=plan.title,
        process=event.process,
        owner=event.line_manager,
        origin=event,
        event=event,
        metric=plan.goal.metric,
        target=plan.goal.target,
        since=clock().date(),
        review_due=plan.review_due,
        benefit_a_year=plan.benefit_a_year,
    )
    _waive(gain, plan, signature)
    revisions = [_carry(gain, standard, by=by) for standard in plan.standards]
    if not plan.waives(LockName.WATCHED):
        _watch(gain, plan, revisions, by=by)
    _plan_checks(gain, plan, revisions, by=by)
    return gain


def _waive(gain: Gain, plan: GainPlan, signature: Signature) -> None:
    for lock, reason in plan.waivers.items():
        if reason.strip():
            Waiver.objects.create(gain=gain, lock=lock, reason=reason, signature=signature)


def _carry(gain: Gain, plan: StandardPlan, *, by: User) -> Revision:
    """The draft revision that carries the gain, and who will have to know it."""
    revision = _draft(gain, plan, by=by)
    GainStandard.objects.get_or_create(gain=gain, revision=revision)
    method = Method.PRACTICAL if plan.training == Method.PRACTICAL else Method.READ
    for job_role in plan.job_roles:
        training.ensure_required(by=by, job_role=job_role, document=revision.document, method=method, origin=gain)
    return revision


def _draft(gain: Gain, plan: StandardPlan, *, by: User) -> Revision:
    reason = _("%(event)s: %(gain)s") % {"event": gain.event.number, "gain": gain.title}
    if plan.document is None:
        assert plan.type is not None
        document = documents.create_document(
            by=by,
            site=gain.site,
            type=plan.type,
            title=plan.title,
            process=gain.process,
            origin=gain,
            body=plan.body or gain.event.results,
            steps=plan.steps or (),
            reason=reason,
            training=plan.training,
        )
        return Revision.objects.get(document=document)
    return _next_draft(plan.document, gain, plan, reason, by=by)


def _next_draft(document: Document, gain: Gain, plan: StandardPlan, reason: str, *, by: User) -> Revision:
    """A new draft, or the one that another gain of the same close-out has just begun."""
    pending = revision_on_its_way(document)
    if pending and pending.status == RevisionStatus.DRAFT and _begun_here(pending, gain):
        return documents.edit_revision(
            pending, by=by, change_summary=f"{pending.change_summary}\n{plan.change_summary}", steps=plan.steps
        )
    return documents.start_revision(
        document,
        by=by,
        reason=reason,
        change_summary=plan.change_summary,
        origin=gain,
        body=plan.body,
        steps=plan.steps,
        training=plan.training,
    )


def _begun_here(revision: Revision, gain: Gain) -> bool:
    return revision.origin_id is not None and Gain.objects.filter(pk=revision.origin_id, event=gain.event_id).exists()


def _watch(gain: Gain, plan: GainPlan, revisions: list[Revision], *, by: User) -> None:
    goal = plan.goal
    after = plan.after_start or goal.after_start
    assert after is not None
    assert plan.control_plan is not None
    metrics.watch(goal.metric, protects=gain, before=(goal.baseline_start, goal.baseline_end), after_start=after, by=by)
    pending = revision_on_its_way(plan.control_plan)
    if pending is None or pending.status != RevisionStatus.DRAFT:
        pending = documents.start_revision(
            plan.control_plan,
            by=by,
            reason=_("%(gain)s is watched") % {"gain": gain.number},
            change_summary=_("A row for %(metric)s") % {"metric": goal.metric.title},
            origin=gain,
        )
    standard = revisions[0].document if revisions else None
    metrics.draft_row(pending, by=by, metric=goal.metric, standard=standard, **plan.control_row)


def _plan_checks(gain: Gain, plan: GainPlan, revisions: list[Revision], *, by: User) -> None:
    today = clock().date()
    SustainmentCheck.objects.bulk_create(
        SustainmentCheck(gain=gain, day=day, due=today + timedelta(days=day)) for day in sorted(set(plan.check_days))
    )
    document = revisions[0].document if revisions else None
    questions = [text.strip() for text in plan.questions if text.strip()]
    audits.add_layered_questions(gain, by=by, questions=questions, document=document)
    audits.add_checklist(
        by=by,
        site=gain.site,
        type=AuditType.SUSTAINMENT,
        process=gain.process,
        name=_("Sustainment of %(gain)s") % {"gain": gain.number},
        questions=[
            {"text": text, "aspect": aspect, "document": document, "protects": gain}
            for text, aspect in [*((text, Aspect.CONFORMITY) for text in questions), *_standing_questions(gain)]
        ],
    )
    evidence.record_event("locked in", gain, by=by, note=gain.event.number)


def _standing_questions(gain: Gain) -> list[tuple[str, str]]:
    """What every sustainment audit asks besides the standard: performance and waste."""
    return [
        (_("Does the metric board show %(metric)s, up to date?") % {"metric": gain.metric.title}, Aspect.PERFORMANCE),
        (_("Does anybody work around the standard, wait, or do work twice?"), Aspect.WASTE),
    ]
