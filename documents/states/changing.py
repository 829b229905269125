"""The life of a change request, and what it says of a change."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from records.states import Machine, Meaning, Transition


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
