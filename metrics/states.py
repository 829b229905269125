from django.db import models
from django.utils.translation import gettext_lazy as _

from records.states import Machine, Transition

BY_HAND, IN_FILES = "by-hand", "in-files"  # codes of the sources of what people bring


class MetricStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    RETIRED = "retired", _("Retired")


ACTIVATE = Transition("activate", {MetricStatus.DRAFT}, MetricStatus.ACTIVE, label=_("Start measuring"))
RETIRE = Transition(
    "retire",
    {MetricStatus.DRAFT, MetricStatus.ACTIVE},
    MetricStatus.RETIRED,
    label=_("Retire"),
    reason=True,
    primary=False,
    tone="danger",
)
METRIC = Machine(
    MetricStatus,
    initial=MetricStatus.DRAFT,
    transitions=(ACTIVATE, RETIRE),
    final={MetricStatus.RETIRED},
    editable={MetricStatus.DRAFT, MetricStatus.ACTIVE},
    tones={MetricStatus.ACTIVE: "success"},
)


class WatchStatus(models.TextChoices):
    UNPROVEN = "unproven", _("Not proven yet")
    HOLDING = "holding", _("Holding")
    AMBER = "amber", _("Looks like slipping")
    BACKSLIDING = "backsliding", _("Backsliding")
    LOST = "lost", _("Lost")
    RECOVERING = "recovering", _("Recovering")


_SLIPPED = {WatchStatus.BACKSLIDING, WatchStatus.LOST}

PROVE = Transition("prove", {WatchStatus.UNPROVEN}, WatchStatus.HOLDING, label=_("The gain is proven"), automatic=True)
WARN = Transition("warn", {WatchStatus.HOLDING}, WatchStatus.AMBER, label=_("It looks like slipping"), automatic=True)
SLIP = Transition(
    "slip",
    {WatchStatus.HOLDING, WatchStatus.AMBER},
    WatchStatus.BACKSLIDING,
    label=_("The gain slips"),
    automatic=True,
)
LOSE = Transition(
    "lose",
    {WatchStatus.HOLDING, WatchStatus.AMBER, WatchStatus.BACKSLIDING},
    WatchStatus.LOST,
    label=_("The gain is lost"),
    automatic=True,
)
EASE = Transition("ease", {WatchStatus.LOST}, WatchStatus.BACKSLIDING, label=_("Part of it is back"), automatic=True)
SETTLE = Transition(
    "settle",
    {WatchStatus.AMBER, *_SLIPPED},
    WatchStatus.HOLDING,
    label=_("The signal was explained"),
    automatic=True,
)
RECOVER = Transition("recover", _SLIPPED, WatchStatus.RECOVERING, label=_("Being put right"), automatic=True)
RELAPSE = Transition(
    "relapse", {WatchStatus.RECOVERING}, WatchStatus.BACKSLIDING, label=_("Not effective"), automatic=True
)
CONFIRM = Transition("confirm", {WatchStatus.RECOVERING}, WatchStatus.HOLDING, label=_("Holding again"), automatic=True)
REBASELINE = Transition(
    "rebaseline", {WatchStatus.HOLDING}, WatchStatus.HOLDING, label=_("A better level is the standard"), automatic=True
)
DOUBT = Transition(
    "doubt",
    {WatchStatus.HOLDING, WatchStatus.AMBER, *_SLIPPED},
    WatchStatus.UNPROVEN,
    label=_("The values no longer prove the gain"),
    automatic=True,
)
WATCH = Machine(
    WatchStatus,
    initial=WatchStatus.UNPROVEN,
    transitions=(PROVE, WARN, SLIP, LOSE, EASE, SETTLE, RECOVER, RELAPSE, CONFIRM, REBASELINE, DOUBT),
    tones={
        WatchStatus.HOLDING: "success",
        WatchStatus.AMBER: "warning",
        WatchStatus.BACKSLIDING: "danger",
        WatchStatus.LOST: "danger",
        WatchStatus.RECOVERING: "info",
    },
)


class SignalStatus(models.TextChoices):
    NEW = "new", _("New")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    EXPLAINED = "explained", _("Explained")
    FALSE_ALARM = "false-alarm", _("False alarm")
    IN_CAPA = "in-capa", _("In a CAPA")
    RECOVERED = "recovered", _("Recovered")


_UNANSWERED = {SignalStatus.NEW, SignalStatus.ACKNOWLEDGED}

ACKNOWLEDGE = Transition("acknowledge", {SignalStatus.NEW}, SignalStatus.ACKNOWLEDGED, label=_("Acknowledge"))
EXPLAIN = Transition(
    "explain", _UNANSWERED, SignalStatus.EXPLAINED, label=_("Explain the cause"), reason=True, primary=False
)
DISMISS = Transition(
    "dismiss",
    {*_UNANSWERED, SignalStatus.IN_CAPA},  # a CAPA may find that there was nothing
    SignalStatus.FALSE_ALARM,
    label=_("False alarm"),
    reason=True,
    primary=False,
    tone="warning",
)
TAKE_UP = Transition("take-up", _UNANSWERED, SignalStatus.IN_CAPA, label=_("Answered by a CAPA"), automatic=True)
END = Transition(
    "end", {*_UNANSWERED, SignalStatus.IN_CAPA}, SignalStatus.RECOVERED, label=_("Recovered"), automatic=True
)
SUPERSEDE = Transition(
    "supersede", _UNANSWERED, SignalStatus.EXPLAINED, label=_("The data were corrected"), automatic=True
)
SIGNAL = Machine(
    SignalStatus,
    initial=SignalStatus.NEW,
    transitions=(ACKNOWLEDGE, EXPLAIN, DISMISS, TAKE_UP, END, SUPERSEDE),
    final={SignalStatus.EXPLAINED, SignalStatus.FALSE_ALARM, SignalStatus.RECOVERED},
    tones={
        SignalStatus.NEW: "danger",
        SignalStatus.ACKNOWLEDGED: "warning",
        SignalStatus.IN_CAPA: "info",
        SignalStatus.RECOVERED: "success",
    },
)


class Alarm(models.TextChoices):
    """What a signal says. Only AMBER and RED are about a gain that slips; RED alone asks for a CAPA."""

    AMBER = "amber", _("Amber: looks like slipping")
    RED = "red", _("Red: slipping")
    BETTER = "better", _("Better than achieved: new standard?")
    SPIKE = "spike", _("Spike: one wild value")
    SILENT = "silent", _("Silent: no values")
    STUCK = "stuck", _("Stuck: the same value again and again")
    HUGGING = "hugging", _("Too quiet to be true")


class Better(models.TextChoices):
    """Which way is better."""

    LOWER = "lower", _("lower is better")
    HIGHER = "higher", _("higher is better")
    TARGET = "target", _("on target is best")


class Every(models.TextChoices):
    """How often a metric is reported."""

    DAY = "day", _("every day")
    WORKDAY = "workday", _("every working day")
    WEEK = "week", _("every week")
    MONTH = "month", _("every month")
    QUARTER = "quarter", _("every quarter")


class Family(models.TextChoices):
    """How the values are distributed (the family of the detector)."""

    NORMAL = "normal", _("measured values")
    LOG = "log", _("skewed positive values")
    POISSON = "poisson", _("number of events per exposure")
    BINOMIAL = "binomial", _("defectives out of parts checked")
    BETWEEN = "between", _("time between rare events")


COUNTS = (Family.POISSON, Family.BINOMIAL)
POSITIVE = (Family.LOG, Family.BETWEEN)  # whose values are above zero


class ChartKind(models.TextChoices):
    INDIVIDUALS = "individuals", _("Individuals (I-MR)")
    XBAR_R = "xbar-r", _("Subgroup means and ranges (X̄-R)")
    XBAR_S = "xbar-s", _("Subgroup means and deviations (X̄-S)")
    P = "p", _("Share defective (p)")
    U = "u", _("Defects per unit (u)")
    C = "c", _("Number of defects (c)")


class FormulaKind(models.TextChoices):
    """How a derived metric is made of others."""

    RATIO = "ratio", _("Ratio: the first divided by the second")
    SUM = "sum", _("Sum, each with its weight")
    DIFFERENCE = "difference", _("Difference: the first less the second")
    PRODUCT = "product", _("Product")
    ROLLING = "rolling", _("Rolling: one over several periods")
    EXPRESSION = "expression", _("Expression in the names of the inputs")


class Take(models.TextChoices):
    """What of an input goes into a period of a derived metric."""

    SUM = "sum", _("sum of its values")
    MEAN = "mean", _("mean (of a count: the rate)")
    LAST = "last", _("newest value")
    SIZE = "size", _("sum of “out of” (n)")


class GaugeStatus(models.TextChoices):
    NEW = "new", _("Not calibrated yet")
    IN_USE = "in-use", _("In use")
    OVERDUE = "overdue", _("Calibration overdue")
    QUARANTINED = "quarantined", _("In quarantine")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_AT_HAND = {GaugeStatus.NEW, GaugeStatus.IN_USE, GaugeStatus.OVERDUE, GaugeStatus.QUARANTINED}

CALIBRATE = Transition("calibrate", _AT_HAND, GaugeStatus.IN_USE, label=_("Record a calibration"))
FAIL = Transition("fail", _AT_HAND, GaugeStatus.QUARANTINED, label=_("Failed its calibration"), automatic=True)
LAPSE = Transition("lapse", {GaugeStatus.IN_USE}, GaugeStatus.OVERDUE, label=_("Calibration overdue"), automatic=True)
QUARANTINE = Transition(
    "quarantine",
    {GaugeStatus.IN_USE, GaugeStatus.OVERDUE},
    GaugeStatus.QUARANTINED,
    label=_("Put into quarantine"),
    reason=True,
    primary=False,
    tone="warning",
)
RETURN = Transition(
    "return-to-use",
    {GaugeStatus.QUARANTINED},
    GaugeStatus.IN_USE,
    label=_("Return to use"),
    reason=True,
    primary=False,
)
WITHDRAW = Transition(
    "withdraw", _AT_HAND, GaugeStatus.WITHDRAWN, label=_("Withdraw"), reason=True, primary=False, tone="danger"
)
GAUGE = Machine(
    GaugeStatus,
    initial=GaugeStatus.NEW,
    transitions=(CALIBRATE, FAIL, LAPSE, QUARANTINE, RETURN, WITHDRAW),
    final={GaugeStatus.WITHDRAWN},
    editable=_AT_HAND,
    tones={
        GaugeStatus.NEW: "warning",
        GaugeStatus.IN_USE: "success",
        GaugeStatus.OVERDUE: "danger",
        GaugeStatus.QUARANTINED: "danger",
    },
)


class ObjectiveStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PURSUED = "pursued", _("Pursued")
    REACHED = "reached", _("Reached")
    MISSED = "missed", _("Missed")
    DROPPED = "dropped", _("Dropped")


AGREE = Transition("agree", {ObjectiveStatus.DRAFT}, ObjectiveStatus.PURSUED, label=_("Agree on it"))
REACH = Transition("reach", {ObjectiveStatus.PURSUED}, ObjectiveStatus.REACHED, label=_("Reached"), reason=True)
MISS = Transition(
    "miss",
    {ObjectiveStatus.PURSUED},
    ObjectiveStatus.MISSED,
    label=_("Missed"),
    reason=True,
    primary=False,
    tone="warning",
)
DROP = Transition(
    "drop",
    {ObjectiveStatus.DRAFT, ObjectiveStatus.PURSUED},
    ObjectiveStatus.DROPPED,
    label=_("Drop"),
    reason=True,
    primary=False,
    tone="danger",
)
OBJECTIVE = Machine(
    ObjectiveStatus,
    initial=ObjectiveStatus.DRAFT,
    transitions=(AGREE, REACH, MISS, DROP),
    final={ObjectiveStatus.REACHED, ObjectiveStatus.MISSED, ObjectiveStatus.DROPPED},
    tones={
        ObjectiveStatus.PURSUED: "info",
        ObjectiveStatus.REACHED: "success",
        ObjectiveStatus.MISSED: "danger",
    },
)


class PlanPhase(models.TextChoices):
    """Of what a control plan is for (AIAG)."""

    PROTOTYPE = "prototype", _("Prototype")
    PRE_LAUNCH = "pre-launch", _("Pre-launch")
    SAFE_LAUNCH = "safe-launch", _("Safe launch")
    PRODUCTION = "production", _("Production")


class About(models.TextChoices):
    """Whether a characteristic is one of the product or of the process."""

    PRODUCT = "product", _("product")
    PROCESS = "process", _("process")


class ControlMethod(models.TextChoices):
    CHART = "chart", _("control chart")
    POKA_YOKE = "poka-yoke", _("poka-yoke")
    CHECK = "check", _("check")
    AUTOMATIC = "automatic", _("automatic control")
    SETUP = "setup", _("set-up approval")


class AssignableCause(models.TextChoices):
    """Where the cause of a signal lay (the 6 M)."""

    MACHINE = "machine", _("machine")
    METHOD = "method", _("method")
    MATERIAL = "material", _("material")
    PEOPLE = "people", _("people")
    MEASUREMENT = "measurement", _("measurement")
    MILIEU = "milieu", _("environment")
    OTHER = "other", _("other")
