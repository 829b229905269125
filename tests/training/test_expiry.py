"""What runs out is assigned again; who is late is reminded, and after some days others hear of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people import services as people
from records.models import Notification
from tests.cast import client_for, dialog, fresh, in_days, person, queries, refusal, signing, today
from tests.training.stories import revised
from training import selectors
from training import services as training
from training.models import Assignment


def expiring(assignment: Assignment, day: date) -> Assignment:
    """As if it had been passed long ago."""
    assignment.valid_until = day
    assignment.save()
    return assignment


def test_passing_is_good_until_its_months_are_over(known):
    assert known.valid_until == selectors.months_later(today(), 12)


def test_what_runs_out_is_assigned_again_once(known, system):
    assert training.refresh(on=today(), by=system) == 0
    expiring(known, in_days(20))
    assert training.refresh(on=today(), by=system) == 1
    again = Assignment.objects.get(reason="refresher")
    assert (again.person, again.revision, again.status) == (known.person, known.revision, "assigned")
    assert today() <= again.due <= in_days(20)
    assert again.history.get().history_type == "+"
    assert training.refresh(on=today(), by=system) == 0
    assert training.refresh(on=in_days(30), by=system) == 0


def test_a_missed_night_loses_none(known, system):
    expiring(known, in_days(-100))
    assert training.refresh(on=today(), by=system) == 1
    assert Assignment.objects.get(reason="refresher").due == today()


def test_who_left_the_role_is_not_asked_again(known, pedro, axel, system):
    expiring(known, in_days(20))
    holding = pedro.holdings.get()
    type(holding).objects.filter(pk=holding.pk).update(since=in_days(-10), until=today())
    assert training.refresh(on=today(), by=system) == 0


def test_a_refresher_asks_for_the_newest_revision(known, standard, olga, axel, system):
    second = revised(standard, olga, axel, system, training="none")
    expiring(known, in_days(3))
    assert training.refresh(on=today(), by=system) == 1
    assert Assignment.objects.get(reason="refresher").revision == second


def test_what_ran_out_no_longer_counts(known, standard):
    expiring(known, in_days(-1))
    assert [one.username for one in selectors.untrained(known.revision, on=today())] == ["pedro"]
    assert list(selectors.untrained(known.revision, on=in_days(-1))) == []


def test_who_comes_back_keeps_what_is_still_good_and_renews_the_rest(known, standard, pedro, grinder, axel, system):
    holding = pedro.holdings.get()
    type(holding).objects.filter(pk=holding.pk).update(since=in_days(-10), until=today())
    people.take_role(pedro, job_role=grinder, since=today(), by=axel)
    assert Assignment.objects.filter(person=pedro).count() == 1
    holding = pedro.holdings.get(until=None)
    type(holding).objects.filter(pk=holding.pk).update(since=in_days(-5), until=today())
    expiring(known, in_days(-1))
    people.take_role(pedro, job_role=grinder, since=today(), by=axel)
    assert Assignment.objects.get(person=pedro, status="assigned").reason == "new-role"


def test_who_goes_to_another_role_is_asked_what_that_one_requires(
    known, munich, lyon, welding, standard, pedro, axel, sam
):
    welder = people.add_job_role(by=sam, site=lyon, code="WELDER", name="Welder", process=welding)
    course = training.add_course(by=sam, site=lyon, title="Welding")
    training.require_now(by=sam, job_role=welder, course=course, method="classroom")
    people.take_role(pedro, job_role=welder, since=today(), by=sam)
    assert [one.title for one in selectors.open_assignments(pedro)] == ["Welding"]
    people.leave_role(pedro.holdings.get(job_role=welder), until=in_days(1), by=sam)
    assert list(selectors.open_assignments(pedro)) == []
    assert fresh(known).status == "passed"


def test_what_another_role_still_requires_is_assigned_by_that_one(
    known, munich, grinding, standard, nina, grinder, axel
):
    setter = people.add_job_role(by=axel, site=munich, code="SETTER", name="Setter", process=grinding)
    training.require_now(by=axel, job_role=setter, document=standard)
    people.take_role(nina, job_role=grinder, since=today(), by=axel)
    people.take_role(nina, job_role=setter, since=today(), by=axel)
    first = Assignment.objects.get(person=nina)
    people.leave_role(nina.holdings.get(job_role=first.requirement.job_role), until=in_days(1), by=axel)
    assert fresh(first).status == "expired"
    (second,) = selectors.open_assignments(nina)
    assert second.requirement.job_role != first.requirement.job_role


def late(known, nina, grinder, axel, days: int) -> Assignment:
    people.take_role(nina, job_role=grinder, since=today(), by=axel)
    row = Assignment.objects.get(person=nina)
    row.due = in_days(-days)
    row.save()
    return row


def told(username: str) -> int:
    return Notification.objects.filter(person__username=username, key__startswith="late-").count()


@pytest.mark.parametrize(("days", "leader", "quality"), [(2, 0, 0), (3, 1, 0), (9, 1, 0), (10, 1, 1)])
def test_who_leads_hears_after_days_and_quality_after_more(
    known, nina, sven, olga, grinder, axel, system, days, leader, quality
):
    late(known, nina, grinder, axel, days)
    training.remind(on=today(), by=system)
    assert (told("sven"), told("olga"), told("axel")) == (leader, leader, quality)
    assert Notification.objects.filter(person=nina, key__startswith="assignment-").count() == 1
    training.remind(on=today(), by=system)
    assert told("sven") == leader


def test_a_missed_night_delays_an_escalation_and_loses_none(known, nina, sven, grinder, axel, system):
    late(known, nina, grinder, axel, 3)
    training.remind(on=in_days(9), by=system)
    assert (told("sven"), told("axel")) == (1, 1)


def test_many_who_are_late_are_told_in_one(known, munich, nina, sven, grinder, axel, system):
    for name in ("nils", "nora"):
        people.take_role(person(name, munich, "operator"), job_role=grinder, since=today(), by=axel)
    late(known, nina, grinder, axel, 5)
    Assignment.objects.filter(status="assigned").update(due=in_days(-5))
    training.remind(on=today(), by=system)
    assert "and 2 more" in Notification.objects.get(person=sven, key__startswith="late-").text


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)), st.integers(0, 120))
def test_months_later_is_in_that_month_and_never_past_its_day(day, months):
    found = selectors.months_later(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day <= day.day
    assert found.day == day.day or selectors.months_later(found, 0).day >= 28


def test_a_waiver_counts_and_signs_the_requirement_of_a_course(pedro, sven, axel, munich, olga):
    course = training.add_course(by=olga, site=munich, title="First aid")
    requirement = training.require_now(by=axel, person=pedro, course=course, method="classroom")
    mine = Assignment.objects.get(person=pedro)
    training.waive(mine, by=sven, reason="Is a paramedic.", signing=signing(requirement, sven, "waived"))
    assert fresh(mine).status == "waived"


def test_a_waiver_that_is_over_assigns_the_training_again_once(pedro, sven, axel, munich, olga, system):
    course = training.add_course(by=olga, site=munich, title="First aid")
    requirement = training.require_now(by=axel, person=pedro, course=course, method="classroom", refresher_days=30)
    mine = Assignment.objects.get(person=pedro)
    with refusal("until-past"):
        sign = signing(requirement, sven, "waived")
        training.waive(mine, by=sven, reason="Broken arm.", signing=sign, until=in_days(-1))
    sign = signing(requirement, sven, "waived")
    training.waive(mine, by=sven, reason="Broken arm.", signing=sign, until=in_days(10))
    assert training.refresh(on=in_days(10), by=system) == 0, "on its last day it still holds"
    shown = [one.is_over for one in selectors.waivers(sven, on=in_days(11))]
    assert [training.refresh(on=in_days(day), by=system) for day in (11, 11, 12)] == [1, 0, 0]
    again = Assignment.objects.get(person=pedro, status="assigned")
    assert (again.requirement_id, again.reason, shown) == (requirement.pk, "refresher", [True])
    assert [one.is_again for one in selectors.waivers(sven, on=in_days(11))] == [True]


def test_the_list_of_waivers_says_who_why_by_whom_and_until_when(pedro, sven, axel, munich, olga, sam):
    course = training.add_course(by=olga, site=munich, title="First aid")
    counts = []
    for number in range(2):
        trainee = pedro if not number else person("pia", munich, "operator")
        requirement = training.require_now(by=axel, person=trainee, course=course, method="classroom")
        url = f"{Assignment.objects.get(person=trainee).get_absolute_url()}waive/"
        browser = client_for(sven)
        typed = {
            **dialog(browser, url),
            "reason": "Is a paramedic.",
            "until": in_days(10).isoformat() if number else "",
        }
        assert browser.post(url, typed).status_code == 302
        counts.append(len(queries(browser, "/training/waivers/")))
    page = browser.get("/training/waivers/").content.decode()
    for told in ("Pedro Press", "First aid", requirement.number, "Is a paramedic.", "Sven Supervisor", "for good"):
        assert told in page
    assert in_days(10).isoformat() in page
    assert counts[0] == counts[1]
    assert "First aid" not in client_for(sam).get("/training/waivers/").content.decode()
    assert client_for(pedro).get("/training/waivers/").status_code == 403
