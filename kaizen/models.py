from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from kaizen import states
from records.models import Line, LivingLine, Record
from records.states import Meaning

DIGITS: Any = {"max_digits": 24, "decimal_places": 9}


class Idea(Record):
    """What somebody thinks could be better."""

    kind_code = "IDEA"
    plural = "ideas"
    machine = states.IDEA
    open_to_operators = True

    description = models.TextField(_("idea"))
    benefit = models.TextField(_("what it would bring"), blank=True)
    answer = models.TextField(_("answer"), blank=True)

    history = History()

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")

    def searchable(self) -> str:
        return f"{self.description} {self.benefit}"


class KaizenEvent(Record):
    """A team improves a process in a few days. Its owner leads it."""

    kind_code = "KAI"
    plural = "kaizen-events"
    machine = states.EVENT
    unsigned_fields = frozenset({"reported_at", "sustaining_since"})
    unsigned_by = {Meaning.APPROVED: frozenset({"results", "expected", "happened", "next_time"})}  # a charter is a plan

    problem = models.TextField(_("problem"))
    scope_in = models.TextField(_("in scope"), blank=True)
    scope_out = models.TextField(_("out of scope"), blank=True)
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("sponsor"), on_delete=models.PROTECT, related_name="+"
    )
    line_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("line manager who implements"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"))
    safety_note = models.TextField(_("safety and quality to guard"), blank=True)
    expected_benefit = models.TextField(_("expected benefit"), blank=True)
    results = models.TextField(_("what was changed"), blank=True)
    expected = models.TextField(_("what we expected"), blank=True)
    happened = models.TextField(_("what happened, and why"), blank=True)
    next_time = models.TextField(_("what we do next time"), blank=True)
    reported_at = models.DateTimeField(_("reported"), null=True, editable=False)
    sustaining_since = models.DateField(_("sustaining since"), null=True, editable=False)

    history = History()

    class Meta:
        verbose_name = _("kaizen event")
        verbose_name_plural = _("kaizen events")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="event_dates_in_order"),
        ]

    def signed_content(self) -> dict[str, Any]:
        return {
            "goals": [goal.content() for goal in self.goals.all()],
            "team": sorted([str(member.person_id), member.part] for member in self.members.all()),
        }

    def searchable(self) -> str:
        return f"{self.problem} {self.results}"


class Member(Line):
    """Somebody in the team of an event."""

    event = models.ForeignKey(KaizenEvent, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    part = models.CharField(_("part"), max_length=12, choices=states.Part.choices, default=states.Part.MEMBER)

    history = History()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="one_part_a_person")]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_part_display()})"


class Goal(Line):
    """Which metric an event will move, from which baseline to where."""

    event = models.ForeignKey(KaizenEvent, on_delete=models.PROTECT, related_name="goals")
    metric = models.ForeignKey(
        "metrics.Metric", verbose_name=_("metric"), on_delete=models.PROTECT, related_name="goals"
    )
    baseline_start = models.DateField(_("baseline from"))
    baseline_end = models.DateField(_("baseline to"))
    target = models.DecimalField(_("target"), **DIGITS)
    after_start = models.DateField(_("improved since"), null=True, blank=True)
    achieved = models.CharField(_("what was achieved"), max_length=300, blank=True)

    history = History()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["event", "metric"], name="one_goal_a_metric"),
            models.CheckConstraint(condition=Q(baseline_end__gt=F("baseline_start")), name="baseline_in_order"),
            models.CheckConstraint(
                condition=Q(after_start__isnull=True) | Q(after_start__gt=F("baseline_end")), name="after_the_baseline"
            ),
        ]

    def __str__(self) -> str:
        return str(self.metric)

    def content(self) -> list[str]:
        """What the charter promises about the metric."""
        return [str(self.metric_id), str(self.baseline_start), str(self.baseline_end), f"{self.target.normalize():f}"]


class Gain(Record):
    """This metric of this process went from here to there because of this event, and five locks keep it there."""

    kind_code = "GAIN"
    plural = "gains"
    machine = states.GAIN

    event = models.ForeignKey(KaizenEvent, verbose_name=_("event"), on_delete=models.PROTECT, related_name="gains")
    metric = models.ForeignKey(
        "metrics.Metric", verbose_name=_("metric"), on_delete=models.PROTECT, related_name="gains"
    )
    target = models.DecimalField(_("target"), null=True, **DIGITS)
    since = models.DateField(_("since"))
    review_due = models.DateField(_("before management review by"), null=True)
    reviewed_on = models.DateField(_("last reviewed"), null=True, editable=False)
    benefit_a_year = models.DecimalField(_("benefit a year"), max_digits=14, decimal_places=2, null=True, blank=True)

    history = History()

    class Meta:
        verbose_name = _("gain")
        verbose_name_plural = _("gains")
        constraints = [models.UniqueConstraint(fields=["event", "metric"], name="one_gain_a_metric_and_event")]


class GainStandard(Line):
    """A standard that a gain rests on, at the revision that carries it."""

    gain = models.ForeignKey(Gain, on_delete=models.PROTECT, related_name="standards")
    revision = models.ForeignKey("documents.Revision", on_delete=models.PROTECT, related_name="gains_carried")

    history = History()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["gain", "revision"], name="one_standard_a_gain")]

    def __str__(self) -> str:
        return str(self.revision)


class Waiver(Line):
    """A lock that a gain does without: why, and who signed for it."""

    gain = models.ForeignKey(Gain, on_delete=models.PROTECT, related_name="waivers")
    lock = models.CharField(_("lock"), max_length=12, choices=states.LockName.choices)
    reason = models.TextField(_("reason"))
    signature = models.ForeignKey("records.Signature", on_delete=models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["gain", "lock"], name="one_waiver_a_lock"),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_a_reason"),
            models.CheckConstraint(condition=Q(lock__in=states.LockName.values), name="known_lock"),
        ]

    def __str__(self) -> str:
        return f"{self.get_lock_display()}: {self.reason}"


class SustainmentCheck(LivingLine):
    """After 30, 60, 90, 180 and 365 days: is the gain still there, and is the standard still followed?"""

    machine = states.CHECK

    gain = models.ForeignKey(Gain, on_delete=models.PROTECT, related_name="checks")
    day = models.PositiveSmallIntegerField(_("day"))
    due = models.DateField(_("due"))
    status = models.CharField(_("status"), max_length=24, default=states.CHECK.initial, editable=False)
    audit = models.ForeignKey(
        "audits.Audit", verbose_name=_("audit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    result = models.CharField(_("result"), max_length=12, choices=states.CheckResult.choices, blank=True)
    note = models.TextField(_("what was seen"), blank=True)
    facts = models.JSONField(_("what the records say"), default=dict, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    history = History()

    class Meta:
        ordering = ("due", "id")
        constraints = [
            models.UniqueConstraint(fields=["gain", "day"], name="one_check_a_day"),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True)
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="check_answered_by_whom_and_when",
            ),
            models.CheckConstraint(condition=Q(status__in=states.CHECK.states.values), name="known_check_status"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(result=""), name="answered_check_has_a_result"
            ),
        ]
        indexes = [models.Index(fields=["status", "due"], name="sustainment_due")]

    def __str__(self) -> str:
        return f"{self.gain_id}: {self.day}"

    def get_absolute_url(self) -> str:
        return f"/sustainment-checks/{self.uuid}/"
