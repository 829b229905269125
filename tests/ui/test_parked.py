"""What was given up is seen by those who can do something about it, and taken up again by a press of a button."""

import pytest
from django.utils import timezone

from evidence.context import acting
from evidence.models import Event
from jobs import selectors, services
from jobs.delivery import deliver
from jobs.models import Job, OutboxMessage
from jobs.registry import TASKS
from kaizen import services as kaizen
from people.models import Site
from records.models import Notification
from tests.cast import client_for, refusal


@pytest.fixture
def ink(monkeypatch):
    """A task that fails while there is no ink."""
    bottle = {"full": False}

    def prints() -> None:
        if not bottle["full"]:
            raise RuntimeError("no ink")
        Site.objects.create(code="INK", name="Printed")

    monkeypatch.setitem(TASKS, "tests.prints", prints)
    return bottle


def given_up(by) -> OutboxMessage:
    with acting(by):
        services.enqueue("tests.prints")
    message = OutboxMessage.objects.get(task="tests.prints")
    for _attempt in range(selectors.MOST_ATTEMPTS):
        OutboxMessage.objects.filter(pk=message.pk).update(available_at=timezone.now())
        deliver(message.pk)
    return message


def test_the_alarm_goes_to_administrators_and_quality_managers(cast, system, ink):
    """Told once each, with the way to the page."""
    message = given_up(cast["olga"])
    alarm = OutboxMessage.objects.get(task="records.tell_of_parked")
    assert deliver(alarm.pk) is True
    told = Notification.objects.filter(key=f"parked-{message.pk}")
    assert sorted(one.person.username for one in told) == ["ada", "axel", "sam"]
    assert {one.url for one in told} == {"/jobs/parked/"}
    assert all("tests.prints" in one.text for one in told)


def test_an_administrator_takes_it_up_again(cast, system, ink):
    message = given_up(cast["olga"])
    browser = client_for(cast["ada"])
    page = browser.get("/jobs/parked/").content.decode()
    assert "tests.prints" in page
    assert "no ink" in page
    ink["full"] = True
    answer = browser.post(f"/jobs/parked/{message.pk}/replay/")
    assert answer.headers["Location"] == "/jobs/parked/"
    assert deliver(message.pk) is True
    assert Site.objects.filter(code="INK").count() == 1
    assert Event.objects.get(verb="failed task taken up again").actor_name == "Ada Admin"
    assert "tests.prints" not in browser.get("/jobs/parked/").content.decode()


def test_it_is_taken_up_once(cast, system, ink):
    message = given_up(cast["olga"])
    services.replay(message, by=cast["ada"], at=timezone.now())
    with refusal("not-parked"):
        services.replay(message, by=cast["ada"], at=timezone.now())
    assert client_for(cast["ada"]).post(f"/jobs/parked/{message.pk}/replay/").status_code == 404


@pytest.mark.parametrize("who", ["olga", "axel", "ines", "pedro", "sven", "mona", "aud"])
def test_nobody_else_sees_or_does_it(cast, system, ink, who):
    message = given_up(cast["olga"])
    assert client_for(cast[who]).get("/jobs/parked/").status_code == 403
    assert client_for(cast[who]).post(f"/jobs/parked/{message.pk}/replay/").status_code == 403
    message.refresh_from_db()
    assert message.parked_at is not None


def test_a_job_page_says_that_its_work_was_given_up(cast, system, monkeypatch):
    monkeypatch.setitem(TASKS, "tests.breaks", lambda job_id: 1 / 0)
    with acting(cast["olga"]):
        job = services.start_job("Long work", by=cast["olga"], task="tests.breaks")
    message = OutboxMessage.objects.get(task="tests.breaks")
    for _attempt in range(selectors.MOST_ATTEMPTS):
        OutboxMessage.objects.filter(pk=message.pk).update(available_at=timezone.now())
        deliver(message.pk)
    job.refresh_from_db()
    assert (job.failed, job.finished_at is not None) == (True, True)
    assert "given up" in client_for(cast["olga"]).get(f"/jobs/{job.uuid}/").content.decode()


def test_too_many_jobs_of_one_person_are_refused_with_a_sentence(cast, munich, system):
    """The others' queue stays short."""
    olga = cast["olga"]
    idea = kaizen.raise_idea(by=olga, site=munich, title="Light", description="Dark")
    browser = client_for(olga)
    statuses = [browser.post(f"/ideas/{idea.number}/chain/keep/").status_code for _n in range(8)]
    assert statuses == [302] * selectors.MOST_JOBS + [429] * 3
    assert "still going on" in browser.post(f"/ideas/{idea.number}/chain/keep/").content.decode()
    assert Job.objects.count() == selectors.MOST_JOBS
    assert client_for(cast["axel"]).post(f"/ideas/{idea.number}/chain/keep/").status_code == 302
