"""What verifying the ledger found about records."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.models.record import Record


class IntegrityFault(models.Model):
    """Something that verifying the ledger found. Until somebody has handled it, the record is not signed."""

    check_name = models.CharField(_("check"), max_length=20)
    place = models.CharField(_("place"), max_length=200)
    what = models.CharField(_("what is wrong"), max_length=300)
    record = models.ForeignKey(
        Record, verbose_name=_("record"), null=True, on_delete=models.PROTECT, related_name="integrity_faults"
    )
    found_at = models.DateTimeField(_("found"))
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(_("what was done"), blank=True)

    controlled = True

    class Meta:
        ordering = ("-found_at", "-id")
        verbose_name = _("integrity fault")
        verbose_name_plural = _("integrity faults")
        constraints = [
            models.UniqueConstraint(
                fields=["check_name", "place"], condition=Q(handled_at__isnull=True), name="one_open_fault_a_place"
            ),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="fault_handled_by_whom_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_name}: {self.place}"
