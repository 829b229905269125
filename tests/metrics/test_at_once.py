"""Two workers at once, on a database where commits are real."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import close_old_connections, connections

from evidence.context import Actor, AuditContext, in_force
from evidence.refusals import Refused
from jobs.delivery import deliver
from jobs.models import OutboxMessage
from metrics import selectors
from metrics import services as metrics
from metrics.formulas import Declared, Input
from metrics.models import Batch, Formula, Measurement, Metric, Signal, Source, ValueImport
from metrics.signals import backslid
from metrics.states import Alarm, FormulaKind, WatchStatus
from people.selectors import system_user
from tests.metrics.conftest import evening, normals, week
from tests.metrics.uploads import csv, uploaded


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


def test_two_workers_deriving_at_once_write_each_value_once(scrap, push, olga, munich, clock_at):
    formula = Declared(FormulaKind.SUM, (Input(scrap),))
    twice = metrics.create_metric(by=olga, site=munich, title="Same", direction="lower", formula=formula)
    clock_at(evening(9))
    push(scrap, normals(4, 8, 9), first=0)

    def derive(number):
        with at(evening(9)):
            metric = Metric.objects.get(pk=twice.pk)
            return metrics.derive(metric, at=evening(9), by=system_user(), afresh=number == 0)

    assert sorted(together(derive, 3)) == [0, 0, 9]
    assert twice.measurements.count() == 9


def test_two_who_declare_a_circle_at_once_are_refused_or_come_one_after_the_other(scrap, olga, munich, clock_at):
    def made(title):
        formula = Declared(FormulaKind.SUM, (Input(scrap),))
        return metrics.create_metric(by=olga, site=munich, title=title, direction="lower", formula=formula)

    pair = [made("One"), made("Other")]

    def declare(number):
        formula = Declared(FormulaKind.SUM, (Input(Metric.objects.get(pk=pair[1 - number].pk)),))
        with at(evening(1)):
            try:
                own = Metric.objects.get(pk=pair[number].pk)
                metrics.change_formula(own, by=olga, formula=formula, reason="each from the other")
            except Refused as refusal:
                return refusal.code
        return "declared"

    assert sorted(together(declare)) == ["circle", "declared"]


def test_two_people_importing_one_file_at_once_store_it_once(scrap, munich, olga, clock_at):
    clock_at(evening(9))
    kept = uploaded(csv(f"date,{scrap.number}\n2025-01-06,5\n2025-01-13,6\n"), munich, olga)

    def store(_):
        with at(evening(9)):
            try:
                return metrics.import_values(ValueImport.objects.get(pk=kept.pk), by=olga).batch.stored
            except Refused as refusal:
                return refusal.code

    assert sorted(map(str, together(store, 3))) == ["2", "import-done", "import-done"]
    assert (Measurement.objects.count(), Batch.objects.count()) == (2, 1)


def test_formulas_changed_and_worked_out_at_once_leave_one_and_its_values(scrap, push, olga, munich, clock_at):
    derived = metrics.create_metric(
        by=olga, site=munich, title="Scaled", direction="lower", formula=Declared(FormulaKind.SUM, (Input(scrap),))
    )
    clock_at(evening(4))
    push(scrap, [1, 2, 3], first=0)

    def work(number):
        with at(evening(4)):
            own = Metric.objects.get(pk=derived.pk)
            if number == 0:
                return metrics.derive(own, at=evening(4), by=system_user(), afresh=True)
            formula = Declared(FormulaKind.SUM, (Input(scrap, weight=Decimal(number * 10)),))
            try:
                return metrics.change_formula(own, by=olga, formula=formula, reason="another scale").version
            except Refused as refusal:
                return refusal.code

    together(work, 3)
    standing = Formula.objects.get(metric=derived, ended_at=None)
    with at(evening(4)):
        metrics.derive(Metric.objects.get(pk=derived.pk), at=evening(4), by=system_user(), afresh=True)
    weight = standing.inputs.get().weight
    assert weight in (10, 20)
    rows = selectors.counted(derived).order_by("observed_at")
    assert [row.value for row in rows] == [weight, 2 * weight, 3 * weight]


def deliver_all():
    return [deliver(message.pk) for message in waiting_to_evaluate()]


def waiting_to_evaluate():
    """What is still to be worked through; the sums that lists read follow by themselves."""
    return OutboxMessage.objects.filter(done_at__isnull=True).exclude(task__startswith="metrics.sum")


def test_job_evaluates_what_was_pushed(scrap, push, olga, clock_at):
    clock_at(evening(36))
    push(scrap, normals(1, 8, 24), first=0)
    push(scrap, normals(2, 5, 12), first=24)
    watched = metrics.watch(scrap, protects=scrap, before=(week(0), week(23)), after_start=week(24), by=olga)
    assert set(OutboxMessage.objects.values_list("task", flat=True)) == {
        "metrics.evaluate_new", "metrics.evaluate_metric",
    }  # fmt: skip
    assert deliver_all() == [True, True]
    watched.refresh_from_db()
    assert watched.status == WatchStatus.HOLDING
    assert deliver_all() == []


def test_job_that_fails_is_kept_for_later_and_the_values_too(watched, scrap, push, clock_at, monkeypatch):
    deliver_all()
    deliver_all()
    clock_at(evening(37))
    push(scrap, [50.0], first=37)
    assert deliver_all() == [True]  # a wild value: it is handed on to an evaluation of its own
    monkeypatch.setattr(selectors, "replay", lambda *_, **__: 1 / 0)
    assert deliver_all() == [False]
    waiting = waiting_to_evaluate().get()
    assert ("ZeroDivisionError" in waiting.error, waiting.attempts) == (True, 1)
    assert scrap.measurements.count() == 37
