"""Which values count, and what they add up to."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from metrics.models.measuring import Measurement, Metric
from records.models import Line


class Exclusion(Line):
    """A value that counts neither for limits nor for detectors, with the reason. The value itself stays as it is."""

    measurement = models.ForeignKey(Measurement, on_delete=models.PROTECT, related_name="exclusions")
    reason = models.CharField(_("reason"), max_length=300)
    excluded_at = models.DateTimeField(_("excluded"))
    included_at = models.DateTimeField(_("counts again since"), null=True)

    history = History()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["measurement"], condition=Q(included_at__isnull=True), name="one_open_exclusion"
            ),
            models.CheckConstraint(
                condition=Q(included_at__isnull=True) | Q(included_at__gte=F("excluded_at")),
                name="exclusion_times_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class PeriodSum(models.Model):
    """What the values of one period add up to: charts and lists read these, however many values there are.

    `total` is the sum of the counts, or of value times n; divided by `weight` it is the value of the period.
    """

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="sums")
    period = models.IntegerField()
    total = models.FloatField()
    weight = models.FloatField()
    rows = models.PositiveIntegerField()

    bookkeeping = "a cache of what the values say"

    class Meta:
        ordering = ("period",)
        constraints = [models.UniqueConstraint(fields=["metric", "period"], name="one_sum_a_period")]

    def __str__(self) -> str:
        return f"{self.metric_id} in {self.period}"


class Touched(models.Model):
    """From when to when values of a metric came that its sums do not know yet.

    The database writes one for each statement that adds measurements, in the same transaction; summing takes it away.
    """

    metric_id = models.BigIntegerField(db_index=True)
    first = models.DateTimeField()
    last = models.DateTimeField()

    bookkeeping = "what is still to be summed"

    def __str__(self) -> str:
        return f"{self.metric_id} from {self.first:%Y-%m-%d}"


class NewPart(models.Model):
    """Values of a metric that its watches do not know yet. The database writes one for each statement and metric, in
    the same transaction; the next evaluation takes it away. `corrects` when values that are known already changed."""

    metric_id = models.BigIntegerField()
    batch_id = models.BigIntegerField()
    first = models.DateTimeField()
    corrects = models.BooleanField()

    bookkeeping = "what is still to be evaluated"

    def __str__(self) -> str:
        return f"{self.metric_id} in {self.batch_id}"
