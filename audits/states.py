from django.db import models
from django.utils.translation import gettext_lazy as _

from records.states import Machine, Meaning, Transition


class AuditStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    REPORTED = "reported", _("Reported")
    FOLLOW_UP = "follow-up", _("Follow-up")
    CLOSED = "closed", _("Closed")
    MISSED = "missed", _("Missed")


START = Transition("start", {AuditStatus.PLANNED, AuditStatus.MISSED}, AuditStatus.RUNNING, label=_("Start"))
REPORT = Transition(
    "report", {AuditStatus.RUNNING}, AuditStatus.REPORTED, label=_("Report"), signed=True, meaning=Meaning.AUTHORED
)
FOLLOW = Transition("follow", {AuditStatus.REPORTED}, AuditStatus.FOLLOW_UP, label=_("Follow up the findings"))
CLOSE = Transition("close", {AuditStatus.REPORTED, AuditStatus.FOLLOW_UP}, AuditStatus.CLOSED, label=_("Close"))
MISS = Transition("miss", {AuditStatus.PLANNED}, AuditStatus.MISSED, label=_("Missed"), automatic=True)

AUDIT = Machine(
    AuditStatus,
    initial=AuditStatus.PLANNED,
    transitions=(START, REPORT, FOLLOW, CLOSE, MISS),
    final={AuditStatus.CLOSED},
    editable={AuditStatus.PLANNED},
    tones={
        AuditStatus.RUNNING: "info",
        AuditStatus.REPORTED: "info",
        AuditStatus.FOLLOW_UP: "warning",
        AuditStatus.CLOSED: "success",
        AuditStatus.MISSED: "danger",
    },
)


class FindingStatus(models.TextChoices):
    OPEN = "open", _("Open")
    RESPONDED = "responded", _("Responded")
    ACTED = "acted", _("Acted")
    VERIFIED = "verified", _("Verified")
    CLOSED = "closed", _("Closed")


RESPOND = Transition("respond", {FindingStatus.OPEN}, FindingStatus.RESPONDED, label=_("Respond"))
ACT = Transition("act", {FindingStatus.RESPONDED}, FindingStatus.ACTED, label=_("Action taken"))
VERIFY = Transition("verify", {FindingStatus.ACTED}, FindingStatus.VERIFIED, label=_("Verify"))
FINDING_CLOSE = Transition("close", {FindingStatus.VERIFIED}, FindingStatus.CLOSED, label=_("Close"))

FINDING = Machine(
    FindingStatus,
    initial=FindingStatus.OPEN,
    transitions=(RESPOND, ACT, VERIFY, FINDING_CLOSE),
    final={FindingStatus.CLOSED},
    tones={
        FindingStatus.OPEN: "danger",
        FindingStatus.RESPONDED: "warning",
        FindingStatus.ACTED: "info",
        FindingStatus.VERIFIED: "success",
        FindingStatus.CLOSED: "success",
    },
)


class TrailStatus(models.TextChoices):
    OPEN = "open", _("Being read")
    REVIEWED = "reviewed", _("Reviewed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


CONCLUDE = Transition(
    "conclude",
    {TrailStatus.OPEN},
    TrailStatus.REVIEWED,
    label=_("Sign the review"),
    signed=True,
    meaning=Meaning.REVIEWED,
)
WITHDRAW = Transition(
    "withdraw", {TrailStatus.OPEN}, TrailStatus.WITHDRAWN, label=_("Withdraw"), primary=False, reason=True
)

TRAIL_REVIEW = Machine(
    TrailStatus,
    initial=TrailStatus.OPEN,
    transitions=(CONCLUDE, WITHDRAW),
    final={TrailStatus.REVIEWED, TrailStatus.WITHDRAWN},
    tones={TrailStatus.OPEN: "warning", TrailStatus.REVIEWED: "success"},
)


class AuditType(models.TextChoices):
    INTERNAL = "internal", _("Internal audit")
    FIVE_S = "5s", _("5S audit")
    LAYERED = "layered", _("Layered process audit")
    SUSTAINMENT = "sustainment", _("Sustainment audit")


class Aspect(models.TextChoices):
    """What a question looks at: an audit asks for performance and waste as well as conformity."""

    CONFORMITY = "conformity", _("Conformity")
    PERFORMANCE = "performance", _("Performance")
    WASTE = "waste", _("Waste")


class Result(models.TextChoices):
    CONFORM = "conform", _("Yes")
    CORRECTED = "corrected", _("No, corrected on the spot")
    NONCONFORM = "nonconform", _("No")
    OPPORTUNITY = "opportunity", _("Could be better")
    NOT_APPLICABLE = "not-applicable", _("Does not apply")


class Grade(models.TextChoices):
    MAJOR = "major", _("Major nonconformity")
    MINOR = "minor", _("Minor nonconformity")
    OPPORTUNITY = "opportunity", _("Opportunity for improvement")
    STRENGTH = "strength", _("Strength")
