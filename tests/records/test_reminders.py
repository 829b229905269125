"""Reminders: once a day each, in the application, and by mail where there is an address."""

import pytest
from django.core import mail

from jobs.delivery import deliver
from jobs.models import OutboxMessage
from kaizen import services as kaizen
from records import services as records
from records.models import Notification
from tests.cast import client_for, in_days, refusal, today


def run_jobs() -> None:
    for key in OutboxMessage.objects.filter(done_at=None).values_list("id", flat=True):
        deliver(key)


@pytest.fixture
def action(munich, olga, sven, system):
    idea = kaizen.raise_idea(by=olga, site=munich, title="Light", description="Dark")
    return records.add_action(idea, what="Hang a lamp", who=sven, due=in_days(2), by=olga)


def test_who_has_no_address_is_reminded_in_the_application_only(action, sven, system):
    assert records.remind_of_actions(on=today(), by=system) == 1
    assert records.remind_of_actions(on=today(), by=system) == 0
    run_jobs()
    assert mail.outbox == []
    assert Notification.objects.get().person == sven


def test_who_has_an_address_gets_one_mail(action, sven, system):
    sven.email = "sven@example.com"
    sven.save()
    records.remind_of_actions(on=today(), by=system)
    run_jobs()
    run_jobs()
    assert [message.to for message in mail.outbox] == [["sven@example.com"]]
    assert "Hang a lamp" in mail.outbox[0].subject
    assert Notification.objects.get().mailed_at is not None


def test_a_subject_has_no_second_line(action, sven, system):
    sven.email = "sven@example.com"
    sven.save()
    records.notify(sven, text="One\nBcc: x@example.com", url="/", key="k", by=system)
    run_jobs()
    assert mail.outbox[0].subject == "One Bcc: x@example.com"


def test_a_reminder_is_taken_off_by_its_person_only(action, sven, olga, system):
    records.remind_of_actions(on=today(), by=system)
    reminder = Notification.objects.get()
    assert client_for(olga).post(f"/reminders/{reminder.uuid}/read/").status_code == 404
    assert client_for(sven).post(f"/reminders/{reminder.uuid}/read/").status_code == 302
    reminder.refresh_from_db()
    assert reminder.read_at is not None


def test_an_action_is_not_due_in_the_past(action, olga, sven):
    with refusal("due-in-the-past"):
        records.add_action(action.record, what="Yesterday", who=sven, due=in_days(-1), by=olga)
