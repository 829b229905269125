"""What must still happen, happens once: delivered twice, at once, after a fault, or when the broker is gone."""

import itertools
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from evidence.context import acting
from jobs import selectors, services
from jobs.delivery import deliver
from jobs.models import OutboxMessage, PeriodicClaim
from jobs.registry import PERIODIC, TASKS, Periodic
from people.models import Site
from people.services import ensure_system_user


@pytest.fixture
def effects(monkeypatch):
    """A task that opens a site, so that its effect is a row."""

    def opens(code: str, wait: float = 0.0) -> None:
        time.sleep(wait)
        Site.objects.create(code=f"{code}{Site.objects.count()}", name=code)

    monkeypatch.setitem(TASKS, "tests.opens", opens)


@pytest.fixture
def poison(monkeypatch):
    def fails() -> None:
        Site.objects.create(code="BAD", name="Half done")
        raise RuntimeError("no ink")

    monkeypatch.setitem(TASKS, "tests.fails", fails)


def at_once(count, function):
    """Run a function in so many threads, each with a connection of its own."""
    results, gate = [], threading.Barrier(count)

    def run():
        gate.wait()
        try:
            results.append(function())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_delivered_twice_one_effect(db, effects, olga):
    with acting(olga):
        services.enqueue("tests.opens", code="A")
    message, before = OutboxMessage.objects.get(), Site.objects.count()
    assert [deliver(message.pk), deliver(message.pk)] == [True, False]
    assert Site.objects.count() == before + 1
    assert OutboxMessage.objects.get().done_at is not None


def test_delivered_by_eight_at_once_one_effect(committed_db, effects):
    ensure_system_user()
    services.enqueue("tests.opens", code="A", wait=0.2)
    message = OutboxMessage.objects.get()
    assert sorted(at_once(8, lambda: deliver(message.pk))) == [False] * 7 + [True]
    assert Site.objects.count() == 1


def test_lease_run_out_does_not_double_the_effect(db, effects, olga):
    """A worker that seemed dead comes back: the one that finishes first wins."""
    with acting(olga):
        services.enqueue("tests.opens", code="A")
    now = timezone.now()
    slow = services.claim(OutboxMessage.objects.get().pk, at=now)
    assert slow is not None
    assert services.claim(slow.pk, at=now) is None
    quick = services.claim(slow.pk, at=now + services.LEASE + timedelta(seconds=1))
    assert quick is not None
    services.finish(quick, at=now)
    with pytest.raises(services.Superseded):
        services.finish(slow, at=now)


def test_poison_is_parked_and_leaves_nothing(db, poison, olga):
    with acting(olga):
        services.enqueue("tests.fails")
    message = OutboxMessage.objects.get()
    for _attempt in range(selectors.MOST_ATTEMPTS + 2):
        OutboxMessage.objects.update(available_at=timezone.now())
        assert deliver(message.pk) is False
    message.refresh_from_db()
    assert message.attempts == selectors.MOST_ATTEMPTS
    assert message.parked_at is not None
    assert "no ink" in message.error
    assert selectors.parked().count() == 1
    assert not Site.objects.filter(code="BAD").exists()
    assert message not in selectors.due(timezone.now() + timedelta(days=365))


def test_a_fault_is_tried_again_later(db, poison, olga):
    with acting(olga):
        services.enqueue("tests.fails")
    message = OutboxMessage.objects.get()
    deliver(message.pk)
    assert message not in selectors.due(timezone.now())
    assert message in selectors.due(timezone.now() + services.FIRST_RETRY + timedelta(seconds=5))


def test_sweep_sends_again_what_the_broker_lost(db, effects, olga, monkeypatch):
    sent = []
    monkeypatch.setattr(services, "nudge", lambda key, task: sent.append(key) or True)
    with acting(olga):
        services.enqueue("tests.opens", code="A")
    assert sent == []  # the transaction of the test never commits: as if the nudge were lost
    assert services.sweep(at=timezone.now() + timedelta(seconds=1)) == 1
    assert services.sweep(at=timezone.now() + timedelta(seconds=1)) == 1
    message = OutboxMessage.objects.get()
    assert set(sent) == {message.pk}
    deliver(message.pk)
    assert services.sweep(at=timezone.now() + timedelta(hours=1)) == 0


def test_a_key_keeps_one_message_waiting(db, effects):
    for _time in range(3):
        services.enqueue("tests.opens", code="A", key="once")
    assert OutboxMessage.objects.count() == 1
    services.claim(OutboxMessage.objects.get().pk, at=timezone.now() + timedelta(seconds=1))
    services.enqueue("tests.opens", code="A", key="once")
    assert OutboxMessage.objects.count() == 2


def test_a_message_lives_and_dies_with_its_transaction(committed_db, effects):
    with transaction.atomic():
        services.enqueue("tests.opens", code="A")
        transaction.set_rollback(True)
    assert OutboxMessage.objects.count() == 0


def test_two_ticks_take_a_slot_once(committed_db, monkeypatch):
    ensure_system_user()
    monkeypatch.setattr("jobs.services.PERIODIC", {"tests.daily": Periodic("tests.daily", timedelta(days=1))})
    now = timezone.now()
    taken = at_once(6, lambda: services.tick(at=now))
    assert sorted(map(len, taken)) == [0] * 5 + [1]
    assert PeriodicClaim.objects.count() == OutboxMessage.objects.count() == 1
    assert services.tick(at=now) == []
    assert services.tick(at=now + timedelta(days=1)) == ["tests.daily"]


def test_slots_begin_at_their_hour():
    job = Periodic("x", timedelta(days=1), timedelta(hours=5, minutes=10))
    now = timezone.now().replace(hour=5, minute=9, second=0, microsecond=0)
    assert job.slot(now) == now.replace(minute=10) - timedelta(days=1)
    assert job.slot(now + timedelta(minutes=1)) == now.replace(minute=10)


def test_a_clock_that_was_stopped_over_a_due_time_does_the_job_once_on_its_return(db, system, monkeypatch):
    """Down from 04:00 to 07:00 over a job that is due at 05:10; and two clocks for an hour of slots."""
    jobs = {"tests.daily": Periodic("tests.daily", timedelta(days=1), timedelta(hours=5, minutes=10))}
    monkeypatch.setattr("jobs.services.PERIODIC", jobs)
    day = datetime(2026, 3, 2, tzinfo=UTC)
    services.tick(at=day + timedelta(hours=4))
    assert [services.tick(at=day + timedelta(hours=7, seconds=20 * n)) for n in range(4)] == [
        ["tests.daily"],
        [],
        [],
        [],
    ]
    jobs["tests.minutely"] = Periodic("tests.minutely", timedelta(minutes=1))
    begins = day + timedelta(hours=8)
    for second in range(0, 3600, 20):
        services.tick(at=begins + timedelta(seconds=second))
        services.tick(at=begins + timedelta(seconds=second + 7))
    assert OutboxMessage.objects.filter(task="tests.minutely").count() == 60


def test_a_run_that_nobody_came_back_from_is_begun_again_and_given_up_after_three(db, effects, olga):
    """A task that takes its worker down leaves only a lease that runs out."""
    with acting(olga):
        services.enqueue("tests.opens", code="A")
    key, now = OutboxMessage.objects.get().pk, timezone.now()
    for _run in range(selectors.MOST_CRASHES):
        assert services.claim(key, at=now) is not None
        now += services.LEASE + timedelta(seconds=1)
    assert services.claim(key, at=now) is None
    message = OutboxMessage.objects.get(pk=key)
    assert (message.crashes, message.parked_at) == (selectors.MOST_CRASHES, now)
    assert OutboxMessage.objects.get(task=services.ALARM).args["name"] == "tests.opens"


def test_a_long_run_outlives_its_lease(committed_db, effects, monkeypatch):
    """While a worker lives it holds the row: nobody else begins, however short the lease."""
    ensure_system_user()
    monkeypatch.setattr(services, "LEASE", timedelta(seconds=0.2))
    services.enqueue("tests.opens", code="A", wait=1.5)
    message, begins = OutboxMessage.objects.get(), itertools.count()
    found = at_once(5, lambda: time.sleep(0.6 * bool(next(begins))) or deliver(message.pk))
    assert sorted(found) == [False] * 4 + [True]
    message.refresh_from_db()
    assert (message.attempts, message.crashes, Site.objects.count()) == (1, 0, 1)


def test_what_was_done_long_ago_is_forgotten(db, effects, olga):
    with acting(olga):
        services.enqueue("tests.opens", code="A")
        services.once("k", by=olga, digest="d", do=dict, wait=True)
    message = OutboxMessage.objects.get()
    deliver(message.pk)
    assert services.tidy(at=timezone.now()) == 0
    assert services.tidy(at=timezone.now() + services.KEPT + timedelta(days=1)) == 2
    assert OutboxMessage.objects.count() == 0


def test_every_periodic_job_is_a_task():
    assert set(PERIODIC) <= set(TASKS)


def test_every_periodic_job_is_harmless_twice(db, system):
    """On an empty plant each runs twice without a fault."""
    assert connection.vendor == "postgresql"
    with acting(system):
        for name in sorted(PERIODIC):
            for _time in range(2):
                TASKS[name]()
