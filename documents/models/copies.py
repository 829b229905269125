import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents import states
from documents.models.revisions import Revision
from evidence.history import History
from records.models import LivingLine


class Distribution(LivingLine):
    """A printed copy of a revision: where it hangs, who answers for it, and whether it came back."""

    machine = states.DISTRIBUTION

    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="printed_copies"
    )
    no = models.PositiveSmallIntegerField(_("copy"))
    station = models.ForeignKey(
        "people.Station",
        verbose_name=_("station"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="printed_copies",
    )
    place = models.CharField(_("place"), max_length=120)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("answers for it"), on_delete=models.PROTECT, related_name="+"
    )
    scan_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=24, default=states.DISTRIBUTION.initial, editable=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("given out by"), on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(_("given out"))
    recalled_at = models.DateTimeField(_("recalled"), null=True, editable=False)
    collect_by = models.DateField(_("collect by"), null=True, editable=False)
    ended_at = models.DateTimeField(_("taken back"), null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken back by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    history = History()

    class Meta:
        ordering = ("revision", "no")
        verbose_name = _("printed copy")
        verbose_name_plural = _("printed copies")
        constraints = [
            models.UniqueConstraint(fields=["revision", "no"], name="one_printed_copy_a_number"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="copy_ended_by_whom_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.no}: {self.place}"
