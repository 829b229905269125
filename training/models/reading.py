from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records.models import Line
from training.models.assignments import Assignment
from training.models.quiz import Attempt


class Reading(Line):
    """Somebody reads a standard: what is shown screen by screen, how far they are, how long each screen lasted.

    Bookkeeping: it is what a reload or a lost network resumes from. What came of it stands in the acknowledgement.
    `screens` is fixed when the reading begins; `draw` holds the questions that were drawn and wait for an answer.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="readings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey("documents.Revision", on_delete=models.PROTECT, related_name="+")
    since = models.ForeignKey("documents.Revision", null=True, on_delete=models.PROTECT, related_name="+")
    kiosk = models.ForeignKey("people.Kiosk", null=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    is_translated = models.BooleanField(default=True)
    is_whole = models.BooleanField(default=False)
    screens: Any = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    place = models.PositiveSmallIntegerField(default=0)
    place_since = models.DateTimeField()
    dwell: Any = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    draw: Any = models.JSONField(default=dict)
    attempt = models.ForeignKey(Attempt, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    bookkeeping = "how far somebody is; what came of it stands in the acknowledgement"

    class Meta:
        ordering = ("-id",)
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(ended_at__isnull=True), name="one_reading_an_assignment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.revision_id}: {self.place}"

    @property
    def title(self) -> str:
        """As it is shown, in the language of the reading."""
        return str((self.screens and self.screens[0].get("title")) or self.revision.title)


class Acknowledgement(Line):
    """A person has read a revision and signed for it: when it was opened, read and acknowledged, each apart.

    Append-only. `dwell` are seconds by screen that the server can vouch for: from sending it to being asked for the
    next, at most DWELL_MOST. `seen` names the screens, `seen_digest` is the SHA-256 of what they said.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="acknowledgements"
    )
    revision = models.ForeignKey(
        "documents.Revision",
        verbose_name=_("revision"),
        null=True,
        on_delete=models.PROTECT,
        related_name="acknowledgements",
    )
    since = models.ForeignKey(
        "documents.Revision", verbose_name=_("changes since"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(_("opened"))
    read_at = models.DateTimeField(_("read"))
    acknowledged_at = models.DateTimeField(_("acknowledged"))
    dwell: Any = models.JSONField(_("seconds by screen"), default=dict)
    seen: Any = models.JSONField(_("screens"), default=list)
    seen_digest = models.CharField(_("digest of what was seen"), max_length=64)
    statement = models.CharField(_("statement"), max_length=300)
    statement_version = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(_("language"), max_length=8)
    kiosk = models.ForeignKey(
        "people.Kiosk", verbose_name=_("shared tablet"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    station = models.CharField(_("station"), max_length=142, blank=True)
    attempt = models.ForeignKey(
        Attempt, verbose_name=_("quiz"), null=True, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    signature = models.OneToOneField("records.Signature", on_delete=models.PROTECT, related_name="acknowledgement")

    append_only = True

    class Meta:
        ordering = ("acknowledged_at", "id")
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.CheckConstraint(
                condition=Q(read_at__gte=F("opened_at"), acknowledged_at__gte=F("read_at")),
                name="acknowledgement_times_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.revision_id}"

    @property
    def seconds(self) -> int:
        """How long all screens together were looked at."""
        return round(sum(self.dwell.values()))
