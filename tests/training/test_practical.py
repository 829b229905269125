"""Practical assessment: item by item, by somebody else, kept as it was shown."""

import pytest

from people import services as people
from tests.cast import client_for, fresh, person, queries, refusal, signing, today
from tests.training import station as at
from tests.training.stories import assessed
from training import permissions, selectors
from training import services as training
from training.models import Acknowledgement, Assessment, Assignment, Competence, Reading
from training.states import Level


@pytest.fixture
def practised(rings, olga, axel, sven) -> Assignment:
    at.give(sven, badge="B-S", pin="8624")
    training.add_item(rings, by=olga, text="Finds the emergency stop")
    at.next_revision(rings, olga, verdict="practical")
    return Assignment.objects.get(revision=at.issue(rings, olga, axel))


def everything(assignment, *, shown: bool = True) -> dict[str, dict[str, object]]:
    return {item["key"]: {"shown": shown} for item in selectors.checklist(assignment.revision)}


def test_the_checklist_comes_from_the_key_points_and_marks_of_the_steps(practised):
    items = selectors.checklist(practised.revision)
    assert [item["text"] for item in items] == [
        "Load the ring with both hands", "Grind to 74.00 mm", "Finds the emergency stop",
    ]  # fmt: skip
    assert (items[0]["point"], items[0]["is_safety"]) == ("Face down", True)


def test_an_assessor_passes_it_with_every_item_shown(practised, sven, pedro):
    answers = everything(practised)
    answers["step-load"] |= {"count": 5, "note": "Calm and safe"}
    training.assess(
        practised, by=sven, signing=signing(practised.revision, sven, "verified"), note="Five rings", answers=answers
    )
    kept = Assessment.objects.get()
    assert (kept.result, kept.assessor, kept.person) == ("passed", sven, pedro)
    assert (kept.items[0]["count"], kept.items[0]["note"]) == (5, "Calm and safe")
    assert kept.signature == fresh(practised).signature
    assert fresh(practised).status == "passed"


def test_what_was_not_shown_does_not_pass(practised, sven):
    given = signing(practised.revision, sven, "verified")
    with refusal("item-not-shown"):
        training.assess(practised, by=sven, signing=given, answers=everything(practised, shown=False))
    with refusal("items-missing"):
        training.assess(practised, by=sven, signing=given, answers={})
    assert fresh(practised).status == "assigned"


def test_not_yet_keeps_it_open_and_says_what_to_practise(practised, sven):
    training.fail(practised, by=sven, reason="Loading with both hands", answers=everything(practised, shown=False))
    kept = Assessment.objects.get()
    assert (kept.result, kept.note, kept.signature) == ("failed", "Loading with both hands", None)
    assert fresh(practised).status == "failed"
    training.assess(
        fresh(practised), by=sven, signing=signing(practised.revision, sven, "verified"), answers=everything(practised)
    )
    assert fresh(practised).status == "passed"


def test_nobody_assesses_themselves(practised, pedro):
    with refusal("self-assessed"):
        training.fail(practised, by=pedro, reason="Not today")


def test_at_the_tablet_the_person_reads_and_the_assessor_signs(practised, tablet, pedro, sven):
    at.come(tablet)
    tablet.post(f"/kiosk/open/{practised.uuid}/")
    reading = Reading.objects.get()
    tablet.post(f"/kiosk/read/{reading.uuid}/on/", {"place": "0"})
    url = f"/kiosk/sign/{reading.uuid}/"
    challenge = tablet.get(url).context["form"]["challenge"].value()
    tablet.post(url, {"username": at.BADGE, "password": at.PIN, "challenge": challenge})
    assert Acknowledgement.objects.get(assignment=practised).person == pedro
    assert fresh(practised).status == "opened"
    assert "Now show it to your supervisor" in tablet.get("/kiosk/mine/").content.decode()
    assert tablet.get("/kiosk/assess/").context["rows"] == []
    assert tablet.get(f"/kiosk/assess/{practised.uuid}/").status_code == 403

    at.come(tablet, "B-S")
    assert [row.pk for row in tablet.get("/kiosk/assess/").context["rows"]] == [practised.pk]
    url = f"/kiosk/assess/{practised.uuid}/"
    challenge = tablet.get(url).context["form"]["challenge"].value()
    shown = {f"shown-{key}": "yes" for key in everything(practised)}
    sent = {**shown, "result": "passed", "note": "Five rings", "challenge": challenge}
    assert tablet.post(url, {**sent, "username": "B-S", "password": "1111"}).status_code == 422
    challenge = tablet.get(url).context["form"]["challenge"].value()
    sent = {**sent, "challenge": challenge, "username": "B-S", "password": "8624"}
    assert tablet.post(url, sent).url == "/kiosk/assess/"
    assert fresh(practised).status == "passed"
    assert Assessment.objects.get().kiosk is not None
    assert Assessment.objects.get().signature.method == "pin"


def test_at_a_desk(practised, sven, pedro, sam, munich):
    url = f"/training/assignments/{practised.uuid}/practical/"
    client = client_for(sven)
    assert "Finds the emergency stop" in client.get(url).content.decode()
    assert client_for(pedro).get(url).status_code in (403, 404)
    assert client_for(sam).get(url).status_code == 404
    shown = {f"shown-{key}": "no" for key in everything(practised)}
    assert client.post(url, {**shown, "result": "failed", "note": "x"}).status_code == 422
    assert client.post(url, {**shown, "result": "failed", "note": "Loading it"}).url == practised.get_absolute_url()
    assert "Loading it" in client_for(pedro).get(practised.get_absolute_url()).content.decode()


def test_another_supervisor_of_another_site_assesses_nobody_here(practised, lyon):
    stranger = person("zoe", lyon, "supervisor")
    assert client_for(stranger).get(f"/training/assignments/{practised.uuid}/practical/").status_code == 404


def test_who_can_train_others_in_the_skill_assesses_it(practised, skill, sven, munich, pedro):
    nina = person("nina", munich, "operator")
    requirement = practised.requirement
    requirement.raises, requirement.level = skill, Level.U
    requirement.save()
    url = f"/training/assignments/{practised.uuid}/practical/"
    assessed(skill, nina, Level.U, sven)
    assert client_for(nina).get(url).status_code in (403, 404)
    assessed(skill, nina, Level.O, sven)
    assert permissions.may_assess(fresh(nina), fresh(practised))
    assert not permissions.may_assess(pedro, fresh(practised))


@pytest.fixture
def shown(skill, grinder, pedro, sven, axel) -> Assignment:
    """Grinders must grind alone, and show it."""
    at.give(sven, badge="B-S", pin="8624")
    at.give(pedro)
    people.take_role(pedro, job_role=grinder, since=today(), by=axel)
    training.require_now(by=axel, job_role=grinder, skill=skill, level=Level.U, method="practical", validity_months=12)
    return Assignment.objects.get(person=pedro)


def test_a_skill_is_shown_and_signed_at_the_tablet(shown, skill, tablet, pedro, sven):
    at.come(tablet)
    page = tablet.get("/kiosk/mine/").content.decode()
    assert "Ring grinding" in page
    assert "Show it to your supervisor or trainer" in page
    assert tablet.post(f"/kiosk/open/{shown.uuid}/").status_code == 409
    assert tablet.get(f"/kiosk/assess/{shown.uuid}/").status_code == 403

    at.come(tablet, "B-S")
    assert [row.pk for row in tablet.get("/kiosk/assess/").context["rows"]] == [shown.pk]
    url = f"/kiosk/assess/{shown.uuid}/"
    page = tablet.get(url)
    assert "Ring grinding" in page.content.decode()
    assert str(Level.U.label) in page.content.decode()
    sent = {"shown-all": "yes", "result": "passed", "note": "Ten rings", "username": "B-S", "password": "8624"}
    sent["challenge"] = page.context["form"]["challenge"].value()
    assert tablet.post(url, sent).url == "/kiosk/assess/"
    assert (fresh(shown).status, fresh(shown).signature.method) == ("passed", "pin")
    assert [(one.level, one.assessor) for one in Competence.objects.filter(person=pedro)] == [(Level.U, sven)]
    assert tablet.post(url, sent).url == "/kiosk/assess/", "twice is once"
    at.come(tablet)
    assert tablet.get(url).status_code == 404
    assert Competence.objects.count() == 1


def test_a_skill_that_was_not_shown_yet_stays_open(shown, tablet):
    at.come(tablet, "B-S")
    sent = {"shown-all": "no", "result": "failed", "note": "The light was not waited for"}
    assert tablet.post(f"/kiosk/assess/{shown.uuid}/", sent).url == "/kiosk/assess/"
    assert fresh(shown).status == "failed"
    assert not Competence.objects.exists()
    assert len(tablet.get("/kiosk/assess/").context["rows"]) == 1


def test_a_skill_is_assessed_at_a_desk_by_the_same_list(shown, sven, sam):
    client, url = client_for(sven), f"/training/assignments/{shown.uuid}/practical/"
    assert url in client.get(shown.get_absolute_url()).content.decode()
    assert "Ring grinding" in client.get(url).content.decode()
    assert client_for(sam).get(url).status_code == 404


def test_who_waits_at_this_station_is_on_top(shown, skill, tablet, munich, pedro, axel):
    other = training.add_skill(by=axel, site=munich, code="WELD", title="Welding")
    training.require_now(by=axel, person=pedro, skill=other, level=Level.L, method="practical")
    Assignment.objects.filter(requirement__skill=other).update(due=today())
    at.come(tablet, "B-S")
    assert [row.title for row in tablet.get("/kiosk/assess/").context["rows"]] == ["Ring grinding", "Welding"]


def test_the_list_of_who_waits_asks_no_more_for_more(shown, skill, grinder, tablet, munich, axel):
    at.come(tablet, "B-S")
    few = len(queries(tablet, "/kiosk/assess/"))
    for number in range(6):
        people.take_role(person(f"g{number}", munich, "operator"), job_role=grinder, since=today(), by=axel)
    assert len(tablet.get("/kiosk/assess/").context["rows"]) == 7
    assert len(queries(tablet, "/kiosk/assess/")) <= few
