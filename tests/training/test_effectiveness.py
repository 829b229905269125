"""A training is effective when it was passed and seen at work; what was not kept is taught again."""

import pytest

from people import services as people
from records.models import Notification
from tests.cast import client_for, dialog, fresh, in_days, refusal, signing, today
from tests.training.stories import in_effect
from training import selectors
from training import services as training
from training.models import Assignment, Observation
from training.states import Level


@pytest.fixture
def taught(standard, skill, grinder, pedro, sven, olga, axel, system) -> Assignment:
    """Pedro was shown the work and can do it alone."""
    people.take_role(pedro, job_role=grinder, since=today(), by=axel)
    training.require_now(by=axel, job_role=grinder, document=standard, method="practical", raises=skill, level=Level.U)
    in_effect(standard, olga, axel, system)
    mine = Assignment.objects.get(person=pedro)
    return training.assess(mine, by=sven, signing=signing(mine.revision, sven, "verified"))


@pytest.fixture
def due(taught, system) -> Observation:
    training.open_observations(on=in_days(30), by=system)
    return Observation.objects.get()


def seen(due: Observation, by, **answers):
    facts = {"works_to_standard": True, "key_points_kept": True, **answers}
    return training.observe(due, by=by, signing=signing(due.signed_record, by, "verified"), **facts)


def test_the_leader_is_asked_between_the_30th_and_the_60th_day_once(taught, sven, system):
    assert training.open_observations(on=in_days(29), by=system) == 0
    assert training.open_observations(on=in_days(30), by=system) == 1
    assert training.open_observations(on=in_days(40), by=system) == 0
    row = Observation.objects.get()
    assert (row.observer, row.due, row.status) == (sven, in_days(60), "due")
    assert Notification.objects.filter(person=sven, key=f"observation-{row.pk}").exists()


def test_what_is_only_read_is_not_observed(standard, grinder, axel):
    assert training.require(by=axel, job_role=grinder, document=standard).observe_days is None


def test_who_left_is_not_observed(due, pedro, axel, system):
    people.leave_role(pedro.holdings.get(), until=in_days(1), by=axel)
    training.open_observations(on=in_days(31), by=system)
    assert fresh(due).status == "dropped"


def test_who_does_other_work_now_is_not_observed(due, munich, grinding, grinder, pedro, nina, axel, system):
    people.leave_role(pedro.holdings.get(), until=in_days(1), by=axel)
    packer = people.add_job_role(by=axel, site=munich, code="PACK", name="Packer", process=grinding)
    people.take_role(pedro, job_role=packer, since=today(), by=axel)
    people.take_role(nina, job_role=grinder, since=today(), by=axel)
    training.open_observations(on=in_days(31), by=system)
    assert fresh(due).status == "dropped"


def test_passed_and_seen_at_work_is_effective(due, sven, taught):
    assert not selectors.effectiveness_of(taught.requirement).is_effective
    seen(due, sven)
    found = selectors.effectiveness_of(taught.requirement)
    assert (found.passed, found.kept, found.share, found.is_effective) == (1, 1, 100, True)


def test_nobody_observes_themselves(due, pedro):
    with refusal("self-observed"):
        seen(due, pedro)


def test_what_is_not_kept_says_why(due, sven):
    with refusal("reason-missing"):
        seen(due, sven, key_points_kept=False)
    assert fresh(due).status == "due"


def test_what_is_not_kept_is_taught_again_and_the_owner_is_told(due, taught, skill, pedro, sven, axel):
    seen(due, sven, key_points_kept=False, note="The wheel was not dressed.")
    assert fresh(due).status == "not-kept"
    assert fresh(taught).valid_until == in_days(-1)
    again = Assignment.objects.get(person=pedro, status="assigned")
    assert (again.reason, again.requirement) == ("failed-check", taught.requirement)
    assert [one.username for one in selectors.untrained(taught.revision, on=today())] == ["pedro"]
    assert selectors.level_of(pedro, skill, on=today()).letter == "L"
    assert Notification.objects.filter(person=axel, key=f"observation-{due.pk}-failed").exists()
    found = selectors.effectiveness_of(taught.requirement)
    assert (found.not_kept, found.is_effective) == (1, False)


def test_the_second_look_decides(due, taught, pedro, sven, system):
    seen(due, sven, works_to_standard=False, note="Not to the standard.")
    again = Assignment.objects.get(person=pedro, status="assigned")
    training.assess(again, by=sven, signing=signing(again.revision, sven, "verified"))
    training.open_observations(on=in_days(31), by=system)
    seen(Observation.objects.get(status="due"), sven)
    assert selectors.effectiveness_of(taught.requirement).is_effective


def test_the_leader_signs_in_the_page(due, sven):
    browser, url = client_for(sven), f"/training/observations/{due.uuid}/"
    told = {**dialog(browser, url), "works_to_standard": "yes", "key_points_kept": "no", "note": "Gauge not used."}
    assert browser.post(url, told).status_code == 302
    assert fresh(due).status == "not-kept"
    assert "Gauge not used." in browser.get(url).text


def test_a_wrong_password_signs_nothing_in_the_page(due, sven):
    browser, url = client_for(sven), f"/training/observations/{due.uuid}/"
    told = {**dialog(browser, url, "guess"), "works_to_standard": "yes", "key_points_kept": "yes"}
    assert browser.post(url, told).status_code == 422
    assert fresh(due).status == "due"
