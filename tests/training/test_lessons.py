"""Curricula give newcomers an order; lessons teach several people, and the trainer signs once."""

from io import BytesIO

import pytest

from people import services as people
from records import services as records
from tests.cast import fresh, in_days, person, refusal, signing, today
from tests.training.stories import in_effect
from training import selectors
from training import services as training
from training.models import Assignment, Course
from training.states import Level


@pytest.fixture
def course(munich, olga) -> Course:
    return training.add_course(by=olga, site=munich, title="First aid", provider="Red Cross")


@pytest.fixture
def asked(course, grinder, pedro, nina, axel):
    """Pedro and Nina must take part in the course."""
    for who in (pedro, nina):
        people.take_role(who, job_role=grinder, since=today(), by=axel)
    return training.require_now(by=axel, job_role=grinder, course=course, method="classroom", validity_months=24)


def lesson(course, sven, *people, **facts):
    rows = [{"person": who} for who in people]
    return training.plan_lesson(
        by=sven, site=course.site, course=course, held_on=facts.pop("held_on", today()), people=rows, **facts
    )


def test_the_trainer_signs_once_and_everybody_on_the_list_has_passed(asked, course, sven, pedro, nina):
    planned = lesson(course, sven, pedro, nina)
    training.hold(planned, by=sven, signing=signing(planned, sven, "verified"))
    rows = Assignment.objects.order_by("person__username")
    until = selectors.months_later(today(), 24)
    assert [(row.status, row.valid_until) for row in rows] == [("passed", until), ("passed", until)]
    assert len({row.signature_id for row in rows}) == 1
    assert planned.signatures.count() == 1


def test_a_certificate_from_outside_says_itself_how_long_it_is_good(asked, course, sven, pedro):
    row = {"person": pedro, "valid_until": in_days(90), "note": "No. 4711"}
    planned = training.plan_lesson(by=sven, site=course.site, course=course, held_on=today(), people=[row])
    records.attach(planned, file=BytesIO(b"%PDF-1.4 certificate"), name="4711.pdf", by=sven)
    training.hold(fresh(planned), by=sven, signing=signing(planned, sven, "verified"))
    assert Assignment.objects.get(person=pedro).valid_until == in_days(90)


def test_what_cannot_be_signed(asked, course, sven, pedro):
    empty = lesson(course, sven)
    with refusal("nobody-came"):
        training.hold(empty, by=sven, signing=signing(empty, sven, "verified"))
    ahead = lesson(course, sven, pedro, held_on=in_days(3))
    with refusal("not-yet"):
        training.hold(ahead, by=sven, signing=signing(ahead, sven, "verified"))
    with refusal("trainer-learns"):
        lesson(course, sven, pedro, sven)
    with refusal("twice"):
        lesson(course, sven, pedro, pedro)


def test_a_standard_that_is_shown_at_the_station_is_not_passed_by_a_lesson(
    standard, grinder, pedro, sven, olga, axel, system
):
    people.take_role(pedro, job_role=grinder, since=today(), by=axel)
    training.require_now(by=axel, job_role=grinder, document=standard, method="practical")
    in_effect(standard, olga, axel, system)
    planned = training.plan_lesson(
        by=sven, site=standard.site, document=standard, held_on=today(), people=[{"person": pedro}]
    )
    training.hold(planned, by=sven, signing=signing(planned, sven, "verified"))
    assert Assignment.objects.get(person=pedro).status == "assigned"


def test_a_newcomer_gets_the_whole_curriculum_in_order_that_day(
    asked, standard, skill, grinder, munich, olga, axel, system
):
    in_effect(standard, olga, axel, system)
    read = training.require(by=axel, job_role=grinder, document=standard)
    can = training.require(by=axel, job_role=grinder, skill=skill, level=Level.L, method="practical")
    lines = [{"requirement": read, "days": 2}, {"requirement": can, "days": 60}, {"requirement": asked, "days": 30}]
    made = training.open_curriculum(by=axel, job_role=grinder, lines=lines)
    training.activate_curriculum(made, by=axel)
    assert [fresh(one).status for one in (read, can)] == ["active", "active"]
    tilda = person("tilda", munich, "operator")
    people.take_role(tilda, job_role=grinder, since=today(), by=axel)
    mine = list(selectors.open_assignments(tilda))
    assert [one.title for one in mine] == ["Grind", "First aid", "Ring grinding"]
    assert all(one.due <= in_days(days) for one, days in zip(mine, (2, 30, 60), strict=True))
    assert mine[2].due > in_days(50)


def test_a_curriculum_holds_requirements_of_its_role_once(asked, grinder, standard, pedro, axel):
    named = training.require(by=axel, person=pedro, document=standard)
    with refusal("other-role"):
        training.open_curriculum(by=axel, job_role=grinder, lines=[{"requirement": named, "days": 1}])
    with refusal("twice"):
        training.open_curriculum(by=axel, job_role=grinder, lines=[{"requirement": asked, "days": 1}] * 2)
    training.open_curriculum(by=axel, job_role=grinder, lines=[{"requirement": asked, "days": 1}])
    with refusal("curriculum-exists"):
        training.open_curriculum(by=axel, job_role=grinder, lines=[])


def test_a_requirement_says_of_whom_and_what(grinder, pedro, standard, skill, axel):
    with refusal("of-whom"):
        training.require(by=axel, document=standard)
    with refusal("of-whom"):
        training.require(by=axel, job_role=grinder, person=pedro, document=standard)
    with refusal("what"):
        training.require(by=axel, person=pedro)
    with refusal("what"):
        training.require(by=axel, person=pedro, document=standard, skill=skill, level=Level.U)
    with refusal("level-missing"):
        training.require(by=axel, person=pedro, skill=skill)


def test_what_is_still_required_is_kept(asked, course, axel):
    with refusal("still-required"):
        training.end(course, by=axel, reason="Not taught any more.")
    training.retire(asked, by=axel, reason="Not needed here.")
    assert training.end(course, by=axel, reason="Not taught any more.").status == "retired"
