"""What is refused at the gate: strangers who would make themselves an account, and addresses that nothing is at."""

import pytest

from people.models import User

PROBLEM = "application/problem+json"


def test_nobody_makes_their_own_account(db, client):
    facts = {"username": "intruder", "password1": "long-enough-2026"}
    assert client.get("/accounts/signup/").status_code == 404
    assert client.post("/accounts/signup/", facts).status_code == 404
    assert not User.objects.filter(username="intruder").exists()


@pytest.mark.parametrize("path", ["/search/?q=%00", "/people/%00/", "/lookup/people/?q=%00", "/?x=%00"])
def test_null_characters_in_an_address_are_refused(db, client, path):
    answer = client.get(path)
    assert answer.status_code == 400


@pytest.mark.parametrize(("path", "status"), [("/api/v1/assignments/?person=%00", 400), ("/api/v1/nothing-here/", 404)])
def test_the_api_refuses_with_problem_documents(db, client, path, status):
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    assert answer.json()["status"] == status


def test_a_fault_in_the_api_is_a_problem_document_too(db, client, monkeypatch):
    def fail(*_args, **_facts):
        raise RuntimeError

    monkeypatch.setattr("drf_spectacular.views.SpectacularAPIView.get", fail)
    client.raise_request_exception = False
    answer = client.get("/api/v1/schema/")
    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)
