"""Who signs for whom: named by oneself or a quality manager, seen by those concerned, ended by hand."""

from evidence.models import Event
from people import services as people
from people.models import Delegation
from tests.cast import api_for, client_for, fresh, in_days, queries, today


def asked(**more):
    return {"deputy": "mona", "since": today().isoformat(), "until": in_days(5).isoformat(), "reason": "Leave", **more}


def test_one_names_and_ends_a_deputy_on_the_page(axel, mona):
    page = client_for(axel)
    assert page.post("/delegations/new/", asked()).status_code == 302
    made = Delegation.objects.get()
    assert (made.person, made.deputy, made.made_by) == (axel, mona, axel)
    assert Event.objects.filter(verb="delegated").count() == 1
    assert "Leave" in page.get("/delegations/").content.decode()
    assert page.post(f"/delegations/{made.uuid}/end/").status_code == 302
    assert fresh(made).ended_at is not None


def test_a_quality_manager_sets_it_for_others_and_nobody_else_does(axel, olga, sven, mona):
    assert client_for(sven).post("/delegations/new/", asked(person="olga")).status_code == 422
    assert client_for(axel).post("/delegations/new/", asked(person="olga")).status_code == 302
    assert Delegation.objects.get().person == olga


def test_only_those_concerned_and_the_quality_manager_see_it(axel, olga, sven, mona, sam, aud):
    made = people.delegate(by=olga, person=olga, deputy=mona, since=today(), until=in_days(2), reason="Driving school")
    for user, sees in ((olga, True), (mona, True), (axel, True), (sven, False), (sam, False)):
        assert ("Driving school" in client_for(user).get("/delegations/").content.decode()) is sees
    assert client_for(sven).post(f"/delegations/{made.uuid}/end/").status_code == 404
    assert client_for(aud).get("/delegations/new/").status_code == 403


def test_who_only_reads_signs_for_nobody(axel, aud):
    answer = client_for(axel).post("/delegations/new/", asked(deputy="aud"))
    assert answer.status_code == 422
    assert "only reads here" in answer.content.decode()
    assert not Delegation.objects.exists()


def test_over_the_api(axel, mona):
    api = api_for(axel)
    made = api.post("delegations/", asked())
    assert made.status_code == 201
    assert api.post("delegations/", asked()).json()["code"] == "delegated-already"
    assert [one["deputy"] for one in api.get("delegations/").json()["results"]] == ["mona"]
    assert api.post(f"delegations/{made.json()['uuid']}/end/").json()["ended_at"]


def test_the_page_asks_no_more_for_more_rows(axel, mona):
    page = client_for(axel)
    people.delegate(by=axel, person=axel, deputy=mona, since=today(), until=today(), reason="Day off")
    few = len(queries(page, "/delegations/"))
    for day in range(1, 9):
        people.delegate(by=axel, person=axel, deputy=mona, since=in_days(day), until=in_days(day), reason="Day off")
    assert len(queries(page, "/delegations/")) == few
