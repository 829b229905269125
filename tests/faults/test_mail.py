"""A mail server that is down, slow, or refuses one address holds up nobody, and each gets the mail once."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from evidence.context import acting
from jobs import selectors, services
from jobs.delivery import deliver
from jobs.models import OutboxMessage
from people.models import User
from records import services as records
from records.models import Notification
from tests.cast import person

PEOPLE = 5


class Server(EmailBackend):
    """A mail server with moods."""

    is_down = False
    refuses: frozenset[str] = frozenset()

    def send_messages(self, messages):
        if self.is_down:
            raise ConnectionRefusedError("no mail server")
        for message in messages:
            if set(message.to) & self.refuses:
                raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"no such user")})
        return super().send_messages(messages)


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    monkeypatch.setattr(Server, "is_down", False)
    monkeypatch.setattr(Server, "refuses", frozenset())
    return Server


@pytest.fixture
def told(munich, olga, system) -> list[User]:
    """Five people with an address, each told of the same thing."""
    made = [person(f"p{number}", munich) for number in range(PEOPLE)]
    for one in made:
        one.email = f"{one.username}@example.com"
        one.save()
    with acting(olga):
        for one in made:
            assert records.notify(one, text="Due tomorrow", url="/work/", key="k", by=olga)
    return made


def work(at) -> None:
    """Everything that is due at that time."""
    for message in list(selectors.due(at)):
        OutboxMessage.objects.filter(pk=message.pk).update(available_at=timezone.now() - timedelta(seconds=1))
        deliver(message.pk)


def recipients() -> list[str]:
    return sorted(message.to[0] for message in mail.outbox)


def test_a_server_that_is_away_for_an_hour_holds_up_nobody(told, server):
    """The reminders are there at once; the mails go out when it is back, each once."""
    assert Notification.objects.count() == PEOPLE
    server.is_down = True
    now = timezone.now()
    for minutes in range(0, 60, 10):
        work(now + timedelta(minutes=minutes))
    assert (mail.outbox, selectors.parked().count()) == ([], 0)
    server.is_down = False
    work(now + timedelta(hours=3))
    work(now + timedelta(hours=6))
    assert recipients() == sorted(one.email for one in told)
    assert OutboxMessage.objects.filter(done_at=None).count() == 0


def test_one_address_that_is_refused_keeps_no_other_from_its_mail(told, server):
    """Four get theirs once; the fifth is given up in the end, with an alarm."""
    server.refuses = frozenset({told[0].email})
    now = timezone.now()
    for hours in range(services.MOST_ATTEMPTS + 1):
        work(now + timedelta(hours=2 * hours))
    assert recipients() == sorted(one.email for one in told[1:])
    parked = selectors.parked().get()
    assert (parked.task, parked.attempts) == ("records.mail", services.MOST_ATTEMPTS)
    assert "no such user" in parked.error


def test_a_mail_is_not_sent_again_when_its_task_is_delivered_again(told, server):
    work(timezone.now())
    for message in OutboxMessage.objects.all():
        deliver(message.pk)
    assert recipients() == sorted(one.email for one in told)
