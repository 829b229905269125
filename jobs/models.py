"""What must still happen, kept in PostgreSQL. The broker only nudges."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """One task to be run, written in the same transaction as the change that asks for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.CharField(max_length=100)
    args = models.JSONField(default=dict)
    key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - null means "no key" to the constraint
    actor_key = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    bookkeeping = "what must still happen; what happened is told by events"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(attempts=0, done_at__isnull=True),
                name="one_unstarted_message_a_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["available_at"],
                condition=Q(done_at__isnull=True, parked_at__isnull=True),
                name="outbox_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.id}"


class PeriodicClaim(models.Model):
    """A slot of a periodic job that somebody has taken: two beats cannot run it twice."""

    job = models.CharField(max_length=100)
    slot = models.DateTimeField()
    claimed_at = models.DateTimeField()

    bookkeeping = "which slot has run"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="one_claim_a_slot")]

    def __str__(self) -> str:
        return f"{self.job} {self.slot:%Y-%m-%d %H:%M}"


class Job(models.Model):
    """Long work that a person waits for: progress, result, error."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    failed = models.BooleanField(default=False)
    cancelled = models.BooleanField(default=False)
    message = models.TextField(blank=True)
    result_url = models.CharField(max_length=500, blank=True)

    bookkeeping = "progress of long work"

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        if self.finished_at:
            return 100
        return min(100, 100 * self.done // self.total) if self.total else 0
