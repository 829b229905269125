"""Where values come from: named by administrators, with an account that may send."""

import pytest

from metrics.models import Source
from people.models import Appointment
from people.states import Authority
from tests.cast import client_for


@pytest.fixture
def ada(munich, olga):
    Appointment.objects.create(person=olga, authority=Authority.ADMINISTRATOR, site=munich)
    return olga


def test_source_is_named_with_its_account(ada, robot):
    made = client_for(ada).post("/sources/new/", {"site": "MUC", "code": "mes", "name": "Machines", "account": "robot"})
    assert made.status_code == 302, made.content.decode()
    assert Source.objects.get(code="mes").account == robot
    assert "Machines" in client_for(ada).get("/sources/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"account": "pedro"}, {"account": "sam"}, {"site": "HAM"}, {"code": "a b"}, {"code": ""}, {"name": ""}],
)
def test_bad_sources_are_told_and_nothing_is_written(ada, robot, pedro, sam, wrong):
    before = Source.objects.count()
    data = {"site": "MUC", "code": "mes", "name": "Machines", "account": "robot", **wrong}
    assert client_for(ada).post("/sources/new/", data).status_code == 422
    assert Source.objects.count() == before


@pytest.mark.parametrize("code", ["by-hand", "in-files"])
def test_no_system_takes_the_place_of_what_people_bring(ada, robot, code):
    named = {"site": "MUC", "code": code, "name": "Machines", "account": "robot"}
    answer = client_for(ada).post("/sources/new/", named)
    assert answer.status_code in (409, 422)
    assert "what people bring" in answer.content.decode()
    assert not Source.objects.filter(code=code).exists()


def test_who_sees_and_adds_sources(axel, pedro, aud, sam, push):
    assert client_for(axel).get("/sources/").status_code == 200
    assert client_for(axel).get("/sources/new/").status_code == 403
    assert "Machine data" in client_for(axel).get("/sources/").content.decode()
    assert "Machine data" not in client_for(sam).get("/sources/").content.decode()
    for person in (pedro, aud):
        assert client_for(person).get("/sources/").status_code == 403
