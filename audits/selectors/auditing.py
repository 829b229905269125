from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from audits.models import Answer, Audit, Checklist, CheckQuestion, Finding
from audits.states import AuditStatus, AuditType, FindingStatus, Result
from capa.models import Capa
from capa.selectors import open_capas
from documents.models import Document
from people.models import User
from records.models import Record
from records.selectors import site_ids

GOOD = (Result.CONFORM, Result.OPPORTUNITY)
COUNTED = (Result.CONFORM, Result.OPPORTUNITY, Result.CORRECTED, Result.NONCONFORM)
GRACE = timedelta(days=7)


@dataclass(frozen=True)
class Adherence:
    """How often the standard was found followed."""

    asked: int
    followed: int

    @property
    def share(self) -> float | None:
        """0 to 1, or None when nobody has looked."""
        return self.followed / self.asked if self.asked else None


def checklists() -> QuerySet[Checklist]:
    return Checklist.objects.select_related("site", "process").filter(is_active=True)


def audits() -> QuerySet[Audit]:
    return Audit.objects.select_related("site", "process", "owner", "checklist")


def findings() -> QuerySet[Finding]:
    return Finding.objects.select_related("site", "process", "owner", "audit")


def open_findings(audit: Audit) -> QuerySet[Finding]:
    return Finding.objects.filter(audit=audit).exclude(status=FindingStatus.CLOSED)


def questions_for(audit: Audit) -> QuerySet[CheckQuestion]:
    """The questions asked on the day of the audit."""
    day = audit.started_at.date() if audit.started_at else audit.planned_on
    asked = CheckQuestion.objects.filter(
        Q(asked_until__isnull=True) | Q(asked_until__gte=day), checklist=audit.checklist_id, asked_from__lte=day
    )
    if audit.type == AuditType.SUSTAINMENT and audit.origin_id:
        asked = asked.filter(Q(protects__isnull=True) | Q(protects=audit.origin_id))
    return asked


def unanswered(audit: Audit) -> QuerySet[CheckQuestion]:
    return questions_for(audit).exclude(answers__audit=audit)


def adherence(answers: QuerySet[Answer]) -> Adherence:
    counts = answers.aggregate(
        asked=Count("id", filter=Q(result__in=COUNTED)), followed=Count("id", filter=Q(result__in=GOOD))
    )
    return Adherence(counts["asked"], counts["followed"])


def adherence_to(gain: Record, *, since: date | None = None) -> Adherence:
    """How often the standard that a gain rests on was found followed."""
    answers = Answer.objects.filter(question__protects=gain)
    return adherence(answers.filter(answered_at__date__gte=since) if since else answers)


def score(audit: Audit) -> Adherence:
    return adherence(Answer.objects.filter(audit=audit))


def overdue_audits(on: date) -> QuerySet[Audit]:
    """Planned audits that nobody has begun a week after their day."""
    return audits().filter(status=AuditStatus.PLANNED, planned_on__lt=on - GRACE)


def audits_of(gain: Record) -> QuerySet[Audit]:
    return audits().filter(origin=gain).order_by("planned_on")


def layered_checklist(site: Any, process: Any) -> Checklist | None:
    return checklists().filter(site=site, process=process, type=AuditType.LAYERED).first()


@dataclass(frozen=True)
class Line:
    """A question of an audit with its answer, if there is one."""

    question: CheckQuestion
    answer: Answer | None


def audit_overview(audit: Audit, user: User) -> dict[str, Any]:
    answers = {answer.question_id: answer for answer in audit.answers.select_related("answered_by")}
    questions = list(questions_for(audit).select_related("document"))
    known = {question.pk for question in questions}
    extra = CheckQuestion.objects.filter(pk__in=set(answers) - known).select_related("document")
    lines = [Line(question, answers.get(question.pk)) for question in [*questions, *extra]]
    return {"lines": lines, "score": score(audit), "findings": list(findings().filter(audit=audit))}


def finding_overview(finding: Finding, user: User) -> dict[str, Any]:
    return {"capas": list(Capa.objects.filter(origin=finding).select_related("owner"))}


def open_capas_of(finding: Finding) -> QuerySet[Capa]:
    return open_capas().filter(origin=finding)


def findings_behind(capa: Capa) -> QuerySet[Finding]:
    """The finding that a CAPA answers."""
    return findings().filter(led_to=capa.pk)


def visible_checklists(user: User) -> QuerySet[Checklist]:
    """Checklists of the sites that `user` sees, those out of use too."""
    return Checklist.objects.filter(site__in=site_ids(user, Audit)).select_related("site", "process")


def counted_checklists(user: User, on: date) -> QuerySet[Checklist]:
    """The same with how many questions each asks on that day."""
    asked = Q(questions__asked_from__lte=on) & (
        Q(questions__asked_until__isnull=True) | Q(questions__asked_until__gte=on)
    )
    return visible_checklists(user).annotate(asked=Count("questions", filter=asked)).order_by("site__code", "name")


@dataclass(frozen=True)
class Asked:
    """A question of a checklist, and whether it is asked on a day."""

    question: CheckQuestion
    is_asked: bool


def questions_of(checklist: Checklist, *, on: date) -> list[Asked]:
    rows = checklist.questions.select_related("document", "protects")
    return [Asked(row, row.asked_from <= on and (row.asked_until is None or row.asked_until >= on)) for row in rows]


def work(user: User) -> QuerySet[Audit]:
    """Audits that I have to carry out."""
    waiting = [AuditStatus.PLANNED, AuditStatus.MISSED, AuditStatus.RUNNING]
    return audits().filter(owner=user, status__in=waiting).order_by("planned_on")


def findings_to_answer(user: User) -> QuerySet[Finding]:
    """Findings of my processes that wait for a response or an action."""
    waiting = [FindingStatus.OPEN, FindingStatus.RESPONDED]
    return findings().filter(owner=user, status__in=waiting).order_by("response_due")


def answers_about(document: Document) -> QuerySet[Answer]:
    """What audits saw of a standard, newest first."""
    return (
        Answer.objects.filter(question__document=document)
        .select_related("audit", "answered_by")
        .order_by("-answered_at", "-id")
    )
