from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models.revisions import Revision
from evidence.history import History
from records.models import Line


class Translation(Line):
    """What a revision says in another language. It never alters what was approved.

    `steps` holds the texts of steps by their key. `checked_digest` is the digest of the text that it was compared
    with: it is stale when the revision says something else by now.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="translations")
    language = models.CharField(_("language"), max_length=8)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    reaction_plan = models.TextField(_("when something is not as it should be"), blank=True)
    steps: Any = models.JSONField(_("steps"), default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("translated"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    checked_digest = models.CharField(max_length=64, blank=True)

    history = History()

    class Meta:
        ordering = ("language",)
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.UniqueConstraint(fields=["revision", "language"], name="one_translation_a_language"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True, checked_at__isnull=True, checked_digest="")
                | (Q(checked_by__isnull=False, checked_at__isnull=False) & ~Q(checked_digest="")),
                name="translation_checked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.language}"


class Autosave(models.Model):
    """What somebody has typed into a draft and not saved yet: the fields of the form as the browser sends them."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    fields = models.TextField()
    saved_at = models.DateTimeField()

    bookkeeping = "it becomes part of the record when its writer saves the form"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "person"], name="one_autosave_a_person")]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.person_id} {self.saved_at:%Y-%m-%d %H:%M}"


class Presence(models.Model):
    """Who has the editor of a draft open, from when to when it was last heard of."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    bookkeeping = "who looks at a form is forgotten after a minute"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "person"], name="one_presence_a_person")]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.person_id}"
