"""Audits from the plan to the closed finding (ISO 9001, 9.2): planned, answered, reported, followed up."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import selectors
from audits.models import Answer, Audit, Checklist, CheckQuestion, Finding
from audits.permissions import is_independent
from audits.states import (
    ACT,
    CLOSE,
    FINDING_CLOSE,
    FOLLOW,
    MISS,
    REPORT,
    RESPOND,
    START,
    VERIFY,
    Aspect,
    AuditStatus,
    AuditType,
    Grade,
    Result,
)
from capa import services as capas
from capa.models import Capa
from capa.states import Trigger
from documents.models import Document
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people.models import Process, Site, User
from records import services as records
from records.models import Record
from records.signing import Signing

ASKED_FOR = timedelta(days=90)
RESPONSE_TIME = timedelta(days=30)


@transaction.atomic
def add_checklist(
    *,
    by: User,
    site: Site,
    type: str,
    name: str,
    process: Process | None = None,
    questions: Sequence[dict[str, Any]] = (),
) -> Checklist:
    """Write a checklist with its questions: rows of text, clause, aspect and standard.

    Raises Refused: "process-elsewhere", "name-taken".
    """
    if process is not None and process.site_id != site.pk:
        raise Refused(_("That process belongs to another site."), code="process-elsewhere")
    if Checklist.objects.filter(site=site, name=name).exists():
        raise Refused(_("There is a checklist of this name already."), code="name-taken")
    checklist = Checklist.objects.create(site=site, type=type, name=name, process=process)
    evidence.record_event("opened", checklist, by=by)
    for row in questions:
        add_question(checklist, by=by, **row)
    return checklist


@transaction.atomic
def add_question(
    checklist: Checklist,
    *,
    by: User,
    text: str,
    clause: str = "",
    aspect: str = Aspect.CONFORMITY,
    document: Document | None = None,
    protects: Record | None = None,
    asked_from: date | None = None,
    asked_until: date | None = None,
) -> CheckQuestion:
    """Add a question to a checklist. Raises Refused("dates-out-of-order")."""
    begins = asked_from or clock().date()
    if asked_until and asked_until < begins:
        raise Refused(_("It cannot end before it began."), code="dates-out-of-order")
    question = CheckQuestion.objects.create(
        checklist=checklist,
        text=text,
        clause=clause,
        aspect=aspect,
        document=document,
        protects_id=protects.pk if protects else None,
        asked_from=begins,
        asked_until=asked_until,
    )
    evidence.record_event("question added", checklist, by=by, note=text)
    return question


@transaction.atomic
def drop_question(question: CheckQuestion, *, by: User, until: date) -> CheckQuestion:
    """Ask a question no more after `until`; its answers stay.

    Raises Refused("dates-out-of-order").
    """
    if until < question.asked_from:
        raise Refused(_("It cannot end before it began."), code="dates-out-of-order")
    question.asked_until = until
    question.save()
    evidence.record_event("question dropped", question.checklist, by=by, note=question.text)
    return question


@transaction.atomic
def add_layered_questions(
    gain: Record, *, by: User, questions: Iterable[str], document: Document | None = None, days: timedelta = ASKED_FOR
) -> list[CheckQuestion]:
    """Ask about a gain's standard in the process's layered audits, for 90 days."""
    process = gain.process
    checklist = selectors.layered_checklist(gain.site, process) or add_checklist(
        by=by,
        site=gain.site,
        type=AuditType.LAYERED,
        process=process,
        name=_("Layered audit: %(process)s") % {"process": process or gain.site.name},
    )
    today = clock().date()
    return [
        add_question(
            checklist,
            by=by,
            text=text,
            document=document,
            protects=gain,
            asked_from=today,
            asked_until=today + days,
        )
        for text in questions
    ]


@transaction.atomic
def plan_audit(
    *,
    by: User,
    site: Site,
    title: str,
    checklist: Checklist,
    auditor: User,
    planned_on: date,
    process: Process | None = None,
    scope: str = "",
    criteria: str = "",
    origin: Record | None = None,
) -> Audit:
    """Plan an audit with an auditor who is independent of the process (9.2.2).

    Raises Refused: "checklist-elsewhere", "not-independent", "planned-in-the-past".
    """
    if checklist.site_id != site.pk:
        raise Refused(_("That checklist belongs to another site."), code="checklist-elsewhere")
    process = process or checklist.process
    if checklist.type != AuditType.LAYERED:
        _check_independence(auditor, process)
    if planned_on < clock().date():
        raise Refused(_("The planned day lies in the past."), code="planned-in-the-past")
    return records.open_record(
        Audit,
        by=by,
        site=site,
        title=title,
        process=process,
        owner=auditor,
        origin=origin,
        type=checklist.type,
        checklist=checklist,
        planned_on=planned_on,
        scope=scope,
        criteria=criteria,
    )


@transaction.atomic
def edit_audit(audit: Audit, *, by: User, owner: User, planned_on: date, reason: str = "", **changes: Any) -> Audit:
    """Change the plan of an audit before it begins; another auditor must be independent too.

    Raises Refused: "not-independent", "planned-in-the-past".
    """
    if audit.type != AuditType.LAYERED:
        _check_independence(owner, changes.get("process", audit.process))
    if planned_on != audit.planned_on and planned_on < clock().date():
        raise Refused(_("The planned day lies in the past."), code="planned-in-the-past")
    return records.amend(audit, by=by, reason=reason, owner=owner, planned_on=planned_on, **changes)


def _check_independence(auditor: User, process: Process | None) -> None:
    if not is_independent(auditor, process):
        raise Refused(
            _("%(auditor)s owns or works in this process and cannot audit it.") % {"auditor": auditor},
            code="not-independent",
        )


@transaction.atomic
def start(audit: Audit, *, by: User) -> Audit:
    """Begin an audit, also a missed one. Raises Refused("not-independent")."""
    if audit.type != AuditType.LAYERED:
        _check_independence(audit.owner, audit.process)
    return records.move(audit, START, by=by, started_at=clock())


@transaction.atomic
def answer(audit: Audit, *, by: User, question: CheckQuestion, result: str, note: str = "") -> Answer:
    """Write down what was seen. A "no" needs the evidence. The same answer again changes nothing.

    Raises Refused: "not-running", "foreign-question", "evidence-missing".
    """
    records.lock(audit)
    if audit.status != AuditStatus.RUNNING:
        raise Refused(_("Start the audit first; a reported one is not changed."), code="not-running")
    if question.checklist_id != audit.checklist_id:
        raise Refused(_("That question belongs to another checklist."), code="foreign-question")
    if result in (Result.NONCONFORM, Result.CORRECTED) and not note.strip():
        raise Refused(_("Say what was seen: “%(question)s”") % {"question": question.text}, code="evidence-missing")
    known = Answer.objects.filter(audit=audit, question=question, result=result, note=note).first()
    if known is not None:
        return known
    reply, _created = Answer.objects.update_or_create(
        audit=audit,
        question=question,
        defaults={
            "question_text": question.text,
            "result": result,
            "note": note,
            "answered_by": by,
            "answered_at": clock(),
        },
    )
    return reply


@transaction.atomic
def answer_all(audit: Audit, *, by: User, answers: Sequence[dict[str, Any]]) -> Audit:
    """Answer several questions in one go: rows of question, result and note. All or none."""
    for row in answers:
        answer(audit, by=by, question=row["question"], result=row["result"], note=row.get("note", ""))
    evidence.record_event("answered", audit, by=by, note=str(len(answers)))
    return audit


@transaction.atomic
def raise_finding(
    audit: Audit,
    *,
    by: User,
    title: str,
    grade: str,
    requirement: str,
    evidence: str,
    gap: str,
    clause: str = "",
    response_due: date | None = None,
) -> Finding:
    """State requirement, evidence and gap. The process owner answers.

    Raises Refused: "not-running", "due-in-the-past".
    """
    records.lock(audit)
    if audit.status not in (AuditStatus.RUNNING, AuditStatus.REPORTED):
        raise Refused(_("Findings are raised while the audit runs or is reported."), code="not-running")
    today = clock().date()
    if response_due and response_due < today:
        raise Refused(_("The response cannot be due in the past."), code="due-in-the-past")
    return records.open_record(
        Finding,
        by=by,
        site=audit.site,
        title=title,
        process=audit.process,
        owner=audit.process.owner if audit.process else by,
        origin=audit,
        audit=audit,
        grade=grade,
        clause=clause,
        requirement=requirement,
        evidence=evidence,
        gap=gap,
        response_due=response_due or today + RESPONSE_TIME,
    )


@transaction.atomic
def report(audit: Audit, *, by: User, signing: Signing, conclusion: str) -> Audit:
    """Report the result, signed by the auditor (9.2.2 f). Every question has its answer.

    Raises Refused("questions-unanswered").
    """
    open_questions = selectors.unanswered(audit).count()
    if open_questions:
        raise Refused(
            _("%(count)s questions have no answer yet.") % {"count": open_questions}, code="questions-unanswered"
        )
    signature = records.sign(audit, by=by, transition=REPORT, signing=replace(signing, note=conclusion))
    return records.move(audit, REPORT, by=by, signature=signature, reported_at=clock(), conclusion=conclusion)


@transaction.atomic
def follow(audit: Audit, *, by: User) -> Audit:
    """Findings are open: follow them up. Raises Refused("no-findings")."""
    if not selectors.open_findings(audit).exists():
        raise Refused(_("There is no open finding: close the audit."), code="no-findings")
    return records.move(audit, FOLLOW, by=by)


@transaction.atomic
def close(audit: Audit, *, by: User) -> Audit:
    """Close an audit whose findings are all closed. Raises Refused("open-findings")."""
    if selectors.open_findings(audit).exclude(grade__in=[Grade.STRENGTH, Grade.OPPORTUNITY]).exists():
        raise Refused(_("Findings are still open."), code="open-findings")
    return records.move(audit, CLOSE, by=by)


@transaction.atomic
def miss(audit: Audit, *, by: User) -> Audit:
    """Nobody came: said plainly, and still possible to make up for."""
    return records.move(audit, MISS, by=by)


def miss_overdue(*, on: date, by: User) -> int:
    """Mark planned audits as missed a week after their day. Harmless when run again."""
    overdue = list(selectors.overdue_audits(on))
    for audit in overdue:
        miss(audit, by=by)
    return len(overdue)


@transaction.atomic
def respond(finding: Finding, *, by: User, response: str) -> Finding:
    """The process owner says what will be done."""
    return records.move(finding, RESPOND, by=by, response=response, responded_by=by)


@transaction.atomic
def act(finding: Finding, *, by: User, action_taken: str) -> Finding:
    """It was done."""
    return records.move(finding, ACT, by=by, action_taken=action_taken)


@transaction.atomic
def verify(finding: Finding, *, by: User, verification: str) -> Finding:
    """An auditor saw that it was done and works. Its CAPA, if it has one, is closed.

    Raises Refused: "self-verified", "open-capa".
    """
    if by.pk == finding.responded_by_id:
        raise Refused(_("Someone other than who responded must verify."), code="self-verified")
    if selectors.open_capas_of(finding).exists():
        raise Refused(_("Its CAPA is still open."), code="open-capa")
    return records.move(finding, VERIFY, by=by, verification=verification)


@transaction.atomic
def close_finding(finding: Finding, *, by: User) -> Finding:
    """Done."""
    return records.move(finding, FINDING_CLOSE, by=by)


@transaction.atomic
def open_capa(finding: Finding, *, by: User, owner: User | None = None, due: date | None = None) -> Capa:
    """Open a CAPA for the cause of a finding. Raises Refused: "strength", "capa-exists"."""
    if finding.grade == Grade.STRENGTH:
        raise Refused(_("A strength needs no corrective action."), code="strength")
    records.lock(finding)
    standing = selectors.open_capas_of(finding).first()
    if standing is not None:
        raise Refused(_("%(capa)s is open for it already.") % {"capa": standing.number}, code="capa-exists")
    return capas.open_capa(
        by=by,
        site=finding.site,
        title=finding.title,
        problem=f"{finding.gap}\n\n{finding.evidence}",
        process=finding.process,
        owner=owner or finding.owner,
        due=due,
        origin=finding,
        trigger=Trigger.FINDING,
    )
