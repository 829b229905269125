"""Files of values that somebody brings, and how files of a kind are read."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from metrics.models.measuring import Batch
from people.models import Site
from records.models import Line


def values_path(kept: "ValueImport", filename: str) -> str:
    """Under a name of ours: no name of a user is a path."""
    return f"imports/{kept.uuid}/values"


class ImportLayout(Line):
    """How files of a kind are read, kept by a name: which heading holds what, dates, decimal sign, time zone."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    layout: Any = models.JSONField(default=dict)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(_("kept"))

    history = History()

    class Meta:
        ordering = ("name",)
        verbose_name = _("layout of files of values")
        verbose_name_plural = _("layouts of files of values")
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="one_import_layout_a_name")]

    def __str__(self) -> str:
        return self.name


class ValueImport(Line):
    """A file of values: looked at first, then taken in as one batch. What was wrong in it is kept, if it was left out.

    `faults` are the first of them, as [row, heading, why]; the batch says how many there were.
    """

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("uploaded"))
    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(upload_to=values_path)
    layout: Any = models.JSONField(default=dict)
    done_at = models.DateTimeField(_("imported"), null=True, editable=False)
    batch = models.ForeignKey(Batch, null=True, editable=False, on_delete=models.PROTECT, related_name="imports")
    faults: Any = models.JSONField(default=list, editable=False)

    history = History()

    class Meta:
        ordering = ("-made_at", "-id")
        verbose_name = _("import of values")
        verbose_name_plural = _("imports of values")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, batch__isnull=True) | Q(done_at__isnull=False, batch__isnull=False),
                name="value_import_done_with_its_batch",
            ),
        ]

    def __str__(self) -> str:
        return self.name
