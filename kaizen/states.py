from django.db import models
from django.utils.translation import gettext_lazy as _

from records.states import Machine, Meaning, Transition


class IdeaStatus(models.TextChoices):
    RAISED = "raised", _("Raised")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


ACCEPT = Transition("accept", {IdeaStatus.RAISED}, IdeaStatus.ACCEPTED, label=_("Accept"))
DECLINE = Transition(
    "decline", {IdeaStatus.RAISED}, IdeaStatus.DECLINED, label=_("Decline"), reason=True, primary=False
)

IDEA = Machine(
    IdeaStatus,
    initial=IdeaStatus.RAISED,
    transitions=(ACCEPT, DECLINE),
    final={IdeaStatus.ACCEPTED, IdeaStatus.DECLINED},
    tones={IdeaStatus.RAISED: "info", IdeaStatus.ACCEPTED: "success"},
)


class EventStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    CHARTERED = "chartered", _("Chartered")
    PREPARING = "preparing", _("Preparing")
    RUNNING = "running", _("Running")
    REPORTED = "reported", _("Reported")
    STANDARDISING = "standardising", _("Standardising")
    SUSTAINING = "sustaining", _("Sustaining")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


CHARTER = Transition(
    "charter",
    {EventStatus.PROPOSED},
    EventStatus.CHARTERED,
    label=_("Sign the charter"),
    signed=True,
    meaning=Meaning.APPROVED,
)
PREPARE = Transition("prepare", {EventStatus.CHARTERED}, EventStatus.PREPARING, label=_("Start preparing"))
RUN = Transition("run", {EventStatus.CHARTERED, EventStatus.PREPARING}, EventStatus.RUNNING, label=_("Start the event"))
REPORT = Transition("report", {EventStatus.RUNNING}, EventStatus.REPORTED, label=_("Report out"))
STANDARDISE = Transition(
    "standardise", {EventStatus.REPORTED}, EventStatus.STANDARDISING, label=_("Start standardising")
)
CLOSE_OUT = Transition(
    "close-out",
    {EventStatus.STANDARDISING},
    EventStatus.SUSTAINING,
    label=_("Close out: lock in the gains"),
    signed=True,
    meaning=Meaning.RELEASED,
)
CLOSE = Transition("close", {EventStatus.SUSTAINING}, EventStatus.CLOSED, label=_("Close: sustained for a year"))
CANCEL = Transition(
    "cancel",
    {EventStatus.PROPOSED, EventStatus.CHARTERED, EventStatus.PREPARING, EventStatus.RUNNING},
    EventStatus.CANCELLED,
    label=_("Cancel"),
    reason=True,
    primary=False,
    tone="danger",
)

EVENT = Machine(
    EventStatus,
    initial=EventStatus.PROPOSED,
    transitions=(CHARTER, PREPARE, RUN, REPORT, STANDARDISE, CLOSE_OUT, CLOSE, CANCEL),
    final={EventStatus.CLOSED, EventStatus.CANCELLED},
    editable={EventStatus.PROPOSED, EventStatus.CHARTERED, EventStatus.PREPARING, EventStatus.RUNNING},
    tones={
        EventStatus.RUNNING: "info",
        EventStatus.REPORTED: "info",
        EventStatus.STANDARDISING: "warning",
        EventStatus.SUSTAINING: "success",
        EventStatus.CLOSED: "success",
    },
)


class GainStatus(models.TextChoices):
    """Computed from the five locks and the watch, never typed in."""

    CLAIMED = "claimed", _("Claimed")
    PROVEN = "proven", _("Proven")
    LOCKING = "locking", _("Locking in")
    HOLDING = "holding", _("Holding")
    AT_RISK = "at-risk", _("At risk")
    BACKSLIDING = "backsliding", _("Backsliding")
    LOST = "lost", _("Lost")
    RECOVERING = "recovering", _("Recovering")
    SUSTAINED = "sustained", _("Sustained")


BECOME = {
    state: Transition(
        f"become-{state}",
        {other for other in GainStatus.values if other != state},
        state,
        label=GainStatus(state).label,
        automatic=True,
    )
    for state in GainStatus.values
}

GAIN = Machine(
    GainStatus,
    initial=GainStatus.CLAIMED,
    transitions=tuple(BECOME.values()),
    tones={
        GainStatus.PROVEN: "info",
        GainStatus.LOCKING: "info",
        GainStatus.HOLDING: "success",
        GainStatus.AT_RISK: "warning",
        GainStatus.BACKSLIDING: "danger",
        GainStatus.LOST: "danger",
        GainStatus.RECOVERING: "info",
        GainStatus.SUSTAINED: "success",
    },
)


class CheckStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    ANSWERED = "answered", _("Answered")
    MISSED = "missed", _("Missed")


ANSWER = Transition(
    "answer", {CheckStatus.PLANNED, CheckStatus.MISSED}, CheckStatus.ANSWERED, label=_("Answer the check")
)
MISS = Transition("miss", {CheckStatus.PLANNED}, CheckStatus.MISSED, label=_("Missed"), automatic=True)

CHECK = Machine(
    CheckStatus,
    initial=CheckStatus.PLANNED,
    transitions=(ANSWER, MISS),
    final={CheckStatus.ANSWERED},
    tones={CheckStatus.ANSWERED: "success", CheckStatus.MISSED: "danger"},
)


class CheckResult(models.TextChoices):
    HELD = "held", _("Held")
    PARTLY = "partly", _("Partly held")
    LOST = "lost", _("Lost")
    EARLY = "too-early", _("Too early to tell")


class Part(models.TextChoices):
    """What somebody is in the team of an event."""

    LEADER = "leader", _("Leader")
    MEMBER = "member", _("Member")
    GEMBA = "gemba", _("Works in the process")
    OUTSIDER = "outsider", _("From outside the process")
    FACILITATOR = "facilitator", _("Facilitator")


class LockName(models.TextChoices):
    """The five locks of a gain, each a clause of ISO 9001 at work."""

    DOCUMENTED = "documented", _("Documented (7.5)")
    TRAINED = "trained", _("Trained (7.2)")
    WATCHED = "watched", _("Watched (9.1)")
    REVIEWED = "reviewed", _("Reviewed (9.3)")
    ANSWERED = "answered", _("Answered (10.2)")


class LockState(models.TextChoices):
    CLOSED = "closed", _("Locked")
    OPEN = "open", _("Open")
    BROKEN = "broken", _("Broken")
    WAIVED = "waived", _("Waived")
