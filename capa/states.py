from django.db import models
from django.utils.translation import gettext_lazy as _

from records.states import Machine, Meaning, Transition


class NonconformityStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CONTAINED = "contained", _("Contained")
    EVALUATED = "evaluated", _("Evaluated")
    DISPOSITIONED = "dispositioned", _("Dispositioned")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


NC_CONTAIN = Transition("contain", {NonconformityStatus.OPEN}, NonconformityStatus.CONTAINED, label=_("Contain"))
EVALUATE = Transition("evaluate", {NonconformityStatus.CONTAINED}, NonconformityStatus.EVALUATED, label=_("Evaluate"))
DISPOSE = Transition(
    "dispose", {NonconformityStatus.EVALUATED}, NonconformityStatus.DISPOSITIONED, label=_("Decide the disposition")
)
NC_CLOSE = Transition("close", {NonconformityStatus.DISPOSITIONED}, NonconformityStatus.CLOSED, label=_("Close"))
NC_CANCEL = Transition(
    "cancel",
    {NonconformityStatus.OPEN, NonconformityStatus.CONTAINED, NonconformityStatus.EVALUATED},
    NonconformityStatus.CANCELLED,
    label=_("Cancel"),
    reason=True,
    primary=False,
    tone="danger",
)

NONCONFORMITY = Machine(
    NonconformityStatus,
    initial=NonconformityStatus.OPEN,
    transitions=(NC_CONTAIN, EVALUATE, DISPOSE, NC_CLOSE, NC_CANCEL),
    final={NonconformityStatus.CLOSED, NonconformityStatus.CANCELLED},
    tones={
        NonconformityStatus.OPEN: "danger",
        NonconformityStatus.CONTAINED: "warning",
        NonconformityStatus.EVALUATED: "info",
        NonconformityStatus.DISPOSITIONED: "info",
        NonconformityStatus.CLOSED: "success",
    },
)


class Source(models.TextChoices):
    INTERNAL = "internal", _("Found inside")
    COMPLAINT = "complaint", _("Customer complaint")
    SUPPLIER = "supplier", _("Supplier")
    AUDIT = "audit", _("Audit")


class Severity(models.TextChoices):
    MINOR = "minor", _("Minor")
    MAJOR = "major", _("Major")
    CRITICAL = "critical", _("Critical")


class Disposition(models.TextChoices):
    USE_AS_IS = "use-as-is", _("Use as is, with concession")
    REWORK = "rework", _("Rework")
    REPAIR = "repair", _("Repair")
    SCRAP = "scrap", _("Scrap")
    RETURN = "return", _("Return")
    REGRADE = "regrade", _("Regrade")


class CapaStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CONTAINED = "contained", _("Contained")
    CAUSE_FOUND = "cause-found", _("Cause found")
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    AWAITING_EFFECTIVENESS = "awaiting-check", _("Awaiting effectiveness")
    CLOSED_EFFECTIVE = "closed-effective", _("Closed, effective")
    REOPENED = "reopened", _("Reopened: not effective")
    CANCELLED = "cancelled", _("Cancelled")


CONTAIN = Transition(
    "contain", {CapaStatus.OPEN, CapaStatus.REOPENED}, CapaStatus.CONTAINED, label=_("Correction and containment")
)
FIND_CAUSE = Transition("find-cause", {CapaStatus.CONTAINED}, CapaStatus.CAUSE_FOUND, label=_("Root cause found"))
PLAN = Transition("plan", {CapaStatus.CAUSE_FOUND}, CapaStatus.PLANNED, label=_("Actions planned"))
COMPLETE = Transition("complete", {CapaStatus.PLANNED}, CapaStatus.DONE, label=_("Actions done"))
START_CHECK = Transition(
    "start-check", {CapaStatus.DONE}, CapaStatus.AWAITING_EFFECTIVENESS, label=_("Start the effectiveness check")
)
CLOSE = Transition(
    "close",
    {CapaStatus.AWAITING_EFFECTIVENESS},
    CapaStatus.CLOSED_EFFECTIVE,
    label=_("Close as effective"),
    signed=True,
    meaning=Meaning.VERIFIED,
)
REOPEN = Transition(
    "reopen",
    {CapaStatus.AWAITING_EFFECTIVENESS},
    CapaStatus.REOPENED,
    label=_("Not effective: reopen"),
    signed=True,
    meaning=Meaning.REJECTED,
    reason=True,
    primary=False,
    tone="danger",
)
CANCEL = Transition(
    "cancel",
    {CapaStatus.OPEN, CapaStatus.CONTAINED, CapaStatus.CAUSE_FOUND, CapaStatus.PLANNED, CapaStatus.REOPENED},
    CapaStatus.CANCELLED,
    label=_("Cancel"),
    reason=True,
    primary=False,
    tone="danger",
)

CAPA = Machine(
    CapaStatus,
    initial=CapaStatus.OPEN,
    transitions=(CONTAIN, FIND_CAUSE, PLAN, COMPLETE, START_CHECK, CLOSE, REOPEN, CANCEL),
    final={CapaStatus.CLOSED_EFFECTIVE, CapaStatus.CANCELLED},
    editable={
        CapaStatus.OPEN,
        CapaStatus.CONTAINED,
        CapaStatus.CAUSE_FOUND,
        CapaStatus.PLANNED,
        CapaStatus.REOPENED,
    },
    tones={
        CapaStatus.OPEN: "danger",
        CapaStatus.REOPENED: "danger",
        CapaStatus.CONTAINED: "warning",
        CapaStatus.CAUSE_FOUND: "info",
        CapaStatus.PLANNED: "info",
        CapaStatus.DONE: "info",
        CapaStatus.AWAITING_EFFECTIVENESS: "info",
        CapaStatus.CLOSED_EFFECTIVE: "success",
    },
)


class Trigger(models.TextChoices):
    BY_HAND = "by-hand", _("Opened by hand")
    NONCONFORMITY = "nonconformity", _("Nonconformity or complaint")
    FINDING = "finding", _("Audit finding")
    BACKSLIDE = "backslide", _("A gain is slipping")


class Diagnosis(models.TextChoices):
    """A first verdict on why a gain slipped; a person confirms it with the causes."""

    NEVER_ADOPTED = "never-adopted", _("Never adopted")
    DRIFTED = "drifted", _("Adopted, then drifted")
    METHOD_FAILS = "method-fails", _("Adopted and followed, but the method fails")
    DATA_PROBLEM = "data-problem", _("Data problem")


class Leg(models.TextChoices):
    """The three questions of an analysis."""

    MADE = "made", _("Why was it made?")
    NOT_DETECTED = "not-detected", _("Why was it not detected?")
    SYSTEM = "system", _("Why did the system allow it?")


class CauseState(models.TextChoices):
    HYPOTHESIS = "hypothesis", _("Hypothesis")
    CONFIRMED = "confirmed", _("Confirmed")
    RULED_OUT = "ruled-out", _("Ruled out")


class Bone(models.TextChoices):
    """The six bones of a fishbone."""

    MACHINE = "machine", _("Machine")
    METHOD = "method", _("Method")
    MATERIAL = "material", _("Material")
    PEOPLE = "people", _("People")
    MEASUREMENT = "measurement", _("Measurement")
    ENVIRONMENT = "environment", _("Environment")


class Verdict(models.TextChoices):
    EFFECTIVE = "effective", _("Effective")
    INEFFECTIVE = "ineffective", _("Not effective")
    INCONCLUSIVE = "inconclusive", _("Too early to tell")


class Topic(models.TextChoices):
    """Kinds of action in a CAPA's plan."""

    CORRECTION = "correction", _("Correction")
    CORRECTIVE = "corrective", _("Corrective action")
    READ_ACROSS = "read-across", _("Read-across")
    TRAINING = "training", _("Training")
