"""Nonconformities and CAPAs over HTTP: pages, verbs, what waits for whom, who sees nothing."""

import pytest

from capa import services as capas
from capa.models import Capa, Nonconformity
from capa.states import CapaStatus, Leg
from records import services as records
from tests.capa.conftest import drive
from tests.cast import client_for, dialog, fresh, in_days, queries, signing, today
from training import services as training
from training.models import Assignment


def test_complaint_is_raised_and_answered(grinding, olga):
    browser = client_for(olga)
    done = browser.post(
        "/nonconformities/new/",
        {"site": "MUC", "title": "Rings too wide", "description": "12 of 200", "detected_on": today().isoformat(),
         "source": "complaint", "customer": "Bearing AG", "reply_due": in_days(5).isoformat(), "process": "MUC/GRIND"},
    )  # fmt: skip
    assert done.status_code == 302, done.content.decode()
    record = Nonconformity.objects.get()
    assert (record.owner, record.customer) == (olga, "Bearing AG")
    page = browser.get("/nonconformities/?source=complaint").content.decode()
    assert record.number in page
    assert "Answer Bearing AG" in browser.get("/work/").content.decode()
    answered = browser.post(f"{record.get_absolute_url()}do/reply/", {"replied_on": today().isoformat()})
    assert answered.status_code == 302, answered.content.decode()
    assert fresh(record).replied_on == today()
    assert "Answer Bearing AG" not in browser.get("/work/").content.decode()


def test_complaint_opens_one_capa(complaint, olga):
    browser = client_for(olga)
    url = f"{complaint.get_absolute_url()}do/open-capa/"
    opened = browser.post(url, {"due": in_days(30).isoformat()})
    capa = Capa.objects.get()
    assert opened["Location"] == capa.get_absolute_url()
    assert capa.origin_id == complaint.pk
    again = browser.post(url, {})
    assert again.status_code == 422
    assert capa.number in again.content.decode()
    assert capa.number in browser.get(complaint.get_absolute_url()).content.decode()


@pytest.mark.parametrize("status", [*CapaStatus.values[:7]])
def test_every_state_of_a_capa_has_a_page(capa, olga, axel, status):
    if status == CapaStatus.REOPENED:
        pytest.skip("reached by reopening")
    drive(capa, status, by=olga, verifier=axel)
    page = client_for(axel).get(capa.get_absolute_url())
    assert page.status_code == 200
    assert page.content.decode().count(capa.number) >= 1


def test_capa_goes_all_the_way_over_http(capa, olga, axel):
    browser, base = client_for(olga), f"{capa.get_absolute_url()}do/"

    def do(verb, door=browser, **data):
        answer = door.post(f"{base}{verb}/", data)
        assert answer.status_code == 302, answer.content.decode()

    do("contain", correction="Sorted", containment="All parts are checked")
    do("add-cause", statement="Wide rings were ground", leg=Leg.MADE)
    parent = capa.causes.get()
    do("add-cause", statement="The dresser is worn", parent=str(parent.uuid))
    worn = capa.causes.get(parent=parent)
    do("judge-cause", cause=str(worn.uuid), verdict="confirmed", proof="Measured 40 µm", is_root="on")
    do("find-cause")
    do("plan-action", topic="corrective", what="Change it", who="olga", due=in_days(3).isoformat())
    do("plan", read_across="Line 2")
    action = capa.actions.get()
    browser.post(f"{capa.get_absolute_url()}actions/{action.uuid}/finish/", {"result": "Changed"})
    do("complete", risks_changed="no", qms_changed="yes", qms_note="The control plan")
    do("start-check", criterion="No wide ring in 30 days", due=in_days(30).isoformat())
    page = browser.get(capa.get_absolute_url()).content.decode()
    assert "The dresser is worn" in page
    assert "Root cause" in page
    assert "The control plan" in page
    checker = client_for(axel)
    shown = dialog(checker, f"{capa.get_absolute_url()}do/close/")
    do("close", checker, conclusion="30 days without one", **shown)
    assert fresh(capa).status == CapaStatus.CLOSED_EFFECTIVE
    assert fresh(capa).signatures.get().note == "30 days without one"


def test_evidence_is_shown_in_words(munich, olga):
    capa = capas.open_capa(
        by=olga, site=munich, title="Slipping", problem="Scrap", diagnosis="never-adopted",
        evidence={"onset": "2026-03-02", "lost_percent": 62, "untrained": ["Pedro Press"], "s": 5.25, "adopted": False,
                  "because": "only 40 % of those concerned are trained on it", "missed_audits": ["MUC-AUD-2026-0003"]},
    )  # fmt: skip
    page = client_for(olga).get(capa.get_absolute_url()).content.decode()
    for words in ("Never adopted", "only 40 %", "62 %", "Pedro Press", "MUC-AUD-2026-0003", "2026-03-02", "5.25"):
        assert words in page


def test_my_work_and_the_tile_name_my_capa(capa, olga, sam):
    page = client_for(olga).get("/work/").content.decode()
    assert f"{capa.number} {capa.title}" in page
    assert "Correction and containment" in page
    assert "Open CAPAs" in page
    assert capa.number not in client_for(sam).get("/work/").content.decode()


@pytest.mark.parametrize("tail", ["", "chain/", "actions/", "timeline/", "do/contain/", "record.pdf"])
def test_stranger_finds_no_capa_and_no_complaint(capa, complaint, sam, tail):
    stranger = client_for(sam)
    for record in (capa, complaint):
        assert stranger.get(f"{record.get_absolute_url()}{tail}").status_code == 404


def test_stranger_finds_nothing_in_lists_searches_and_exports(capa, complaint, sam):
    stranger = client_for(sam)
    for plural, record in (("capas", capa), ("nonconformities", complaint)):
        assert record.number not in stranger.get(f"/{plural}/").content.decode()
        assert record.number not in b"".join(stranger.get(f"/{plural}/export.csv")).decode()
        assert stranger.get(f"/api/v1/{plural}/").json()["total"] == 0
        assert stranger.get(f"/api/v1/{plural}/{record.number}/").status_code == 404
        assert stranger.get(f"/lookup/{plural}/", {"q": "rings"}).json() == {"results": []}
    found = stranger.get("/search/", {"q": "rings"})
    assert found.status_code == 200
    assert "too wide" not in found.content.decode()


def test_panels_load(complaint, capa, olga):
    assert client_for(olga).get(f"{capa.get_absolute_url()}panel/findings/").status_code == 200


@pytest.mark.parametrize("plural", ["capas", "nonconformities"])
def test_lists_ask_the_same_of_one_and_thirty(munich, grinding, olga, plural):
    browser = client_for(olga)

    def add(count):
        for number in range(count):
            if plural == "capas":
                capas.open_capa(by=olga, site=munich, title=f"C{number}", problem="p", process=grinding)
            else:
                capas.raise_nonconformity(
                    by=olga, site=munich, title=f"N{number}", description="d", detected_on=today(), process=grinding
                )

    add(1)
    one = queries(browser, f"/{plural}/")
    add(29)
    thirty = queries(browser, f"/{plural}/")
    assert len(one) == len(thirty) <= 10, "\n".join(thirty)
    assert len(queries(browser, f"/api/v1/{plural}/")) <= 10


def test_capa_page_asks_the_same_with_many_causes_and_actions(capa, olga):
    browser = client_for(olga)
    drive(capa, CapaStatus.PLANNED, by=olga)
    one = queries(browser, capa.get_absolute_url())
    for number in range(12):
        records.add_action(capa, what=f"A{number}", who=olga, due=in_days(3), by=olga, topic="corrective")
    thirty = queries(browser, capa.get_absolute_url())
    assert len(one) == len(thirty) <= 12, "\n".join(thirty)


def test_people_are_trained_because_of_a_capa_also_those_who_knew_it(
    capa, munich, olga, axel, sven, pedro, sam, system
):
    first_aid = training.add_course(by=olga, site=munich, title="Ring gauges")
    browser, url = client_for(axel), f"{capa.get_absolute_url()}do/require-training/"
    asked = {"person": "pedro", "course": first_aid.number, "method": "classroom"}
    assert browser.post(url, asked).status_code == 302
    mine = Assignment.objects.get(person=pedro)
    requirement = mine.requirement
    assert (mine.reason, requirement.origin_id) == ("capa", capa.pk)
    shown = signing(requirement, sven, "waived")
    training.waive(mine, by=sven, reason="He wrote the course.", signing=shown)
    assert "all trained" in browser.get(f"{capa.get_absolute_url()}panel/training/").content.decode()
    other = capas.open_capa(by=olga, site=munich, title="Rings too thin", problem="They are thin again.")
    again = f"{other.get_absolute_url()}do/require-training/"
    assert browser.post(again, asked).status_code == 302
    assert browser.post(again, asked).status_code == 302
    assert sorted(one.status for one in Assignment.objects.filter(person=pedro)) == ["assigned", "waived"]
    panel = browser.get(f"{other.get_absolute_url()}panel/training/").content.decode()
    assert requirement.number in panel
    assert "0 of 1 trained because of it" in panel
    assert client_for(sam).post(url, asked).status_code == 404
