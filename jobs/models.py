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
    crashes = models.PositiveSmallIntegerField(default=0, db_default=0)  # runs of which nobody came back
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
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(parked_at__isnull=True), name="message_done_or_parked"
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


class Pulse(models.Model):
    """When a task that does nothing but this last came through the queue: the canary."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    bookkeeping = "whether the workers are alive"

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


class Answered(models.Model):
    """A request that was done, under the key its sender gave it: sent again, it gets the same answer.

    Written in the transaction of what it answers, so that there is never one without the other.
    """

    actor_key = models.BigIntegerField()
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    answer = models.JSONField()
    at = models.DateTimeField(db_index=True)

    bookkeeping = "answers kept for a while; what was done is told by events"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_key", "key"], name="one_answer_a_key")]

    def __str__(self) -> str:
        return f"{self.actor_key} {self.key}"


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

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failed=False) | Q(finished_at__isnull=False), name="job_failed_is_finished"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        if self.finished_at:
            return 100
        return min(100, 100 * self.done // self.total) if self.total else 0
