"""Asking for work, doing it once, giving it up with an alarm; and answering a repeated request as before."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock, current
from evidence.refusals import Refused
from jobs.broker import nudge
from jobs.models import Answered, Job, OutboxMessage, PeriodicClaim, Pulse
from jobs.registry import FOLLOWERS, PERIODIC, Periodic
from jobs.selectors import CANARY, MOST_ATTEMPTS, MOST_CRASHES, MOST_JOBS, due, unfinished_jobs

LEASE = timedelta(seconds=settings.LEASE)  # a live run holds the row besides, however long it takes
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=10), timedelta(hours=1)
ALARM = "records.tell_of_parked"
KEPT = timedelta(days=30)
MOST_NUDGED = 100
FEW = 20  # the sweep finds the others
TABLE = OutboxMessage._meta.db_table
ROW = "(%s, %s, %s::jsonb, %s, %s, %s, %s, %s, 0, '')"
INSERT_OR_JOIN = (
    f"INSERT INTO {TABLE} (id, task, args, key, actor_key, request_id, created_at, available_at, attempts, error)"
    " VALUES {} ON CONFLICT (key) WHERE attempts = 0 AND done_at IS NULL"
    f" DO UPDATE SET available_at = LEAST({TABLE}.available_at, EXCLUDED.available_at) RETURNING id"
)


class Superseded(Exception):  # noqa: N818 - told as a state, it is no fault
    """Another worker finished the message first; this one's effects are rolled back."""


@transaction.atomic(savepoint=False)
def enqueue(task: str, *, key: str | None = None, available_at: datetime | None = None, **args: Any) -> None:
    """Ask for `task` to be run with `args` once this transaction has committed.

    With a `key`, at most one message of that key waits unstarted: a second one joins it, and keeps it from
    starting until this transaction has ended, so that the run sees what this transaction wrote.
    """
    message = _message(task, args, key=key, available_at=available_at)
    message_id = _insert_or_join(message) if key else _insert(message)
    transaction.on_commit(lambda: nudge(message_id, task), robust=True)


@transaction.atomic(savepoint=False)
def enqueue_each(task: str, rows: Sequence[dict[str, Any]]) -> None:
    """Ask for `task` once with each of these args, in a few statements; the sweep finds them when they are many."""
    messages = [_message(task, args) for args in rows]
    OutboxMessage.objects.bulk_create(messages, batch_size=2000)
    for message in messages[:MOST_NUDGED]:
        transaction.on_commit(partial(nudge, message.id, task), robust=True)


@transaction.atomic
def enqueue_keyed(task: str, rows: Mapping[str, dict[str, Any]]) -> None:
    """Ask for `task` with each of these args under its key, in one statement: `enqueue` with a key, for many."""
    waiting = []
    for some in _by(1000, sorted(rows.items())):
        messages = [_message(task, args, key=key) for key, args in some]
        with connection.cursor() as cursor:
            cursor.execute(INSERT_OR_JOIN.format(", ".join([ROW] * len(messages))), list(_columns(messages)))
            waiting += [row[0] for row in cursor.fetchall()]
    for message_id in waiting[:FEW]:
        transaction.on_commit(partial(nudge, message_id, task), robust=True)


def _by(size: int, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _message(
    task: str, args: dict[str, Any], *, key: str | None = None, available_at: datetime | None = None
) -> OutboxMessage:
    context, now = current(), timezone.now()
    return OutboxMessage(
        task=task,
        args=args,
        key=key,
        actor_key=context.actor.pk if context else None,
        request_id=context.request_id if context else "",
        created_at=now,
        available_at=available_at or now,
    )


@transaction.atomic
def tell_followers(what: str, **args: Any) -> None:
    """Ask for the tasks of higher apps that follow `what`."""
    for task in FOLLOWERS.get(what, ()):
        enqueue(task, **args)


def _insert(message: OutboxMessage) -> UUID:
    message.save(force_insert=True)
    return message.id


def _insert_or_join(message: OutboxMessage) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute(INSERT_OR_JOIN.format(ROW), list(_columns([message])))
        return cursor.fetchone()[0]


def _columns(messages: Iterable[OutboxMessage]) -> Iterator[Any]:
    field = OutboxMessage._meta.get_field("args")
    for message in messages:
        args = field.get_db_prep_value(message.args, connection)
        yield from (message.id, message.task, args, message.key, message.actor_key, message.request_id)
        yield from (message.created_at, message.available_at)


@transaction.atomic
def claim(message_id: UUID, *, at: datetime) -> OutboxMessage | None:
    """Take a message for one run: counts the attempt and leases it. None when it is done, held or given up.

    A lease that ran out tells of a run that nobody came back from; after three of them the message is parked.
    """
    message = due(at).filter(id=message_id).select_for_update(skip_locked=True).first()
    if message is None:
        return None
    message.crashes += message.leased_until is not None
    if message.attempts >= MOST_ATTEMPTS or message.crashes >= MOST_CRASHES:
        park(message, at=at)
        return None
    message.attempts += 1
    message.leased_until = at + LEASE
    message.save(update_fields=["attempts", "crashes", "leased_until"])
    return message


@transaction.atomic
def hold(message: OutboxMessage) -> None:
    """Lock the message for the transaction of its effect: while the run lives, no lease that runs out matters."""
    rows = OutboxMessage.objects.select_for_update(skip_locked=True)
    if not rows.filter(id=message.id, done_at__isnull=True, parked_at__isnull=True).exists():
        raise Superseded


@transaction.atomic
def finish(message: OutboxMessage, *, at: datetime) -> None:
    """Mark done, in the transaction of the effect. Raises Superseded when somebody else was first."""
    if not OutboxMessage.objects.filter(id=message.id, done_at__isnull=True).update(done_at=at, error=""):
        raise Superseded


@transaction.atomic
def fail(message: OutboxMessage, *, error: str, at: datetime) -> None:
    """Keep the error; try again later with back-off, or park the message when it has failed too often."""
    message.error = error[:4000]
    pause = min(FIRST_RETRY * 4 ** (message.attempts - 1), LONGEST_RETRY)
    unfinished = OutboxMessage.objects.filter(id=message.id, done_at__isnull=True)
    kept = unfinished.update(error=message.error, leased_until=None, available_at=at + pause)
    if kept and message.attempts >= MOST_ATTEMPTS:
        park(message, at=at)


@transaction.atomic
def park(message: OutboxMessage, *, at: datetime) -> None:
    """Give a message up until somebody has looked at it, and raise the alarm."""
    error = message.error or _("Its worker ended in the middle of it, each time.")
    OutboxMessage.objects.filter(id=message.id).update(
        parked_at=at, leased_until=None, crashes=message.crashes, error=error
    )
    if "job_id" in message.args:
        Job.objects.filter(pk=message.args["job_id"], finished_at__isnull=True).update(
            finished_at=at, failed=True, message=_("It failed too often and was given up. Your administrator knows.")
        )
    if message.task != ALARM:
        enqueue(ALARM, key=f"parked-{message.id}", name=message.task, message_id=str(message.id))


@transaction.atomic
def replay(message: OutboxMessage, *, by: Any, at: datetime) -> OutboxMessage:
    """Take up a parked message again, with all its attempts. Raises Refused("not-parked") when it is not parked."""
    again = OutboxMessage.objects.filter(id=message.id, parked_at__isnull=False)
    if not again.update(parked_at=None, leased_until=None, attempts=1, crashes=0, available_at=at):
        raise Refused(_("Somebody has taken this up already."), code="not-parked")
    evidence.record_event("failed task taken up again", by, by=by, note=message.task, data={"message": str(message.id)})
    transaction.on_commit(lambda: nudge(message.id, message.task), robust=True)
    return message


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
def sing(*, at: datetime) -> None:
    """The canary: came through broker, worker and database at `at`."""
    Pulse.objects.update_or_create(name=CANARY, defaults={"at": at})


@transaction.atomic
def tidy(*, at: datetime) -> int:
    """Forget what was done long ago: messages, claims of slots, kept answers. Returns how many rows."""
    before = at - KEPT
    old = (
        OutboxMessage.objects.filter(done_at__lt=before),
        PeriodicClaim.objects.filter(claimed_at__lt=before),
        Answered.objects.filter(at__lt=before),
    )
    return sum(rows.delete()[0] for rows in old)


@transaction.atomic
def start_job(title: str, *, by: Any, task: str, total: int = 0, **args: Any) -> Job:
    """Open a job page for `by` and ask for `task(job_id, …)`.

    Raises Refused("too-many-jobs") while as many of theirs go on as one person may have.
    """
    _one_at_a_time("jobs", by.pk)
    if unfinished_jobs(by.pk).count() >= MOST_JOBS:
        raise Refused(
            _("%(most)d of your jobs are still going on. Wait until one is done.") % {"most": MOST_JOBS},
            code="too-many-jobs",
        )
    job = Job.objects.create(title=title, owner=by, created_at=clock(), total=total)
    enqueue(task, job_id=job.pk, **args)
    return job


def _one_at_a_time(*what: object, wait: bool = True) -> bool:
    """Hold a name until the transaction ends. False when another holds it and we do not wait."""
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", ["/".join(map(str, what))])
        return cursor.fetchone()[0] is not False


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


@transaction.atomic
def once(
    key: str, *, by: Any, digest: str, do: Callable[[], dict[str, Any]], wait: bool
) -> tuple[dict[str, Any], bool]:
    """Call `do` once for a person's key and keep its answer beside the effect. Gives the answer, and whether it is new.

    Raises Refused: "key-reused" when the key came before with something else, "twin-running" when the same request
    is being done at this moment and we do not `wait` for it.
    """
    if not _one_at_a_time("answered", by.pk, key, wait=wait):
        raise Refused(_("The same request is being worked on. Ask again in a moment."), code="twin-running")
    kept = Answered.objects.filter(actor_key=by.pk, key=key).first()
    if kept is None:
        answer = do()
        Answered.objects.create(actor_key=by.pk, key=key, digest=digest, answer=answer, at=timezone.now())
        return answer, True
    if kept.digest != digest:
        raise Refused(_("This was sent before with other contents. Begin anew."), code="key-reused")
    return kept.answer, False
