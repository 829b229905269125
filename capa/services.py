import re
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from capa import selectors
from capa.models import Capa, Cause, EffectivenessCheck, Nonconformity
from capa.states import (
    CANCEL,
    CLOSE,
    COMPLETE,
    CONTAIN,
    DISPOSE,
    EVALUATE,
    FIND_CAUSE,
    NC_CANCEL,
    NC_CLOSE,
    NC_CONTAIN,
    PLAN,
    REOPEN,
    START_CHECK,
    CauseState,
    Source,
    Topic,
    Trigger,
    Verdict,
)
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from metrics import selectors as metrics
from metrics import services as watching
from metrics.models import Signal, Watch
from metrics.states import Alarm, WatchStatus
from people.models import Process, Site, User
from records import services as records
from records.models import Link, Record
from records.selectors import open_actions
from records.signing import Signing
from records.states import ActionStatus

DAYS_TO_CLOSE = 90
HUMAN_ERROR = re.compile(r"^\W*(human|operator|worker'?s?)\s+(error|mistake|failure|inattention)\W*$", re.IGNORECASE)


@transaction.atomic
def raise_nonconformity(
    *,
    by: User,
    site: Site,
    title: str,
    description: str,
    detected_on: date,
    source: str = Source.INTERNAL,
    process: Process | None = None,
    owner: User | None = None,
    origin: Record | None = None,
    **facts: Any,
) -> Nonconformity:
    """Record that something did not meet a requirement; a complaint names its customer (10.2.1 a)."""
    if source == Source.COMPLAINT and not facts.get("customer"):
        raise Refused(_("Name the customer who complains."), code="customer-missing")
    if detected_on > clock().date():
        raise Refused(_("It cannot have been detected in the future."), code="detected-in-the-future")
    if facts.get("reply_due") and facts["reply_due"] < detected_on:
        raise Refused(_("The reply cannot be due before it was detected."), code="dates-out-of-order")
    return records.open_record(
        Nonconformity,
        by=by,
        site=site,
        title=title,
        process=process,
        owner=owner or (process.owner if process else None),
        origin=origin,
        description=description,
        detected_on=detected_on,
        source=source,
        **facts,
    )


@transaction.atomic
def contain_nonconformity(record: Nonconformity, *, by: User, containment: str) -> Nonconformity:
    """Control it now (10.2.1 a 1): what was blocked, sorted, stopped."""
    return records.move(record, NC_CONTAIN, by=by, containment=containment)


@transaction.atomic
def evaluate(record: Nonconformity, *, by: User, evaluation: str, needs_capa: bool) -> Nonconformity:
    """Decide whether the cause must be removed (10.2.1 b)."""
    return records.move(record, EVALUATE, by=by, evaluation=evaluation, needs_capa=needs_capa)


@transaction.atomic
def dispose(
    record: Nonconformity, *, by: User, disposition: str, disposition_note: str, cost: Any = None
) -> Nonconformity:
    """Decide what becomes of the product, and by whose authority (8.7)."""
    return records.move(record, DISPOSE, by=by, disposition=disposition, disposition_note=disposition_note, cost=cost)


@transaction.atomic
def reply(record: Nonconformity, *, by: User, replied_on: date) -> Nonconformity:
    """The customer was answered."""
    if replied_on > clock().date() or replied_on < record.detected_on:
        raise Refused(_("The reply lies between the complaint and today."), code="dates-out-of-order")
    return records.amend(record, by=by, reason=_("Customer answered"), replied_on=replied_on)


@transaction.atomic
def close_nonconformity(record: Nonconformity, *, by: User) -> Nonconformity:
    """Close: the customer answered, and a CAPA opened where the cause must be removed."""
    if record.reply_due and not record.replied_on:
        raise Refused(_("The customer has not been answered yet."), code="reply-missing")
    if record.needs_capa and not selectors.led_to_capa(record).exists():
        raise Refused(_("The cause must be removed: open a CAPA first."), code="capa-missing")
    return records.move(record, NC_CLOSE, by=by)


@transaction.atomic
def cancel_nonconformity(record: Nonconformity, *, by: User, reason: str) -> Nonconformity:
    """It was none after all, and why."""
    return records.move(record, NC_CANCEL, by=by, note=reason)


@transaction.atomic
def open_capa(
    *,
    by: User,
    site: Site,
    title: str,
    problem: str,
    process: Process | None = None,
    owner: User | None = None,
    due: date | None = None,
    origin: Record | None = None,
    trigger: str = Trigger.BY_HAND,
    **facts: Any,
) -> Capa:
    """Open a corrective action (10.2.1 b), by hand or from the record that made it necessary."""
    today = clock().date()
    if due and due < today:
        raise Refused(_("The due date lies in the past."), code="due-in-the-past")
    return records.open_record(
        Capa,
        by=by,
        site=site,
        title=title,
        process=process,
        owner=owner or (process.owner if process else None),
        origin=origin,
        problem=problem,
        due=due or today + timedelta(days=DAYS_TO_CLOSE),
        trigger=trigger,
        **facts,
    )


@transaction.atomic
def open_from_nonconformity(
    record: Nonconformity, *, by: User, owner: User | None = None, due: date | None = None
) -> Capa:
    """Open a CAPA for the cause of a nonconformity or complaint."""
    return open_capa(
        by=by,
        site=record.site,
        title=record.title,
        problem=record.description,
        process=record.process,
        owner=owner or record.owner,
        due=due,
        origin=record,
        trigger=Trigger.NONCONFORMITY,
        containment=record.containment,
    )


@transaction.atomic
def open_for_backslide(
    watch: Watch, *, signal: Signal, by: User, title: str, problem: str, diagnosis: str, evidence_found: dict[str, Any]
) -> Capa:
    """Open the one CAPA of a watch; while it is open, later signals are attached to it."""
    Watch.objects.select_for_update().get(pk=watch.pk)
    capa = selectors.open_capa_for(watch)
    if capa is None:
        capa = open_capa(
            by=by,
            site=signal.site,
            title=title,
            problem=problem,
            process=signal.process,
            owner=signal.process.owner if signal.process else signal.owner,
            origin=signal,
            trigger=Trigger.BACKSLIDE,
            watch=watch,
            diagnosis=diagnosis,
            evidence=evidence_found,
        )
    else:
        records.link(signal, capa, kind=Link.Kind.EVIDENCE, by=by)
        evidence.record_event("signal attached", capa, by=by, note=signal.number)
    for standing in metrics.open_signals(watch).filter(alarm__in=[Alarm.AMBER, Alarm.RED]):
        watching.take_into_capa(standing, by=by, note=capa.number)
    return capa


@transaction.atomic
def edit_capa(capa: Capa, *, by: User, reason: str = "", **changes: Any) -> Capa:
    """Change the facts of an open CAPA; a new due date needs a reason."""
    if changes.get("due", capa.due) != capa.due and len(reason.strip()) < 5:
        raise Refused(_("Say why the due date moves."), code="reason-missing")
    return records.amend(capa, by=by, reason=reason, **changes)


@transaction.atomic
def contain(capa: Capa, *, by: User, correction: str, containment: str, consequences: str = "") -> Capa:
    """React: correct, control, deal with the consequences (10.2.1 a)."""
    return records.move(capa, CONTAIN, by=by, correction=correction, containment=containment, consequences=consequences)


@transaction.atomic
def add_cause(
    capa: Capa,
    *,
    by: User,
    statement: str,
    leg: str,
    parent: Cause | None = None,
    bone: str = "",
    proof: str = "",
    verdict: str = CauseState.HYPOTHESIS,
    is_root: bool = False,
) -> Cause:
    """Add a why to the tree. A root cause is confirmed by evidence, and is never just "human error"."""
    records.lock(capa)
    if not capa.is_open:
        raise Refused(_("This CAPA is closed."), code="closed")
    if parent is not None and parent.capa_id != capa.pk:
        raise Refused(_("That cause belongs to another CAPA."), code="foreign-cause")
    if is_root:
        _check_root(statement, proof, verdict)
    cause = Cause.objects.create(
        capa=capa,
        parent=parent,
        leg=parent.leg if parent else leg,
        bone=bone,
        statement=statement,
        proof=proof,
        verdict=verdict,
        is_root=is_root,
    )
    evidence.record_event("cause added", capa, by=by, note=statement)
    return cause


def _check_root(statement: str, proof: str, verdict: str) -> None:
    if HUMAN_ERROR.match(statement):
        raise Refused(
            _("“Human error” is no root cause. Ask why the system allowed the error."), code="human-error-alone"
        )
    if verdict != CauseState.CONFIRMED or not proof.strip():
        raise Refused(_("A root cause is confirmed and has evidence."), code="root-not-proven")


@transaction.atomic
def find_cause(capa: Capa, *, by: User) -> Capa:
    """The root cause is found (10.2.1 b 2): at least one, confirmed by evidence."""
    if not selectors.roots(capa).exists():
        raise Refused(_("Mark at least one confirmed cause as the root cause."), code="no-root-cause")
    return records.move(capa, FIND_CAUSE, by=by)


@transaction.atomic
def plan(capa: Capa, *, by: User, read_across: str) -> Capa:
    """The plan stands (10.2.1 c), also for where else it could happen (b 3). Training alone is no plan."""
    topics = set(open_actions(capa).values_list("topic", flat=True))
    if not topics:
        raise Refused(_("Add at least one action."), code="no-actions")
    if topics == {Topic.TRAINING}:
        raise Refused(_("Training alone does not remove a cause: add another action."), code="training-alone")
    return records.move(capa, PLAN, by=by, read_across=read_across)


@transaction.atomic
def complete(
    capa: Capa, *, by: User, risks_changed: bool, qms_changed: bool, risks_note: str = "", qms_note: str = ""
) -> Capa:
    """All actions are done; whether risks or the system changed is answered (10.2.1 e, f)."""
    if open_actions(capa).exists():
        raise Refused(_("Finish or withdraw the open actions first."), code="open-actions")
    if not capa.actions.exclude(status=ActionStatus.WITHDRAWN).exists():
        raise Refused(_("No action is left: plan one."), code="no-actions")
    return records.move(
        capa,
        COMPLETE,
        by=by,
        risks_changed=risks_changed,
        risks_note=risks_note,
        qms_changed=qms_changed,
        qms_note=qms_note,
    )


@transaction.atomic
def start_check(
    capa: Capa, *, by: User, criterion: str, due: date, least_values: int = 8, watch: Watch | None = None
) -> Capa:
    """Say how the effect will be judged (10.2.1 d); a watch starts anew, with a head start."""
    today = clock().date()
    if due <= today:
        raise Refused(_("The check needs time: its due date lies ahead."), code="due-in-the-past")
    watch = watch or capa.watch
    EffectivenessCheck.objects.create(
        capa=capa, watch=watch, criterion=criterion, least_values=least_values, since=today, due=due
    )
    if watch:
        watching.start_recovery(watch, since=today, by=by)
    return records.move(capa, START_CHECK, by=by, note=criterion)


@transaction.atomic
def judge(check: EffectivenessCheck, *, by: User) -> EffectivenessCheck:
    """Let the detector judge on the data since the check began. A person confirms it later."""
    assert check.watch is not None
    found = metrics.effect_since(check.watch, since=check.since, least_values=check.least_values)
    if (check.verdict, check.finding) == (found.verdict, found.words):
        return check
    check.verdict, check.finding = found.verdict, found.words
    check.snapshot, check.judged_at = found.snapshot, clock()
    check.save()
    evidence.record_event("effect judged", check.capa, by=by, note=found.words)
    return check


def judge_all(*, by: User) -> int:
    """Judge every check that data decide. Harmless when run again."""
    checks = list(selectors.checks_to_judge())
    for check in checks:
        judge(check, by=by)
    return len(checks)


@transaction.atomic
def close(capa: Capa, *, by: User, signing: Signing, conclusion: str = "") -> Capa:
    """Close a CAPA whose effectiveness was verified (10.2.1 d).

    The data must say so where a watch judges; without one the person who signs says how it was seen.
    """
    if by.pk == capa.owner_id:
        raise Refused(_("Someone other than the owner must verify."), code="self-verified")
    check = selectors.current_check(capa)
    if check is None:
        raise Refused(_("No effectiveness check was planned."), code="no-check")
    _check_verdict(check, conclusion)
    signature = records.sign(capa, by=by, meaning=CLOSE.meaning, signing=signing)
    check.confirmed_verdict, check.confirmed_by, check.confirmed_at = Verdict.EFFECTIVE, by, clock()
    check.finding = check.finding or conclusion
    check.save()
    records.move(capa, CLOSE, by=by, note=conclusion, signature=signature, concluded_at=clock())
    if check.watch and check.watch.status == WatchStatus.RECOVERING:
        watching.confirm_recovery(check.watch, by=by)
    return capa


def _check_verdict(check: EffectivenessCheck, conclusion: str) -> None:
    if check.watch is None:
        if len(conclusion.strip()) < 10:
            raise Refused(_("Say how you saw that it worked."), code="conclusion-missing")
    elif check.verdict != Verdict.EFFECTIVE:
        raise Refused(
            _("The data do not show the effect yet: %(finding)s") % {"finding": check.finding or _("no new values")},
            code="not-effective",
        )


@transaction.atomic
def reopen(capa: Capa, *, by: User, reason: str) -> Capa:
    """It did not work: back to the analysis, with the same number."""
    check = selectors.current_check(capa)
    if check:
        check.confirmed_verdict, check.confirmed_by, check.confirmed_at = Verdict.INEFFECTIVE, by, clock()
        check.save()
        _tell_watch_it_failed(check.watch, by, reason)
    return records.move(capa, REOPEN, by=by, note=reason)


def _tell_watch_it_failed(watch: Watch | None, by: User, reason: str) -> None:
    if watch and watch.status == WatchStatus.RECOVERING:
        watching.relapse(watch, by=by, note=reason)


@transaction.atomic
def cancel(capa: Capa, *, by: User, reason: str) -> Capa:
    """Drop a CAPA, with the reason; it stays readable. The signals it answered are dismissed for the same reason."""
    records.move(capa, CANCEL, by=by, note=reason, concluded_at=clock())
    for signal in metrics.open_signals(capa.watch).filter(alarm__in=[Alarm.AMBER, Alarm.RED]) if capa.watch else ():
        watching.dismiss(signal, by=by, reason=reason)
    return capa


def remind(*, on: date, by: User) -> int:
    """Remind the owners of CAPAs and complaints that are overdue, once a day each."""
    overdue: list[Record] = [*selectors.overdue_capas(on), *selectors.reply_overdue(on)]
    return sum(
        records.notify(
            record.owner,
            text=_("%(number)s is overdue: %(title)s") % {"number": record.number, "title": record.title},
            url=record.get_absolute_url(),
            key=f"overdue-{record.number}-{on}",
            by=by,
        )
        for record in overdue
    )
