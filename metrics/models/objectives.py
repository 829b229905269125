"""Quality objectives and the planning to achieve them (6.2)."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evidence.context import clock
from evidence.history import History
from metrics import states
from metrics.models.measuring import DIGITS, Metric
from records.models import Record

RECENT = 3


class Objective(Record):
    """What is to be achieved until when, how, and by which number it is judged. Its owner is responsible."""

    kind_code = "OBJ"
    plural = "objectives"
    machine = states.OBJECTIVE

    metric = models.ForeignKey(
        Metric,
        verbose_name=_("metric"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="objectives",
    )
    baseline = models.DecimalField(_("from"), null=True, blank=True, **DIGITS)
    target = models.DecimalField(_("to"), null=True, blank=True, **DIGITS)
    due = models.DateField(_("until"))
    what = models.TextField(_("what will be done"))
    resources = models.TextField(_("resources"), blank=True)
    evaluation = models.TextField(_("how the result is evaluated"), blank=True)
    conclusion = models.TextField(_("result"), blank=True, editable=False)

    told = ("now", "progress_percent")
    history = History()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            models.CheckConstraint(
                condition=Q(metric__isnull=True)
                | (Q(baseline__isnull=False, target__isnull=False) & ~Q(baseline=F("target"))),
                name="objective_of_a_metric_has_a_way_to_go",
            ),
        ]

    @property
    def now(self) -> Decimal | None:
        """The mean of the newest three values that count; of counts their sum over that of their exposures.

        Read by `selectors.objectives` along with the row: a list asks no question for each of its rows.
        """
        rows: list[dict[str, Any]] = getattr(self, "newest", None) or []
        weight = sum((Decimal(str(row["n"])) for row in rows), Decimal(0))
        if self.metric is None or not weight:
            return None
        is_count = self.metric.family in states.COUNTS
        values = [Decimal(str(row["value"])) for row in rows]
        total = (
            sum(values, Decimal(0))
            if is_count
            else sum((value * Decimal(str(row["n"])) for value, row in zip(values, rows, strict=True)), Decimal(0))
        )
        return total / weight

    @property
    def progress(self) -> Decimal | None:
        """The share of the way from baseline to target: below 0 when it went the wrong way."""
        now = self.now
        if now is None or self.target is None or self.baseline is None:
            return None
        return (now - self.baseline) / (self.target - self.baseline)

    @property
    def progress_percent(self) -> int | None:
        return None if self.progress is None else round(100 * self.progress)

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due < clock().date()

    def searchable(self) -> str:
        return f"{self.what} {self.evaluation}"
