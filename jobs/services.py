from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from evidence.context import clock, current
from jobs.broker import nudge
from jobs.models import Job, OutboxMessage, PeriodicClaim
from jobs.registry import PERIODIC, Periodic
from jobs.selectors import MOST_ATTEMPTS, due

LEASE = timedelta(minutes=10)
FIRST_RETRY = timedelta(seconds=10)


class Superseded(Exception):  # noqa: N818 - told as a state, it is no fault
    """Another worker finished the message first; this one's effects are rolled back."""


@transaction.atomic
def enqueue(task: str, *, key: str | None = None, available_at: datetime | None = None, **args: Any) -> None:
    """Ask for `task` to be run with `args` once this transaction has committed.

    With a `key`, at most one message of that key waits unstarted: a second one joins it, and keeps it from
    starting until this transaction has ended, so that the run sees what this transaction wrote.
    """
    context = current()
    now = timezone.now()
    message = OutboxMessage(
        task=task,
        args=args,
        key=key,
        actor_key=context.actor.pk if context else None,
        request_id=context.request_id if context else "",
        created_at=now,
        available_at=available_at or now,
    )
    message_id = _insert_or_join(message) if key else _insert(message)
    transaction.on_commit(lambda: nudge(message_id, task), robust=True)


def _insert(message: OutboxMessage) -> UUID:
    message.save(force_insert=True)
    return message.id


def _insert_or_join(message: OutboxMessage) -> UUID:
    table = OutboxMessage._meta.db_table
    sql = (
        f"INSERT INTO {table} (id, task, args, key, actor_key, request_id, created_at, available_at, attempts, error)"
        " VALUES (%s, %s, %s::jsonb, %s, %s, %s, %s, %s, 0, '')"
        " ON CONFLICT (key) WHERE attempts = 0 AND done_at IS NULL"
        f" DO UPDATE SET available_at = LEAST({table}.available_at, EXCLUDED.available_at) RETURNING id"
    )
    args = OutboxMessage._meta.get_field("args").get_db_prep_value(message.args, connection)
    row = [message.id, message.task, args, message.key, message.actor_key, message.request_id]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*row, message.created_at, message.available_at])
        return cursor.fetchone()[0]


@transaction.atomic
def claim(message_id: UUID, *, at: datetime) -> OutboxMessage | None:
    """Take a message for one run: counts the attempt and leases it. None when it is done, held or given up."""
    message = due(at).filter(id=message_id).select_for_update(skip_locked=True).first()
    if message is None:
        return None
    if message.attempts >= MOST_ATTEMPTS:
        OutboxMessage.objects.filter(id=message_id).update(parked_at=at)
        return None
    message.attempts += 1
    message.leased_until = at + LEASE
    message.save(update_fields=["attempts", "leased_until"])
    return message


@transaction.atomic
def finish(message: OutboxMessage, *, at: datetime) -> None:
    """Mark done, in the transaction of the effect. Raises Superseded when somebody else was first."""
    if not OutboxMessage.objects.filter(id=message.id, done_at__isnull=True).update(done_at=at, error=""):
        raise Superseded


@transaction.atomic
def fail(message: OutboxMessage, *, error: str, at: datetime) -> None:
    """Keep the error; try again later with back-off, or park the message when it has failed too often."""
    gives_up = message.attempts >= MOST_ATTEMPTS
    OutboxMessage.objects.filter(id=message.id, done_at__isnull=True).update(
        error=error[:4000],
        leased_until=None,
        available_at=at + FIRST_RETRY * 4 ** (message.attempts - 1),
        parked_at=at if gives_up else None,
    )


def resend(messages: Iterable[OutboxMessage]) -> int:
    """Nudge the broker again for each message. Harmless when done twice."""
    return sum(nudge(message.id, message.task) for message in messages)


def sweep(*, at: datetime, most: int = 500) -> int:
    """Re-send what is due and unfinished. Returns how many nudges the broker took."""
    return resend(due(at)[:most])


def tick(*, at: datetime) -> list[str]:
    """Enqueue each periodic job whose latest slot nobody has claimed yet. Returns their names."""
    return [periodic.name for periodic in PERIODIC.values() if _claim_slot(periodic, at)]


@transaction.atomic
def _claim_slot(periodic: Periodic, at: datetime) -> bool:
    """Whether this call took the slot: of several at once, exactly one does."""
    slot = periodic.slot(at)
    _claim, taken = PeriodicClaim.objects.get_or_create(job=periodic.name, slot=slot, defaults={"claimed_at": at})
    if taken:
        enqueue(periodic.name)
    return taken


@transaction.atomic
def start_job(title: str, *, by: Any, task: str, total: int = 0, **args: Any) -> Job:
    """Open a job page for `by` and ask for `task(job_id, …)`."""
    job = Job.objects.create(title=title, owner=by, created_at=clock(), total=total)
    enqueue(task, job_id=job.pk, **args)
    return job


def advance(job: Job, *, done: int, total: int) -> None:
    """Show progress while the work's transaction is still open: over a connection of its own."""
    sql = (
        f"UPDATE {Job._meta.db_table} SET done = %s, total = %s, started_at = COALESCE(started_at, %s)"
        " WHERE id = %s AND finished_at IS NULL"
    )
    beside = connection.copy()
    try:
        with beside.cursor() as cursor:
            cursor.execute(sql, [done, total, timezone.now(), job.pk])
    finally:
        beside.close()


@transaction.atomic
def conclude(job: Job, *, result_url: str = "", message: str = "", failed: bool = False) -> None:
    """Close a job with its result or its fault."""
    job.finished_at, job.failed = clock(), failed
    job.result_url, job.message = result_url, message
    job.save(update_fields=["finished_at", "failed", "result_url", "message"])
