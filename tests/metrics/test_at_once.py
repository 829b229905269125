"""Two workers at once, on a database where commits are real."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import close_old_connections, connections

from evidence.context import Actor, AuditContext, in_force
from metrics import services as metrics
from metrics.models import Measurement, Metric, Signal, Source
from metrics.signals import backslid
from metrics.states import Alarm
from people.selectors import system_user
from tests.metrics.conftest import evening, normals, week


def together(work, count=2):
    """Run `work` in so many threads, each with a connection of its own."""

    def one(number):
        close_old_connections()
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def at(moment):
    system = system_user()
    return in_force(AuditContext(Actor(system.pk, str(system)), at=moment))


@pytest.fixture
def db(committed_db):
    """The fixtures of this folder stand on real commits here."""


def test_two_workers_evaluating_at_once_raise_one_red(watched, scrap, push, clock_at):
    heard = []
    backslid.connect(listener := (lambda sender, red, **_: heard.append(red.pk)))
    clock_at(evening(48))
    push(scrap, normals(4, 8, 12), first=37)

    def evaluate(_):
        with at(evening(48)):
            metrics.evaluate_metric(Metric.objects.get(pk=scrap.pk), at=evening(48), by=system_user())

    together(evaluate, 3)
    backslid.disconnect(listener)
    assert Signal.objects.filter(alarm=Alarm.RED).count() == len(heard) == 1


def test_same_event_sent_twice_at_once_is_stored_once(scrap, push, robot, clock_at):
    row = {"value": "5", "observed_at": week(0).isoformat(), "event_id": "same"}

    def send(_):
        with at(evening(1)):
            source = Source.objects.get(pk=push.source.pk)
            receipt = metrics.add_measurements([row], by=robot, source=source, metrics=[scrap], metric=scrap.number)
            return receipt.rows[0].outcome

    assert sorted(together(send, 3)) == ["duplicate", "duplicate", "stored"]
    assert Measurement.objects.count() == 1
