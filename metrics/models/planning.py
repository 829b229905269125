"""Control plans: what is controlled, how, and what to do when it is off (8.5.1); what could fail (FMEA)."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from metrics.fmea import HIGHEST, LOWEST, Score
from metrics.models.gauges import Gauge
from metrics.models.measuring import Metric
from metrics.states import About, ControlMethod, PlanPhase
from people.models import JobRole
from records.models import Line, Record

EMPTY: dict[str, Any] = {"blank": True, "default": "", "db_default": ""}
SCORED: dict[str, Any] = {"validators": [MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)]}


class ControlPlan(Line):
    """The head of a control plan. A revision without its own has that of the one before."""

    revision = models.OneToOneField("documents.Revision", on_delete=models.PROTECT, related_name="control_plan")
    phase = models.CharField(_("phase"), max_length=12, choices=PlanPhase.choices, default=PlanPhase.PRODUCTION)
    part = models.CharField(_("part or product"), max_length=160, blank=True)
    part_number = models.CharField(_("part number"), max_length=60, blank=True)
    customer = models.CharField(_("customer"), max_length=120, blank=True)
    team = models.TextField(_("team"), max_length=1000, blank=True)
    begun_on = models.DateField(_("first issued"), null=True)

    FIELDS = ("phase", "part", "part_number", "customer", "team", "begun_on")

    history = History()

    class Meta:
        verbose_name = _("head of a control plan")
        verbose_name_plural = _("heads of control plans")

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.get_phase_display()}"

    def content(self) -> dict[str, Any]:
        """What it says; nothing when nobody has written it yet."""
        said = {name: getattr(self, name) for name in self.FIELDS if getattr(self, name)}
        return {} if said == {"phase": PlanPhase.PRODUCTION} else said


class ControlPlanRow(Line):
    """One row of a control plan: what is controlled, how, and what to do when it is off (8.5.1; IATF 16949, 8.5.1.1).

    Rows belong to a revision of a control plan; a revision without its own keeps those of the one before.
    `key` survives revisions, and so does `step_key`, the step of standard work that the row controls.
    """

    revision = models.ForeignKey("documents.Revision", on_delete=models.PROTECT, related_name="control_plan_rows")
    key = models.CharField(max_length=32)
    position = models.PositiveSmallIntegerField(_("no."))
    operation = models.CharField(_("operation"), max_length=120, blank=True)
    standard = models.ForeignKey(
        "documents.Document", verbose_name=_("standard"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    step_key = models.CharField(_("step"), max_length=32, blank=True)
    characteristic = models.CharField(_("characteristic"), max_length=160)
    special = models.CharField(_("class"), max_length=10, blank=True)
    specification = models.CharField(_("specification"), max_length=160, blank=True)
    gauge = models.CharField(_("gauge"), max_length=160, blank=True)
    sample_size = models.CharField(_("sample"), max_length=40, blank=True)
    frequency = models.CharField(_("frequency"), max_length=60, blank=True)
    method = models.CharField(_("control method"), max_length=160, blank=True)
    reaction_plan = models.TextField(_("reaction plan"))
    reaction_role = models.ForeignKey(
        JobRole, verbose_name=_("who reacts"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    metric = models.ForeignKey(
        Metric, verbose_name=_("metric"), null=True, on_delete=models.PROTECT, related_name="control_plan_rows"
    )
    process_no = models.CharField(_("process no."), max_length=20, **EMPTY)
    equipment = models.CharField(_("machine or tool"), max_length=120, **EMPTY)
    characteristic_no = models.CharField(_("characteristic no."), max_length=20, **EMPTY)
    about = models.CharField(_("characteristic of"), max_length=8, choices=About.choices, **EMPTY)
    control = models.CharField(_("sort of control"), max_length=12, choices=ControlMethod.choices, **EMPTY)
    instrument = models.ForeignKey(
        Gauge,
        verbose_name=_("gauge of the register"),
        null=True,
        on_delete=models.PROTECT,
        related_name="control_plan_rows",
    )
    reaction_document = models.ForeignKey(
        "documents.Document",
        verbose_name=_("document of the reaction"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    history = History()

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("control plan row")
        verbose_name_plural = _("control plan rows")
        constraints = [models.UniqueConstraint(fields=["revision", "key"], name="one_control_plan_row_a_key")]

    def __str__(self) -> str:
        return f"{self.position}. {self.characteristic}"

    FIELDS = (
        "operation", "standard_id", "step_key", "characteristic", "special", "specification", "gauge",
        "sample_size", "frequency", "method", "reaction_plan", "reaction_role_id", "metric_id",
    )  # fmt: skip
    LATER = (
        "process_no",
        "equipment",
        "characteristic_no",
        "about",
        "control",
        "instrument_id",
        "reaction_document_id",
    )

    def content(self) -> dict[str, Any]:
        """What the row says, without where it is kept. What came later is told where it says something.

        Otherwise plans that were signed before it came would read as changed.
        """
        later = {name: getattr(self, name) for name in self.LATER if getattr(self, name)}
        said = {name: getattr(self, name) for name in self.FIELDS}
        return {"key": self.key, "position": self.position, **said, **later}


class FailureMode(Line):
    """A way in which a step can fail, how bad, how often and how well caught (6.1.2, FMEA). Carried like the rows."""

    revision = models.ForeignKey("documents.Revision", on_delete=models.PROTECT, related_name="failure_modes")
    key = models.CharField(max_length=32)
    position = models.PositiveSmallIntegerField(_("no."))
    operation = models.CharField(_("operation"), max_length=120, blank=True)
    standard = models.ForeignKey(
        "documents.Document", verbose_name=_("standard"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    step_key = models.CharField(_("step"), max_length=32, blank=True)
    mode = models.CharField(_("failure mode"), max_length=200)
    effect = models.CharField(_("effect"), max_length=200)
    severity = models.PositiveSmallIntegerField(_("severity"), **SCORED)
    cause = models.CharField(_("cause"), max_length=200)
    occurrence = models.PositiveSmallIntegerField(_("occurrence"), **SCORED)
    control = models.CharField(_("control today"), max_length=200, blank=True)
    detection = models.PositiveSmallIntegerField(_("detection"), **SCORED)
    row_key = models.CharField(_("row of the control plan"), max_length=32, blank=True)
    action = models.CharField(_("action"), max_length=300, blank=True)
    answer = models.ForeignKey(
        Record, verbose_name=_("answered by"), null=True, on_delete=models.PROTECT, related_name="failures_answered"
    )
    severity_after = models.PositiveSmallIntegerField(_("severity after"), null=True, **SCORED)
    occurrence_after = models.PositiveSmallIntegerField(_("occurrence after"), null=True, **SCORED)
    detection_after = models.PositiveSmallIntegerField(_("detection after"), null=True, **SCORED)
    evidence = models.TextField(_("evidence"), max_length=2000, blank=True)
    scored_again_on = models.DateField(_("scored again"), null=True)

    FIELDS = (
        "operation", "standard_id", "step_key", "mode", "effect", "severity", "cause", "occurrence", "control",
        "detection", "row_key", "action", "answer_id", "severity_after", "occurrence_after", "detection_after",
        "evidence", "scored_again_on",
    )  # fmt: skip
    SCORES = ("severity", "occurrence", "detection")

    history = History()

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("failure mode")
        verbose_name_plural = _("failure modes")
        constraints = [
            models.UniqueConstraint(fields=["revision", "key"], name="one_failure_mode_a_key"),
            models.CheckConstraint(
                condition=Q(
                    severity__range=(LOWEST, HIGHEST),
                    occurrence__range=(LOWEST, HIGHEST),
                    detection__range=(LOWEST, HIGHEST),
                ),
                name="failure_mode_scores_bounded",
            ),
            models.CheckConstraint(
                condition=Q(
                    severity_after__isnull=True,
                    occurrence_after__isnull=True,
                    detection_after__isnull=True,
                    scored_again_on__isnull=True,
                )
                | (
                    Q(
                        severity_after__range=(LOWEST, HIGHEST),
                        occurrence_after__range=(LOWEST, HIGHEST),
                        detection_after__range=(LOWEST, HIGHEST),
                        scored_again_on__isnull=False,
                    )
                    & ~Q(evidence="")
                ),
                name="failure_mode_scored_again_with_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.mode}"

    @property
    def score(self) -> Score:
        return Score(self.severity, self.occurrence, self.detection)

    @property
    def score_after(self) -> Score | None:
        if self.severity_after is None or self.occurrence_after is None or self.detection_after is None:
            return None
        return Score(self.severity_after, self.occurrence_after, self.detection_after)

    @property
    def asks_for_action(self) -> bool:
        """Whether the risk as it is now, after what was done, still asks for an action."""
        return (self.score_after or self.score).asks_for_action

    @property
    def is_unanswered(self) -> bool:
        """It asks for an action, and nothing is planned."""
        return self.asks_for_action and not self.action and self.answer_id is None

    def content(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in self.FIELDS if getattr(self, name) not in (None, "")}
        return {"key": self.key, "position": self.position, **said}
