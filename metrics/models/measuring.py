"""Measuring that can be believed (ISO 9001, 9.1): metrics, their values, their watches and signals."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from metrics import states
from people.models import Site, Station
from records.models import Line, LivingLine, Record

DIGITS: dict[str, Any] = {"max_digits": 24, "decimal_places": 9}
POINTS: dict[str, Any] = {"on_delete": models.PROTECT, "db_constraint": False, "db_index": False}


class Metric(Record):
    """A number that a process is judged by, reported once in each period."""

    kind_code = "MET"
    plural = "metrics"
    machine = states.METRIC
    numbered_by_year = False

    unit = models.CharField(_("unit"), max_length=20, blank=True)
    direction = models.CharField(_("better is"), max_length=8, choices=states.Better.choices)
    target = models.DecimalField(_("target"), null=True, blank=True, **DIGITS)
    cadence = models.CharField(_("reported"), max_length=8, choices=states.Every.choices, default=states.Every.WEEK)
    decimals = models.PositiveSmallIntegerField(_("decimals shown"), default=2, validators=[MaxValueValidator(9)])
    family = models.CharField(
        _("kind of values"), max_length=10, choices=states.Family.choices, default=states.Family.NORMAL
    )
    subgroup_size = models.PositiveSmallIntegerField(
        _("values in a subgroup"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    chart = models.CharField(
        _("chart"), max_length=12, choices=states.ChartKind.choices, default=states.ChartKind.INDIVIDUALS
    )
    season = models.PositiveSmallIntegerField(
        _("pattern repeats after"), default=0, db_default=0, validators=[MaxValueValidator(366)]
    )
    unit_value = models.DecimalField(_("cost of one unit for one period"), default=Decimal(0), **DIGITS)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    gauge = models.ForeignKey(
        "metrics.Gauge", verbose_name=_("gauge"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="metrics",
    )  # fmt: skip
    spec_lower = models.DecimalField(_("lower specification limit"), null=True, blank=True, **DIGITS)
    spec_upper = models.DecimalField(_("upper specification limit"), null=True, blank=True, **DIGITS)
    measure = models.SlugField(_("compared as"), max_length=60, blank=True, db_default="")
    station = models.ForeignKey(
        Station, verbose_name=_("line or station"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    shift = models.CharField(_("shift"), max_length=20, blank=True, db_default="")
    is_derived = models.BooleanField(_("derived from other metrics"), default=False, db_default=False, editable=False)

    told = ("gauge_trouble",)
    history = History()

    class Meta:
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        constraints = [
            models.CheckConstraint(condition=Q(subgroup_size__gte=1), name="metric_subgroup_of_one_or_more"),
            models.CheckConstraint(condition=Q(season__lte=366), name="metric_season_bounded"),
            models.CheckConstraint(
                condition=Q(is_derived=False) | Q(subgroup_size=1), name="metric_derived_without_subgroups"
            ),
            models.CheckConstraint(condition=Q(unit_value__gte=0), name="metric_cost_not_negative"),
            models.CheckConstraint(
                condition=Q(subgroup_size__lte=100, decimals__lte=9), name="metric_subgroup_and_decimals_bounded"
            ),
            models.CheckConstraint(
                condition=~Q(direction=states.Better.TARGET) | Q(target__isnull=False), name="metric_on_target_has_one"
            ),
            models.CheckConstraint(
                condition=Q(spec_lower__isnull=True) | Q(spec_upper__isnull=True) | Q(spec_lower__lt=F("spec_upper")),
                name="metric_specification_in_order",
            ),
        ]

    @property
    def higher_is_worse(self) -> bool:
        return self.direction == states.Better.LOWER

    @property
    def gauge_trouble(self) -> str:
        """Why its values may be wrong: a sentence about its gauge, or nothing."""
        return self.gauge.trouble if self.gauge else ""


class Source(models.Model):
    """Where values come from: an account of another system that pushes them, people's hands, or a formula.

    Values of a derived metric come from the source that `computes`, and no others do; the database sees to both.
    """

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=120)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="metric_sources",
    )
    is_active = models.BooleanField(_("active"), default=True)
    computes = models.BooleanField(_("works out derived metrics"), default=False, db_default=False, editable=False)

    history = History()

    class Meta:
        ordering = ("code",)
        verbose_name = _("source of values")
        verbose_name_plural = _("sources of values")
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="one_source_a_code"),
            models.CheckConstraint(
                condition=Q(computes=False) | Q(account__isnull=True), name="computing_source_has_no_account"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Batch(Line):
    """What came in one go, with the digest of its body. Append-only."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="batches")
    received_at = models.DateTimeField(_("received"))
    received_from = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    stored = models.PositiveIntegerField(_("stored"))
    duplicates = models.PositiveIntegerField(_("known already"))
    refused = models.PositiveIntegerField(_("refused"))

    append_only = True

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d %H:%M} ({self.stored})"


class Incoming(models.Model):
    """Rows of a batch that are compared with what is known, before they become measurements; gone when it is stored."""

    uuid = models.UUIDField()
    recorded_at = models.DateTimeField()
    source_id = models.BigIntegerField()
    batch_id = models.BigIntegerField()
    metric_id = models.BigIntegerField()
    value = models.DecimalField(**DIGITS)
    n = models.DecimalField(**DIGITS)
    subgroup = ArrayField(models.DecimalField(**DIGITS), null=True)
    observed_at = models.DateTimeField()
    late = models.BooleanField()
    source_event_id = models.CharField(max_length=120)
    note = models.CharField(max_length=300)

    bookkeeping = "on its way to the measurements"

    def __str__(self) -> str:
        return str(self.uuid)


class BatchPart(models.Model):
    """How many rows of a batch one statement wrote. Written by the database; it holds rows to a batch that exists."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="parts")
    rows = models.PositiveIntegerField()

    bookkeeping = "the batch itself says what was stored"

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.rows}"


class Measurement(Line):
    """One value, or one subgroup of values. Append-only: a correction is a new row that points at the old one.

    `value` is the measured value, the mean of the subgroup, or a count; `n` how many values, parts or how much
    exposure stand behind it. A correction without a value strikes the old one out. They come by the hundred thousand:
    that what they point at exists is looked up once for a statement, not for each row (migration 0004), and as each
    index is a good part of the cost, the uuid is their only key.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    metric = models.ForeignKey(Metric, related_name="measurements", **POINTS)
    value = models.DecimalField(_("value"), null=True, **DIGITS)
    n = models.DecimalField(_("n"), default=Decimal(1), **DIGITS)
    subgroup = ArrayField(models.DecimalField(**DIGITS), verbose_name=_("subgroup"), null=True)
    observed_at = models.DateTimeField(_("observed"))
    recorded_at = models.DateTimeField(_("recorded"))
    late = models.BooleanField(_("late"), default=False)
    source = models.ForeignKey(Source, related_name="measurements", **POINTS)
    source_event_id = models.CharField(max_length=120, blank=True)
    batch = models.ForeignKey(Batch, related_name="measurements", **POINTS)
    corrects = models.ForeignKey("self", verbose_name=_("corrects"), null=True, related_name="corrected_by", **POINTS)
    note = models.CharField(_("note"), max_length=300, blank=True)

    append_only = "batch"

    class Meta:
        ordering = ("observed_at", "recorded_at", "uuid")
        indexes = [
            models.Index(fields=["metric", "observed_at"], name="measurement_by_time"),
            BrinIndex(fields=["batch"], name="measurement_by_batch"),  # batches lie one behind the other
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_event_id"], condition=~Q(source_event_id=""), name="one_measurement_an_event"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(corrects__isnull=False), name="measurement_has_a_value"
            ),
            models.CheckConstraint(condition=Q(n__gte=0), name="measurement_n_not_negative"),
            models.UniqueConstraint(
                fields=["corrects"], condition=Q(corrects__isnull=False), name="measurement_corrected_once"
            ),
            models.CheckConstraint(condition=~Q(corrects=F("uuid")), name="measurement_corrects_another"),
        ]

    def __str__(self) -> str:
        return f"{self.observed_at:%Y-%m-%d}: {self.value}"


class Phase(Line):
    """A stretch of a metric with limits that were computed once and are frozen."""

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="phases")
    name = models.CharField(_("phase"), max_length=60)
    start = models.DateField(_("from"))
    end = models.DateField(_("to"), null=True, blank=True)
    centre = models.FloatField(_("mean"))
    lower = models.FloatField(_("lower limit"), null=True)
    upper = models.FloatField(_("upper limit"), null=True)
    sigma = models.FloatField(_("standard deviation"), null=True)
    n = models.PositiveIntegerField(_("periods"))
    frozen_at = models.DateTimeField(_("frozen"))

    history = History()

    class Meta:
        ordering = ("start", "id")
        constraints = [
            models.UniqueConstraint(fields=["metric", "name", "start"], name="one_phase"),
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="phase_in_order"),
        ]

    def __str__(self) -> str:
        return self.name


class Watch(LivingLine):
    """A detector that protects what a record claims for a metric. Starts unproven; silence overlays any status."""

    machine = states.WATCH

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="detectors")
    protects = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="watches")
    status = models.CharField(_("status"), max_length=24, default=states.WATCH.initial, editable=False)
    before_start = models.DateField(_("before, from"))
    before_end = models.DateField(_("before, to"))
    after_start = models.DateField(_("after, from"))
    after_end = models.DateField(_("after, to"), null=True)
    before_mean = models.FloatField(_("mean before"), null=True)
    after_mean = models.FloatField(_("mean after"), null=True)
    sigma = models.FloatField(_("spread after"), null=True)
    loss = models.FloatField(
        _("loss to notice"), default=0.5, validators=[MinValueValidator(0.1), MaxValueValidator(1.0)]
    )
    amber_per_year = models.FloatField(default=0.5)
    red_per_year = models.FloatField(default=0.1)
    why_not = models.CharField(max_length=24, blank=True)
    proven_at = models.DateTimeField(_("proven"), null=True)
    silent_since = models.DateField(_("silent since"), null=True)

    history = History()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["status"], name="watch_by_status")]
        constraints = [
            models.UniqueConstraint(fields=["metric", "protects"], name="one_watch_of_a_metric"),
            models.CheckConstraint(
                condition=Q(before_end__gte=F("before_start"), after_start__gt=F("before_end")),
                name="watch_phases_in_order",
            ),
            models.CheckConstraint(condition=Q(status__in=states.WATCH.states.values), name="known_watch_status"),
            models.CheckConstraint(condition=Q(loss__gte=0.1, loss__lte=1.0), name="watch_loss_is_a_share"),
            models.CheckConstraint(
                condition=Q(after_end__isnull=True) | Q(after_end__gte=F("after_start")), name="watch_after_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric_id} for {self.protects_id}"


class WatchState(models.Model):
    """What the last evaluation found. A cache: it can be computed again from the data at any time."""

    watch = models.OneToOneField(Watch, on_delete=models.PROTECT, related_name="state", primary_key=True)
    evaluated_at = models.DateTimeField(_("evaluated"))
    summary = models.JSONField(default=dict)
    # What the next value needs of all that came before the newest period, and what that period has come to so far.
    memory = models.BinaryField(null=True)
    key = models.CharField(max_length=64, blank=True, db_default="")
    pending_period = models.IntegerField(null=True)
    pending_total = models.FloatField(null=True)
    pending_weight = models.FloatField(null=True)

    bookkeeping = "a cache of what the values say"

    def __str__(self) -> str:
        return f"{self.watch_id} at {self.evaluated_at:%Y-%m-%d %H:%M}"


class Signal(Record):
    """Something a metric says: a gain slips, data are missing or cannot be true."""

    kind_code = "SIG"
    plural = "signals"
    machine = states.SIGNAL

    metric = models.ForeignKey(Metric, verbose_name=_("metric"), on_delete=models.PROTECT, related_name="signals")
    watch = models.ForeignKey(
        Watch, verbose_name=_("watch"), null=True, on_delete=models.PROTECT, related_name="signals"
    )
    alarm = models.CharField(_("signal"), max_length=8, choices=states.Alarm.choices)
    raised_period = models.IntegerField(editable=False)
    decided_period = models.IntegerField(null=True, editable=False)
    onset = models.DateField(_("began about"))
    s = models.FloatField(_("evidence S"), null=True)
    h = models.FloatField(_("threshold h"), null=True)
    loss = models.FloatField(_("share of the gain lost"), null=True)
    facts = models.JSONField(_("evidence"), default=dict)
    explanation = models.TextField(_("explanation"), blank=True)
    cause = models.CharField(
        _("assignable cause"),
        max_length=12,
        choices=states.AssignableCause.choices,
        blank=True,
        default="",
        db_default="",
    )
    concluded_at = models.DateTimeField(_("concluded"), null=True, editable=False)
    superseded = models.BooleanField(default=False, editable=False)

    history = History()

    class Meta:
        verbose_name = _("signal")
        verbose_name_plural = _("signals")
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "watch", "alarm"],
                condition=Q(concluded_at__isnull=True),
                nulls_distinct=False,
                name="one_open_signal",
            ),
        ]

    @property
    def alarm_tone(self) -> str:
        tones = {states.Alarm.RED: "danger", states.Alarm.BETTER: "success"}
        return tones.get(states.Alarm(self.alarm), "warning")

    @property
    def lost_percent(self) -> int | None:
        return None if self.loss is None else round(100 * self.loss)

    def searchable(self) -> str:
        return self.explanation

    def signed_content(self) -> dict[str, Any]:
        return {"evidence": self.facts}
