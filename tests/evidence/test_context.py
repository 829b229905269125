"""One audit context in requests, tasks and commands alike: who, why, in which request."""

import pytest
from django.db import connection, transaction

from capa import services as capas
from capa.models import Capa
from evidence import services as evidence
from evidence.context import NOBODY, Actor, AuditContext, acting, clock, in_force
from evidence.models import Event
from jobs import services as jobs
from jobs.delivery import deliver
from jobs.models import OutboxMessage
from jobs.registry import TASKS
from tests.cast import client_for, fresh, in_days, refusal


@pytest.fixture
def capa(munich, olga):
    return capas.open_capa(by=olga, site=munich, title="Rings", problem="p")


def settings_of_transaction():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('qms.actor', true), current_setting('qms.reason', true)")
        return cursor.fetchone()


def test_a_request_leaves_its_user_and_its_number(capa, axel):
    answer = client_for(axel).post(
        f"{capa.get_absolute_url()}do/edit/",
        {"title": "Wide rings", "problem": "p", "owner": "olga", "due": capa.due.isoformat(), "version": 1},
    )
    assert answer.status_code == 302, answer.content.decode()
    row = fresh(capa).history.first()
    assert (row.actor_name, row.history_user_id) == ("Axel Approver", axel.pk)
    assert row.request_id == answer["X-Request-Id"]
    event = Event.objects.filter(subject_number=capa.number).latest("id")
    assert (event.verb, event.actor_name, event.request_id) == ("changed", "Axel Approver", answer["X-Request-Id"])


def test_a_reason_is_kept_with_the_change(capa, olga):
    capas.edit_capa(capa, by=olga, reason="The supplier needs longer", due=in_days(120))
    assert fresh(capa).history.first().history_change_reason == "The supplier needs longer"


def test_a_task_acts_as_who_asked_for_it(capa, axel, monkeypatch):
    def rename() -> None:
        found = Capa.objects.get(pk=capa.pk)
        found.title = "By a task"
        found.save()

    monkeypatch.setitem(TASKS, "tests.rename", rename)
    with acting(axel, request_id="abc"):
        jobs.enqueue("tests.rename")
    assert deliver(OutboxMessage.objects.get().pk)
    row = fresh(capa).history.first()
    assert (row.actor_name, row.history_change_reason, row.request_id) == ("Axel Approver", "tests.rename", "abc")


def test_a_command_acts_as_the_system(capa, system):
    with acting(system, reason="nightly"):
        capas.judge_all(by=system)
        found = fresh(capa)
        found.title = "By the system"
        found.save()
    row = fresh(capa).history.first()
    assert (row.actor_name, row.history_change_reason) == (str(system), "nightly")


def test_context_is_told_to_the_transaction_and_ends_with_it(committed_db):
    with in_force(AuditContext(Actor(7, "Olga"), reason="because")), transaction.atomic():
        assert settings_of_transaction() == ("7", "because")
    connection.close()  # what the tests' own connection says of itself ends with it
    with in_force(AuditContext(NOBODY)), transaction.atomic():
        assert settings_of_transaction() == ("", "")


def test_inner_context_gives_way_to_the_outer(db, olga, axel):
    with acting(olga, request_id="r1"):
        with acting(axel) as inner:
            assert (inner.actor.name, inner.request_id) == ("Axel Approver", "r1")
            assert settings_of_transaction()[0] == str(axel.pk)
        assert settings_of_transaction()[0] == str(olga.pk)


def test_only_a_demo_database_sets_the_clock(db, olga):
    with refusal("not-a-demo-database"), evidence.demonstrating(olga, at=clock()):
        pass


def test_a_refused_verb_leaves_no_event(capa, olga):
    before = Event.objects.count()
    with refusal("no-root-cause"), transaction.atomic():
        capas.find_cause(capa, by=olga)
    assert Event.objects.count() == before
