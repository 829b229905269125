from django.db import models
from django.utils.translation import gettext_lazy as _

from records.states import Machine, Meaning, Transition


class DocumentStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    RETIRED = "retired", _("Retired")


ACTIVATE = Transition(
    "activate", {DocumentStatus.DRAFT}, DocumentStatus.ACTIVE, label=_("First revision in effect"), automatic=True
)
RETIRE = Transition(
    "retire",
    {DocumentStatus.DRAFT, DocumentStatus.ACTIVE},
    DocumentStatus.RETIRED,
    label=_("Retire"),
    reason=True,
    primary=False,
    tone="danger",
)

CONFIRM_VALID = Transition(
    "confirm-valid",
    {DocumentStatus.ACTIVE},
    DocumentStatus.ACTIVE,
    label=_("Still valid"),
    signed=True,
    meaning=Meaning.REVIEWED,
    primary=False,
)

DOCUMENT = Machine(
    DocumentStatus,
    initial=DocumentStatus.DRAFT,
    transitions=(ACTIVATE, CONFIRM_VALID, RETIRE),
    final={DocumentStatus.RETIRED},
    editable={DocumentStatus.DRAFT, DocumentStatus.ACTIVE},
    tones={DocumentStatus.ACTIVE: "success"},
)


class RevisionStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in-review", _("In review")
    CHANGES_REQUESTED = "changes-requested", _("Changes requested")
    APPROVED = "approved", _("Approved")
    ISSUED = "issued", _("Issued")
    EFFECTIVE = "effective", _("Effective")
    SUPERSEDED = "superseded", _("Superseded")
    OBSOLETE = "obsolete", _("Obsolete")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISPOSED = "disposed", _("Retention ended")


UNISSUED = {
    RevisionStatus.DRAFT,
    RevisionStatus.IN_REVIEW,
    RevisionStatus.CHANGES_REQUESTED,
    RevisionStatus.APPROVED,
}

TRANSLATABLE = UNISSUED | {RevisionStatus.ISSUED, RevisionStatus.EFFECTIVE}

SUBMIT = Transition(
    "submit",
    {RevisionStatus.DRAFT, RevisionStatus.CHANGES_REQUESTED},
    RevisionStatus.IN_REVIEW,
    label=_("Submit for review"),
)
REQUEST_CHANGES = Transition(
    "request-changes",
    {RevisionStatus.IN_REVIEW},
    RevisionStatus.CHANGES_REQUESTED,
    label=_("Request changes"),
    signed=True,
    meaning=Meaning.REJECTED,
    reason=True,
    primary=False,
)
APPROVE = Transition(
    "approve",
    {RevisionStatus.IN_REVIEW},
    RevisionStatus.APPROVED,
    label=_("Approve"),
    signed=True,
    meaning=Meaning.APPROVED,
)
ISSUE = Transition("issue", {RevisionStatus.APPROVED}, RevisionStatus.ISSUED, label=_("Issue"))
MAKE_EFFECTIVE = Transition(
    "make-effective",
    {RevisionStatus.ISSUED},
    RevisionStatus.EFFECTIVE,
    label=_("Comes into effect"),
    automatic=True,
)
SUPERSEDE = Transition(
    "supersede",
    {RevisionStatus.EFFECTIVE},
    RevisionStatus.SUPERSEDED,
    label=_("Superseded by the next revision"),
    automatic=True,
)
MAKE_OBSOLETE = Transition(
    "make-obsolete",
    {RevisionStatus.EFFECTIVE, RevisionStatus.SUPERSEDED},
    RevisionStatus.OBSOLETE,
    label=_("No longer used anywhere"),
    automatic=True,
)
WITHDRAW = Transition(
    "withdraw",
    {*UNISSUED, RevisionStatus.ISSUED},
    RevisionStatus.WITHDRAWN,
    label=_("Withdraw"),
    reason=True,
    primary=False,
    tone="danger",
)
ADOPT = Transition(
    "adopt",
    {RevisionStatus.DRAFT},
    RevisionStatus.EFFECTIVE,
    label=_("Already in force"),
    signed=True,
    meaning=Meaning.RELEASED,
    primary=False,
)
DISPOSE = Transition(
    "dispose",
    {RevisionStatus.SUPERSEDED, RevisionStatus.OBSOLETE, RevisionStatus.WITHDRAWN},
    RevisionStatus.DISPOSED,
    label=_("End retention"),
    signed=True,
    meaning=Meaning.VERIFIED,
    primary=False,
)

REVISION = Machine(
    RevisionStatus,
    initial=RevisionStatus.DRAFT,
    transitions=(
        SUBMIT,
        REQUEST_CHANGES,
        APPROVE,
        ISSUE,
        MAKE_EFFECTIVE,
        SUPERSEDE,
        MAKE_OBSOLETE,
        WITHDRAW,
        ADOPT,
        DISPOSE,
    ),
    final={RevisionStatus.SUPERSEDED, RevisionStatus.OBSOLETE, RevisionStatus.WITHDRAWN, RevisionStatus.DISPOSED},
    editable={RevisionStatus.DRAFT, RevisionStatus.CHANGES_REQUESTED},
    tones={
        RevisionStatus.IN_REVIEW: "info",
        RevisionStatus.CHANGES_REQUESTED: "warning",
        RevisionStatus.APPROVED: "info",
        RevisionStatus.ISSUED: "info",
        RevisionStatus.EFFECTIVE: "success",
        RevisionStatus.WITHDRAWN: "danger",
    },
)


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


class RequestStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    ASSESSED = "assessed", _("Assessed")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    IMPLEMENTED = "implemented", _("Implemented")
    VERIFIED = "verified", _("Verified")
    WITHDRAWN = "withdrawn", _("Withdrawn")


SUBMIT_REQUEST = Transition("submit", {RequestStatus.DRAFT}, RequestStatus.SUBMITTED, label=_("Submit"))
ASSESS = Transition("assess", {RequestStatus.SUBMITTED}, RequestStatus.ASSESSED, label=_("Assess the impact"))
SEND_BACK = Transition(
    "send-back",
    {RequestStatus.SUBMITTED, RequestStatus.ASSESSED},
    RequestStatus.DRAFT,
    label=_("Send back"),
    reason=True,
    primary=False,
)
APPROVE_REQUEST = Transition(
    "approve",
    {RequestStatus.ASSESSED},
    RequestStatus.APPROVED,
    label=_("Approve"),
    signed=True,
    meaning=Meaning.APPROVED,
)
REJECT = Transition(
    "reject",
    {RequestStatus.SUBMITTED, RequestStatus.ASSESSED},
    RequestStatus.REJECTED,
    label=_("Reject"),
    signed=True,
    meaning=Meaning.REJECTED,
    reason=True,
    primary=False,
    tone="danger",
)
IMPLEMENT = Transition(
    "implement",
    {RequestStatus.APPROVED},
    RequestStatus.IMPLEMENTED,
    label=_("Its revisions took effect"),
    automatic=True,
)
VERIFY_REQUEST = Transition(
    "verify",
    {RequestStatus.IMPLEMENTED},
    RequestStatus.VERIFIED,
    label=_("Verify"),
    signed=True,
    meaning=Meaning.VERIFIED,
)
WITHDRAW_REQUEST = Transition(
    "withdraw",
    {RequestStatus.DRAFT, RequestStatus.SUBMITTED, RequestStatus.ASSESSED, RequestStatus.APPROVED},
    RequestStatus.WITHDRAWN,
    label=_("Withdraw"),
    reason=True,
    primary=False,
    tone="danger",
)

CHANGE_REQUEST = Machine(
    RequestStatus,
    initial=RequestStatus.DRAFT,
    transitions=(
        SUBMIT_REQUEST,
        ASSESS,
        SEND_BACK,
        APPROVE_REQUEST,
        REJECT,
        IMPLEMENT,
        VERIFY_REQUEST,
        WITHDRAW_REQUEST,
    ),
    final={RequestStatus.REJECTED, RequestStatus.VERIFIED, RequestStatus.WITHDRAWN},
    editable={RequestStatus.DRAFT},
    tones={
        RequestStatus.SUBMITTED: "info",
        RequestStatus.ASSESSED: "info",
        RequestStatus.APPROVED: "success",
        RequestStatus.IMPLEMENTED: "info",
        RequestStatus.VERIFIED: "success",
        RequestStatus.REJECTED: "danger",
    },
)


class ChangeSource(models.TextChoices):
    """Where the wish for a change came from."""

    KAIZEN = "kaizen", _("Kaizen")
    CAPA = "capa", _("Corrective action")
    AUDIT = "audit", _("Audit")
    REVIEW = "review", _("Management or periodic review")
    SUGGESTION = "suggestion", _("Suggestion from the floor")
    OTHER = "other", _("Something else")


class Urgency(models.TextChoices):
    USUAL = "usual", _("Usual")
    SOON = "soon", _("Soon")
    NOW = "now", _("At once: safety or a customer is concerned")


class Risk(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class TrainingVerdict(models.TextChoices):
    """What a revision asks of those who work by it, the least first."""

    NONE = "none", _("No training: editorial")
    NOTIFY = "notify", _("Be told")
    READ = "read", _("Read and acknowledge")
    QUIZ = "quiz", _("Read and answer questions")
    PRACTICAL = "practical", _("Shown and practised at the station")

    @property
    def asks_training(self) -> bool:
        """Whether people are assigned; who is only told is not."""
        return self not in (TrainingVerdict.NONE, TrainingVerdict.NOTIFY)


class ReadinessPolicy(models.TextChoices):
    """What happens when the effective date comes and training is not finished."""

    BLOCK = "block", _("Wait until enough people are trained")
    WARN = "warn", _("Become effective and warn")
    RECORD = "record", _("Become effective and record it")


class CopyStatus(models.TextChoices):
    OUT = "out", _("In use")
    RECALLED = "recalled", _("To be collected")
    RETURNED = "returned", _("Collected")
    DESTROYED = "destroyed", _("Destroyed")
    LOST = "lost", _("Not found")


RECALL = Transition("recall", {CopyStatus.OUT}, CopyStatus.RECALLED, label=_("Recall"), reason=True, primary=False)
COLLECT = Transition("collect", {CopyStatus.OUT, CopyStatus.RECALLED}, CopyStatus.RETURNED, label=_("Collected"))
DESTROY = Transition(
    "destroy", {CopyStatus.OUT, CopyStatus.RECALLED}, CopyStatus.DESTROYED, label=_("Destroyed"), primary=False
)
REPORT_LOST = Transition(
    "report-lost",
    {CopyStatus.OUT, CopyStatus.RECALLED},
    CopyStatus.LOST,
    label=_("Not found"),
    reason=True,
    primary=False,
    tone="danger",
)

DISTRIBUTION = Machine(
    CopyStatus,
    initial=CopyStatus.OUT,
    transitions=(RECALL, COLLECT, DESTROY, REPORT_LOST),
    final={CopyStatus.RETURNED, CopyStatus.DESTROYED, CopyStatus.LOST},
    tones={
        CopyStatus.OUT: "success",
        CopyStatus.RECALLED: "warning",
        CopyStatus.LOST: "danger",
    },
)
