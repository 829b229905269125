from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models.revisions import Revision
from documents.rich_text import picture_url
from records.models import Line


class Step(Line):
    """One step of standard work. Its `key` survives revisions, so that a change to it can be named."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="steps")
    key = models.CharField(max_length=32)
    position = models.PositiveSmallIntegerField(_("no."))
    what = models.CharField(_("what"), max_length=300)
    key_point = models.CharField(_("key point"), max_length=300, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    manual_seconds = models.DecimalField(
        _("manual, s"), max_digits=8, decimal_places=1, default=0, validators=[MinValueValidator(0)]
    )
    machine_seconds = models.DecimalField(
        _("automatic, s"), max_digits=8, decimal_places=1, default=0, validators=[MinValueValidator(0)]
    )
    walk_seconds = models.DecimalField(
        _("walk, s"), max_digits=8, decimal_places=1, default=0, validators=[MinValueValidator(0)]
    )
    worker = models.PositiveSmallIntegerField(_("worker"), default=1, db_default=1, validators=[MinValueValidator(1)])
    tools = models.CharField(_("tools"), max_length=300, blank=True, default="", db_default="")
    ppe = models.CharField(_("protective equipment"), max_length=300, blank=True, default="", db_default="")
    photo = models.CharField(  # the digest of a picture among the revision's files
        _("photo"), max_length=64, blank=True, default="", db_default=""
    )
    is_safety = models.BooleanField(_("safety"), default=False)
    is_quality = models.BooleanField(_("quality"), default=False)

    controlled = True

    class Meta:
        ordering = ("position",)
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(fields=["revision", "key"], name="one_step_a_key"),
            models.UniqueConstraint(
                fields=["revision", "position"], name="one_step_a_position", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(manual_seconds__gte=0, machine_seconds__gte=0, walk_seconds__gte=0),
                name="step_takes_no_negative_time",
            ),
            models.CheckConstraint(condition=Q(worker__gte=1), name="step_has_a_worker"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.what}"

    FIELDS = (
        "what",
        "key_point",
        "reason",
        "manual_seconds",
        "machine_seconds",
        "walk_seconds",
        "worker",
        "tools",
        "ppe",
        "photo",
        "is_safety",
        "is_quality",
    )

    @property
    def photo_url(self) -> str:
        """Where its photo is shown; empty without one."""
        return picture_url(self.photo) if self.photo else ""

    def content(self) -> dict[str, Any]:
        """What the step says, without where it is kept."""
        return {"key": self.key, "position": self.position, **{name: getattr(self, name) for name in self.FIELDS}}
