"""Control plans: what is controlled, how, and what to do when it is off (8.5.1)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from metrics.models.measuring import Metric
from people.models import JobRole
from records.models import Line


class ControlPlanRow(Line):
    """One row of a control plan: what is controlled, how, and what to do when it is off (C8, IATF 8.5.1.1).

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

    def content(self) -> dict[str, Any]:
        """What the row says, without where it is kept."""
        return {"key": self.key, "position": self.position, **{name: getattr(self, name) for name in self.FIELDS}}
