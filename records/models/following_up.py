"""What somebody still has to do about a record, and what reminds them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from records.models.record import Line, LivingLine, Record
from records.states import ACTION


class Action(LivingLine):
    """The one to-do: what, who, due, done, verified. CAPA plans, kaizen lists and review outputs are these."""

    machine = ACTION

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="actions")
    topic = models.CharField(_("kind of action"), max_length=40, blank=True)
    what = models.CharField(_("what"), max_length=300)
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="actions"
    )
    due = models.DateField(_("due"))
    status = models.CharField(_("status"), max_length=24, default=ACTION.initial, editable=False)
    opened_at = models.DateTimeField(_("opened"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    result = models.TextField(_("what was done"), blank=True)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    history = History()

    class Meta:
        ordering = ("due", "id")
        indexes = [
            models.Index(fields=["who", "due"], condition=Q(status="open"), name="open_actions_by_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="action_verified_by_whom_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.what


class Notification(Line):
    """A reminder shown in the application, and mailed where there is an address. One per person, subject and day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications")
    text = models.CharField(_("text"), max_length=300)
    url = models.CharField(max_length=300)
    key = models.CharField(max_length=200)
    at = models.DateTimeField(_("sent"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)

    bookkeeping = "a reminder proves nothing"

    class Meta:
        ordering = ("-at", "-id")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_notification_a_key")]

    def __str__(self) -> str:
        return self.text
