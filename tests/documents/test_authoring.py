"""Writing a draft: nothing typed is lost, nobody is locked out, and whoever saves second is told."""

import io

import pytest

from documents import selectors
from documents import services as documents
from documents.models import Autosave, Presence, Revision
from evidence.context import acting, clock
from evidence.models import Event
from people.states import Authority
from records.selectors import content
from tests.cast import api_for, client_for, fresh, person, refusal, signing
from tests.documents.test_pictures import png


@pytest.fixture
def erik(munich):
    return person("erik", munich, Authority.ENGINEER)


def path(draft, rest=""):
    return f"revisions/{draft.number}/{rest}"


def edit(draft):
    return f"/revisions/{draft.number}/do/edit/"


def typed(draft, **more):
    """What the form sends."""
    return {
        "version": draft.version, "body": "<p>New</p>", "training": "read", "steps-count": "1",
        "steps-0-key": draft.steps.get().key, "steps-0-what": "Clamp firmly", "steps-0-manual_seconds": "5", **more,
    }  # fmt: skip


def test_what_is_typed_is_kept_beside_the_record_and_makes_no_history(draft, olga):
    events, versions = Event.objects.count(), Revision.history.count()
    api = api_for(olga)
    told = api.post(path(draft, "autosave/"), {"version": draft.version, "fields": "body=Half+a+sen"})
    assert told.status_code == 200
    assert told.json()["conflict"] is None
    assert Autosave.objects.get().fields == "body=Half+a+sen"
    assert (fresh(draft).body, fresh(draft).version) == ("", 1)
    assert (Event.objects.count(), Revision.history.count()) == (events, versions)


def test_what_was_typed_is_offered_again_and_gone_when_it_is_saved(draft, olga):
    client = client_for(olga)
    fields = "body=%3Cp%3EHalf+a+sentence%3C%2Fp%3E&steps-count=1&steps-0-what=Clamp+harder"
    with acting(olga):
        documents.autosave(draft, by=olga, version=1, fields=fields)
    assert "did not save it" in client.get(edit(draft)).content.decode()
    page = client.get(edit(draft) + "?recover=1").content.decode()
    assert "Half a sentence" in page
    assert "Clamp harder" in page
    assert client.post(edit(draft), typed(draft)).status_code == 302
    assert (fresh(draft).body, [step.what for step in draft.steps.all()]) == ("<p>New</p>", ["Clamp firmly"])
    assert not Autosave.objects.exists()


def test_the_autosave_of_one_writer_is_not_offered_to_another(draft, olga, erik):
    with acting(olga):
        documents.autosave(draft, by=olga, version=1, fields="body=Mine")
    assert "did not save it" not in client_for(erik).get(edit(draft)).content.decode()
    assert api_for(erik).get(path(draft, "autosave/")).json() == {"kept": None}


def test_a_second_writer_is_told_who_was_first(draft, olga, erik):
    api_for(olga).post(path(draft, "autosave/"), {"version": 1})
    told = api_for(erik).post(path(draft, "autosave/"), {"version": 1}).json()
    assert [one["name"] for one in told["others"]] == ["Olga Owner"]
    assert "Olga Owner has been editing this since" in client_for(erik).get(edit(draft)).content.decode()


def test_who_is_not_heard_of_for_a_minute_is_gone(draft, olga, erik):
    now = clock()
    Presence.objects.create(revision=draft, person=olga, since=now, seen_at=now - selectors.PATIENCE * 2)
    assert selectors.editing(draft, but=erik, at=now) == []


def test_who_closes_the_editor_is_gone_at_once(draft, olga, erik):
    api_for(olga).post(path(draft, "autosave/"), {"version": 1})
    api_for(olga).post(path(draft, "leave/"))
    assert api_for(erik).post(path(draft, "autosave/"), {"version": 1}).json()["others"] == []


def test_whoever_saves_second_is_told_who_was_faster_and_loses_nothing(draft, olga, erik):
    before = draft.version
    with acting(erik):
        documents.edit_revision(fresh(draft), by=erik, body="<p>Erik was faster</p>")
    told = api_for(olga).post(path(draft, "autosave/"), {"version": before, "fields": "body=Mine"}).json()
    assert told["conflict"]["by"] == "Erik"
    answer = client_for(olga).post(edit(draft), typed(draft, version=before, body="<p>Olga too</p>"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Erik saved this draft" in page
    assert "Olga too" in page
    assert fresh(draft).body == "<p>Erik was faster</p>"
    over = typed(draft, version=before, body="<p>Olga too</p>", over=fresh(draft).version)
    assert client_for(olga).post(edit(draft), over).status_code == 302
    assert fresh(draft).body == "<p>Olga too</p>"


def test_nothing_is_kept_for_what_is_no_draft_any_more(draft, olga):
    with acting(olga):
        documents.edit_revision(draft, by=olga, body="<p>x</p>")
        documents.submit(draft, by=olga)
    assert api_for(olga).post(path(draft, "autosave/"), {"version": 1, "fields": "body=x"}).status_code == 409


@pytest.mark.parametrize("body", [{}, {"version": "x"}, {"version": -1}, {"version": 1, "fields": []}])
def test_what_makes_no_sense_is_refused(draft, olga, body):
    assert api_for(olga).post(path(draft, "autosave/"), body).status_code == 400


def test_an_operator_writes_nothing(draft, pedro):
    for rest in ("autosave/", "leave/"):
        assert api_for(pedro).post(path(draft, rest), {"version": 1}).status_code == 403
    assert client_for(pedro).get(edit(draft)).status_code == 403


def test_a_stranger_finds_neither_draft_nor_picture(draft, olga, sam):
    with acting(olga):
        digest = documents.add_picture(draft, file=io.BytesIO(png()), name="x.png", by=olga).sha256
    assert client_for(olga).get(f"/pictures/{digest}/").status_code == 200
    assert client_for(sam).get(f"/pictures/{digest}/").status_code == 404
    assert client_for(sam).get(edit(draft)).status_code == 404
    assert api_for(sam).get(path(draft, "pictures/")).status_code == 404


def test_a_picture_is_shown_as_itself_and_runs_nothing(draft, olga):
    with acting(olga):
        digest = documents.add_picture(draft, file=io.BytesIO(png()), name="x.png", by=olga).sha256
    answer = client_for(olga).get(f"/pictures/{digest}/")
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer) == png()
    assert client_for(olga).get("/pictures/..%2f..%2fx/").status_code == 404


def test_takt_stock_and_reaction_plan_are_part_of_what_is_signed(draft, olga, axel):
    with acting(olga):
        documents.edit_revision(draft, by=olga, takt_seconds=60, standard_wip=3, reaction_plan="Stop and call")
        documents.submit(draft, by=olga)
    with acting(axel):
        shown = signing(draft, axel, "approved")
    facts = content(fresh(draft))["facts"]
    assert (str(facts["takt_seconds"]), facts["standard_wip"], facts["reaction_plan"]) == ("60.0", 3, "Stop and call")
    Revision.objects.filter(pk=draft.pk).update(takt_seconds=55)
    with acting(axel), refusal("content-changed"):
        documents.approve(fresh(draft), by=axel, signing=shown)


def test_what_is_not_named_in_a_patch_stays(draft, olga):
    api = api_for(olga)
    assert api.patch(path(draft), {"takt_seconds": "60", "standard_wip": 2}).status_code == 200
    assert api.patch(path(draft), {"body": "<p>x</p>"}).status_code == 200
    assert (fresh(draft).takt_seconds, fresh(draft).standard_wip) == (60, 2)
    assert api.patch(path(draft), {"takt_seconds": None}).status_code == 200
    assert fresh(draft).takt_seconds is None


def test_a_hundred_steps_fit_into_one_form(draft, olga):
    rows = {"steps-count": "100"}
    for no in range(100):
        rows |= {f"steps-{no}-{name}": "1" for name in ("manual_seconds", "machine_seconds", "walk_seconds", "worker")}
        rows |= {f"steps-{no}-{name}": "x" for name in ("what", "key_point", "reason", "tools", "ppe")}
        rows |= {f"steps-{no}-key": f"k{no}", f"steps-{no}-photo": "", f"steps-{no}-is_safety": "on"}
    assert client_for(olga).post(edit(draft), {**typed(draft), **rows}).status_code == 302
    assert draft.steps.count() == 100


def test_the_sheet_says_the_same_over_the_api(draft, olga):
    steps = [
        {"what": "Load", "manual_seconds": 10, "machine_seconds": 40, "walk_seconds": 3},
        {"what": "Look", "manual_seconds": 15, "walk_seconds": 2},
    ]
    with acting(olga):
        documents.edit_revision(draft, by=olga, steps=steps, takt_seconds=45)
    told = api_for(olga).get(path(draft, "standard-work/")).json()
    assert (told["takt_seconds"], told["cycle_seconds"], told["operators_needed"]) == ("45.0", "50.0", 1)
    assert (told["bars"][0]["start"], told["workers"][0]["cycle"]) == ("0.0", "50.0")
    assert told["workers"][0]["over_takt"] is True
    page = client_for(olga).get(f"/revisions/{draft.number}/").content.decode()
    assert "Worker 1 is over the takt with 50.0 s" in page
