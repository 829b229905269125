"""What happened, by value: no foreign keys, so that it outlives what it describes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing that happened to a record, as services tell it. The timeline people read; append-only."""

    at = models.DateTimeField(_("at"), db_index=True)
    verb = models.CharField(_("verb"), max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_key = models.BigIntegerField()
    subject_number = models.CharField(max_length=60, blank=True)
    actor_key = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("by"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict, blank=True)

    append_only = True

    class Meta:
        ordering = ("-at", "-id")
        indexes = [
            models.Index(fields=["subject_kind", "subject_key", "-id"], name="event_by_subject"),
            models.Index(fields=["subject_number", "-id"], name="event_by_number"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name}: {self.verb} {self.subject_number}"


class Installation(models.Model):
    """One row: what kind of database this is. Only the `demo` command makes a demo database."""

    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    controlled = True

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_installation")]

    def __str__(self) -> str:
        return "demo" if self.is_demo else "production"
