"""Who is asked for an opinion on a revision, and remarks on its text."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from records.states import Machine, Meaning, Transition


class Task(models.TextChoices):
    """What somebody on a route is asked for."""

    REVIEW = "review", _("Review")
    APPROVE = "approve", _("Approve")


class Whom(models.TextChoices):
    """How a route names those it asks."""

    AUTHORITY = "authority", _("An authority at the document's site")
    JOB_ROLE = "job-role", _("A job role")
    PROCESS_OWNER = "process-owner", _("The owner of the process")
    PERSON = "person", _("A person")


class ApprovalStatus(models.TextChoices):
    WAITING = "waiting", _("Its turn comes later")
    OPEN = "open", _("Asked")
    REVIEWED = "reviewed", _("Reviewed")
    APPROVED = "approved", _("Approved")
    REFUSED = "changes-requested", _("Changes requested")
    DROPPED = "dropped", _("No longer asked")


ASK = Transition(
    "ask", {ApprovalStatus.WAITING}, ApprovalStatus.OPEN, label=_("The stage before it is complete"), automatic=True
)
REVIEW_IT = Transition(
    "review",
    {ApprovalStatus.OPEN},
    ApprovalStatus.REVIEWED,
    label=_("Sign as reviewed"),
    signed=True,
    meaning=Meaning.REVIEWED,
)
APPROVE_IT = Transition(
    "approve",
    {ApprovalStatus.OPEN},
    ApprovalStatus.APPROVED,
    label=_("Approve"),
    signed=True,
    meaning=Meaning.APPROVED,
)
REFUSE_IT = Transition(
    "request-changes",
    {ApprovalStatus.OPEN},
    ApprovalStatus.REFUSED,
    label=_("Request changes"),
    signed=True,
    meaning=Meaning.REJECTED,
    reason=True,
    primary=False,
)
DROP = Transition(
    "drop",
    {ApprovalStatus.WAITING, ApprovalStatus.OPEN},
    ApprovalStatus.DROPPED,
    label=_("The round ended"),
    automatic=True,
)

APPROVAL = Machine(
    ApprovalStatus,
    initial=ApprovalStatus.WAITING,
    transitions=(ASK, REVIEW_IT, APPROVE_IT, REFUSE_IT, DROP),
    final={ApprovalStatus.REVIEWED, ApprovalStatus.APPROVED, ApprovalStatus.REFUSED, ApprovalStatus.DROPPED},
    tones={
        ApprovalStatus.OPEN: "info",
        ApprovalStatus.REVIEWED: "success",
        ApprovalStatus.APPROVED: "success",
        ApprovalStatus.REFUSED: "warning",
    },
)


class Place(models.TextChoices):
    """What a remark is about."""

    WHOLE = "whole", _("The whole revision")
    QUOTE = "quote", _("A place in the text")
    STEP = "step", _("A step")
    FIELD = "field", _("A field")


class RemarkStatus(models.TextChoices):
    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    SETTLED = "settled", _("Settled")


ANSWER = Transition("answer", {RemarkStatus.OPEN}, RemarkStatus.ANSWERED, label=_("Answer"), reason=True)
SETTLE = Transition(
    "settle", {RemarkStatus.OPEN, RemarkStatus.ANSWERED}, RemarkStatus.SETTLED, label=_("Settle"), primary=False
)
REOPEN = Transition(
    "reopen",
    {RemarkStatus.ANSWERED, RemarkStatus.SETTLED},
    RemarkStatus.OPEN,
    label=_("Open again"),
    reason=True,
    primary=False,
)

REMARK = Machine(
    RemarkStatus,
    initial=RemarkStatus.OPEN,
    transitions=(ANSWER, SETTLE, REOPEN),
    final={RemarkStatus.SETTLED},
    tones={RemarkStatus.OPEN: "warning", RemarkStatus.ANSWERED: "info", RemarkStatus.SETTLED: "success"},
)
