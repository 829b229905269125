"""How far people have come, signed by who may; and who may run a station."""

import pytest
from django.db import IntegrityError, transaction

from people import services as people
from tests.cast import api_for, client_for, dialog, in_days, refusal, signing, today
from tests.training.stories import assessed, in_effect, passed, revised
from training import selectors
from training import services as training
from training.models import Assignment, Competence
from training.states import Level


def test_a_supervisor_signs_a_level_and_the_newest_counts(skill, pedro, sven):
    assessed(skill, pedro, Level.L, sven, evidence_seen="Three rings")
    made = assessed(skill, pedro, Level.U, sven)
    assert (made.level, made.assessor, made.signature.signer) == (Level.U, sven, sven)
    assert "Pedro" in made.signature.note
    assert selectors.level_of(pedro, skill, on=today()).letter == "U"
    assert Competence.objects.count() == 2


def test_nobody_assesses_themselves_also_not_in_the_database(skill, sven):
    with refusal("self-assessed"):
        assessed(skill, sven, Level.O, sven)
    with pytest.raises(IntegrityError, match="nobody_signs"), transaction.atomic():
        Competence.objects.create(
            skill=skill, person=sven, assessor=sven, level=4, assessed_on=today(), at=skill.opened_at, signature_id=1
        )


def test_who_can_train_others_assesses_too(skill, pedro, nina, sven):
    with refusal("not-assessor"):
        assessed(skill, nina, Level.L, pedro)
    assessed(skill, pedro, Level.O, sven)
    assert assessed(skill, nina, Level.L, pedro).assessor == pedro


def test_a_trainer_whose_level_ran_out_no_longer_assesses(skill, pedro, nina, sven):
    assessed(skill, pedro, Level.O, sven, valid_until=today())
    assert selectors.trains(pedro, skill, on=today())
    assert not selectors.trains(pedro, skill, on=in_days(1))


def test_a_level_runs_out_when_the_skill_says_so(munich, pedro, sven, olga):
    forklift = training.add_skill(by=olga, site=munich, code="FORK", title="Forklift", validity_months=12)
    made = assessed(forklift, pedro, Level.U, sven)
    assert made.valid_until == selectors.months_later(today(), 12)
    assert [row.person for row in selectors.running_out(on=made.valid_until)] == [pedro]
    assessed(forklift, pedro, Level.U, sven)
    assert list(selectors.running_out(on=today())) == []


def test_a_code_is_used_once_at_a_site(skill, munich, lyon, olga, sam):
    with refusal("code-taken"):
        training.add_skill(by=olga, site=munich, code="grind", title="Again")
    assert training.add_skill(by=sam, site=lyon, code="GRIND", title="There").short == "GRIND"


def test_reading_alone_gives_the_theory_and_no_more(standard, skill, pedro, olga, axel, system):
    in_effect(standard, olga, axel, system)
    training.require_now(by=axel, person=pedro, document=standard, raises=skill, level=Level.U)
    passed(Assignment.objects.get(person=pedro))
    held = Competence.objects.get(person=pedro)
    assert (held.letter, held.assessor, held.revision.no) == ("I", None, 1)


def test_a_practical_gives_the_level_that_was_promised(standard, skill, pedro, sven, olga, axel, system):
    in_effect(standard, olga, axel, system)
    training.require_now(by=axel, person=pedro, document=standard, raises=skill, level=Level.U, method="practical")
    mine = Assignment.objects.get(person=pedro)
    training.assess(mine, by=sven, signing=signing(mine.revision, sven, "verified"))
    assert selectors.level_of(pedro, skill, on=today()).letter == "U"


def test_who_holds_the_level_for_good_is_not_asked_for_it(skill, pedro, nina, sven, axel):
    assessed(skill, pedro, Level.O, sven)
    assessed(skill, nina, Level.O, sven)
    assessed(skill, nina, Level.L, sven)  # the newest counts
    for person in (pedro, nina):
        training.require_now(by=axel, person=person, skill=skill, level=Level.U, method="practical")
    assert [one.person for one in Assignment.objects.all()] == [nina]


def test_what_must_be_shown_again_after_a_time_is_asked_of_everybody(skill, pedro, sven, axel):
    assessed(skill, pedro, Level.O, sven)
    training.require_now(by=axel, person=pedro, skill=skill, level=Level.U, method="practical", validity_months=12)
    assert Assignment.objects.get().person == pedro


def test_a_skill_that_is_required_is_reached_by_an_assessment(skill, pedro, sven, axel):
    training.require_now(by=axel, person=pedro, skill=skill, level=Level.U, method="practical")
    assert Assignment.objects.get(person=pedro).status == "assigned"
    assessed(skill, pedro, Level.L, sven)
    assert Assignment.objects.get(person=pedro).status == "assigned"
    assessed(skill, pedro, Level.O, sven)
    assert Assignment.objects.get(person=pedro).status == "passed"


@pytest.fixture
def needs(station, standard, skill, olga, axel, system):
    in_effect(standard, olga, axel, system)
    training.need(station, by=axel, document=standard)
    training.need(station, by=axel, skill=skill, level=Level.U, people=2)


def on_shift(who, shift="early"):
    who.shift = shift
    who.save()
    return who


def test_who_may_run_a_station_who_nearly_and_why_not(needs, station, standard, skill, pedro, nina, sven, axel):
    on_shift(pedro), on_shift(nina)
    training.require_now(by=axel, person=pedro, document=standard)
    training.require_now(by=axel, person=nina, document=standard)
    passed(Assignment.objects.get(person=pedro))
    assessed(skill, pedro, Level.U, sven)
    assessed(skill, nina, Level.L, sven)
    found = selectors.at_station(station, on=today(), shift="early")
    assert [one.person for one in found.qualified] == [pedro]
    (other,) = found.others
    assert other.missing == [f"{standard.number}: not trained", "Ring grinding: has L, needs U"]
    passed(Assignment.objects.get(person=nina))
    (nearly,) = selectors.at_station(station, on=today(), shift="early").nearly
    assert (nearly.person, nearly.missing) == (nina, ["Ring grinding: has L, needs U"])
    assert selectors.qualified(pedro, station, on=today())
    assert not selectors.qualified(nina, station, on=today())


def test_a_new_revision_takes_the_right_to_run_until_it_is_known(
    needs, station, standard, skill, pedro, sven, olga, axel, system
):
    training.require_now(by=axel, person=pedro, document=standard)
    passed(Assignment.objects.get(person=pedro))
    assessed(skill, pedro, Level.U, sven)
    revised(standard, olga, axel, system, training="none")
    assert selectors.qualified(pedro, station, on=today())
    revised(standard, olga, axel, system)
    assert not selectors.qualified(pedro, station, on=today())
    passed(Assignment.objects.get(person=pedro, status="assigned"))
    assert selectors.qualified(pedro, station, on=today())


def test_coverage_counts_each_shift_and_warns_of_a_single_person(
    needs, station, standard, skill, early, pedro, sven, axel
):
    on_shift(pedro)
    training.require_now(by=axel, person=pedro, document=standard)
    passed(Assignment.objects.get(person=pedro))
    assessed(skill, pedro, Level.U, sven)
    (found,) = selectors.coverage([station], on=today())
    (shift,) = found.shifts
    assert (shift.shift, shift.whole.have, shift.whole.wanted) == ("early", 1, 2)
    assert shift.whole.is_single
    assert found.is_at_risk
    assert [(one.label, one.have, one.wanted) for one in shift.needs] == [
        (standard.number, 1, 1), ("Ring grinding U", 1, 2),
    ]  # fmt: skip


def test_a_need_that_ended_still_held_in_the_past(needs, station, axel):
    need = station.needs.get(skill__isnull=False)
    training.end_need(need, by=axel)
    assert [row.label for row in selectors.needs_of([station], on=today())] == [station.needs.first().label]
    with refusal("ended"):
        training.end_need(need, by=axel)


def test_a_need_is_a_standard_or_a_skill_of_this_site_or_above(station, standard, skill, lyon, axel, sam):
    theirs = training.add_skill(by=sam, site=lyon, code="WELD", title="Welding")
    with refusal("what"):
        training.need(station, by=axel)
    with refusal("level-missing"):
        training.need(station, by=axel, skill=skill)
    with refusal("elsewhere"):
        training.need(station, by=axel, skill=theirs, level=Level.U)


def test_an_operator_who_trains_others_opens_that_skill_and_assesses(skill, munich, olga, pedro, nina, sven):
    other = training.add_skill(by=olga, site=munich, title="Welding", code="WELD")
    browser, url = client_for(pedro), f"{skill.get_absolute_url()}do/assess/"
    assert (browser.get(skill.get_absolute_url()).status_code, browser.get(url).status_code) == (404, 404)
    assessed(skill, pedro, Level.O, sven)
    browser = client_for(pedro)
    assert url in browser.get("/training/mine/").content.decode()
    assert "Assess a person" in browser.get(skill.get_absolute_url()).content.decode()
    assert browser.get(other.get_absolute_url()).status_code == 404
    typed = {**dialog(browser, url), "person": "nina", "level": "L", "evidence_seen": "Ten rings"}
    assert browser.post(url, typed).status_code == 302
    assert selectors.level_of(nina, skill, on=today()).letter == "L"
    assert api_for(pedro).get(f"skills/{skill.number}/").status_code == 200
    assert api_for(pedro).get(f"skills/{other.number}/").status_code == 404


def test_levels_have_the_words_of_the_company(skill, sven, nina, grinder, axel, settings):
    people.take_role(nina, job_role=grinder, since=today(), by=axel)
    assessed(skill, nina, Level.L, sven)
    page = client_for(sven).get("/training/levels/").content.decode()
    assert "can do it under supervision" in page
    settings.LEVEL_WORDS = {"L": "beside the setter"}
    page = client_for(sven).get("/training/levels/").content.decode()
    assert "beside the setter" in page
    assert "can do it under supervision" not in page
    assert (Level.L.label, Level.U.label) == ("L: beside the setter", "U: alone, to takt and quality")
    assert "L: beside the setter" in client_for(sven).get(f"{skill.get_absolute_url()}do/assess/").content.decode()
