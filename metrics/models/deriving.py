"""Metrics that are worked out from other metrics: their formulas, one after the other."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from metrics import states
from metrics.formulas import LONGEST, MOST_PERIODS
from metrics.models.measuring import DIGITS, Metric
from records.models import Line


class Formula(Line):
    """How a derived metric is worked out, from when on and why. The one that has not ended is in force."""

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="formulas")
    kind = models.CharField(_("kind of formula"), max_length=12, choices=states.FormulaKind.choices)
    factor = models.DecimalField(_("times"), default=Decimal(1), **DIGITS)
    over = models.PositiveSmallIntegerField(_("over periods"), default=1)
    expression = models.CharField(_("expression"), max_length=LONGEST, blank=True)
    declared_at = models.DateTimeField(_("declared"))
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    ended_at = models.DateTimeField(_("replaced"), null=True)

    history = History()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["metric"], condition=Q(ended_at__isnull=True), name="one_formula_in_force"),
            models.CheckConstraint(condition=Q(over__gte=1, over__lte=MOST_PERIODS), name="formula_periods_bounded"),
            models.CheckConstraint(condition=~Q(factor=0), name="formula_factor_not_zero"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("declared_at")), name="formula_times_in_order"
            ),
            models.CheckConstraint(
                condition=Q(kind=states.FormulaKind.EXPRESSION) ^ Q(expression=""), name="formula_expression_if_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric_id}: {self.kind}"


class FormulaInput(Line):
    """A metric that goes into a formula: under which name, and what of it. Belongs to its formula for ever."""

    formula = models.ForeignKey(Formula, on_delete=models.PROTECT, related_name="inputs")
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="uses")
    name = models.CharField(_("name"), max_length=20)
    take = models.CharField(_("taken"), max_length=8, choices=states.Take.choices, default=states.Take.SUM)
    weight = models.DecimalField(_("weight"), default=Decimal(1), **DIGITS)

    append_only = True

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["formula", "name"], name="one_input_a_name"),
            models.CheckConstraint(condition=~Q(weight=0), name="input_weight_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.metric_id}"


class Underived(models.Model):
    """From when to when values of an input came that a derived metric does not know yet. The database writes one for
    each statement, in the same transaction; deriving takes it away once its periods are over."""

    metric_id = models.BigIntegerField(db_index=True)
    first = models.DateTimeField()
    last = models.DateTimeField()

    bookkeeping = "what is still to be derived"

    def __str__(self) -> str:
        return f"{self.metric_id} from {self.first:%Y-%m-%d}"
