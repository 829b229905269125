"""What is measured with: gauges and their calibrations (7.1.5)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from evidence.context import clock
from evidence.history import History
from metrics import states
from metrics.states import GaugeStatus
from records.models import Attachment, Line, Record

FIT_BELOW, FIT_FOR_SOME = 10, 30  # per cent of the tolerance, gauge R&R (AIAG MSA)


class Gauge(Record):
    """Something that is measured with. Its title is what people call it."""

    kind_code = "GAU"
    plural = "gauges"
    machine = states.GAUGE
    numbered_by_year = False

    sort = models.CharField(_("kind of gauge"), max_length=80)
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    maker = models.CharField(_("maker"), max_length=80, blank=True)
    location = models.CharField(_("place"), max_length=120, blank=True)
    resolution = models.CharField(_("resolution"), max_length=40, blank=True)
    interval_months = models.PositiveSmallIntegerField(
        _("months between calibrations"), default=12, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    calibrated_on = models.DateField(_("last calibrated"), null=True, editable=False)
    due_on = models.DateField(_("calibration due"), null=True, editable=False)
    grr_percent = models.DecimalField(
        _("gauge R&R, % of tolerance"), null=True, max_digits=5, decimal_places=1, validators=[MinValueValidator(0)]
    )
    grr_on = models.DateField(_("gauge R&R studied"), null=True)
    grr_note = models.CharField(_("about the study"), max_length=300, blank=True)

    told = ("is_overdue", "trouble")
    history = History()

    class Meta:
        verbose_name = _("gauge")
        verbose_name_plural = _("gauges")
        indexes = [models.Index(fields=["due_on"], name="gauge_by_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(interval_months__gte=1, interval_months__lte=120), name="gauge_interval_bounded"
            ),
            models.CheckConstraint(
                condition=Q(calibrated_on__isnull=True, due_on__isnull=True)
                | Q(calibrated_on__isnull=False, due_on__isnull=False, due_on__gt=F("calibrated_on")),
                name="gauge_due_after_calibration",
            ),
            models.CheckConstraint(
                condition=Q(grr_percent__isnull=True, grr_on__isnull=True)
                | Q(grr_percent__gte=0, grr_on__isnull=False),
                name="gauge_study_has_a_day",
            ),
        ]

    @property
    def is_overdue(self) -> bool:
        """Past its day, also before the night has told so."""
        lapsed = self.due_on is not None and self.due_on < clock().date()
        return self.status == GaugeStatus.OVERDUE or (self.status == GaugeStatus.IN_USE and lapsed)

    @property
    def trouble(self) -> str:
        """Why what it measures may be wrong, in a sentence; nothing while it is fit for use."""
        told = {"gauge": f"{self.number} {self.title}"}
        if self.is_overdue and self.due_on:
            due = date_format(self.due_on, "DATE_FORMAT")
            return _now("The calibration of gauge %(gauge)s has been due since %(due)s.") % {**told, "due": due}
        words = {
            GaugeStatus.NEW: _now("Gauge %(gauge)s has not been calibrated yet."),
            GaugeStatus.QUARANTINED: _now("Gauge %(gauge)s is in quarantine."),
            GaugeStatus.WITHDRAWN: _now("Gauge %(gauge)s is withdrawn."),
        }
        return words.get(GaugeStatus(self.status), "") % told

    @property
    def grr_label(self) -> str:
        """What the study says of it (AIAG MSA)."""
        if self.grr_percent is None:
            return ""
        if self.grr_percent < FIT_BELOW:
            return _now("fit")
        return _now("fit for some uses") if self.grr_percent <= FIT_FOR_SOME else _now("not fit")

    def searchable(self) -> str:
        return " ".join((self.sort, self.serial, self.maker, self.location))


class Calibration(Line):
    """One calibration, as found and as left. Append-only: a wrong one is followed by a right one."""

    gauge = models.ForeignKey(Gauge, on_delete=models.PROTECT, related_name="calibrations")
    done_on = models.DateField(_("calibrated"))
    done_by = models.CharField(_("by"), max_length=120)
    as_found = models.CharField(_("as found"), max_length=200)
    found_good = models.BooleanField(_("within its limits as found"))
    as_left = models.CharField(_("as left"), max_length=200, blank=True)
    passed = models.BooleanField(_("fit for use"))
    due_on = models.DateField(_("due again"))
    certificate_no = models.CharField(_("certificate"), max_length=60, blank=True)
    certificate = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("note"), max_length=2000, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))

    append_only = True

    class Meta:
        ordering = ("-done_on", "-id")
        indexes = [models.Index(fields=["gauge", "-done_on"], name="calibration_by_day")]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gt=F("done_on")), name="calibration_due_later"),
        ]

    def __str__(self) -> str:
        return f"{self.gauge_id}: {self.done_on:%Y-%m-%d}"
