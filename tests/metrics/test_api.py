"""Machines and people send values over HTTP."""

import json
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from metrics import services as metrics
from metrics.models import Batch, Measurement
from metrics.states import Better
from tests.metrics.conftest import client_of, evening

URL = "/api/v1/measurements/"
NOON = "2025-01-08T12:00:00Z"


def test_single_value_is_stored_exactly_and_sending_it_again_is_harmless(machine, scrap, source):
    body = f'{{"metric": "{scrap.number}", "value": 0.100000001, "observed_at": "{NOON}", "event_id": "e1"}}'
    assert machine.post(URL, body, content_type="application/json").status_code == 201
    again = machine.post(URL, body, content_type="application/json")
    assert (again.status_code, again.json()["duplicates"]) == (200, 1)
    found = Measurement.objects.get()
    assert (found.value, found.source) == (Decimal("0.100000001"), source)


def test_batch_answers_for_each_row(machine, scrap):
    rows = [
        {"value": "5.1", "observed_at": NOON, "event_id": "a"},
        {"value": "NaN", "observed_at": NOON, "event_id": "b"},
        {"value": "5.3", "observed_at": "2025-01-09"},
    ]
    response = machine.post(URL, {"metric": scrap.number, "rows": rows}, format="json")
    assert response.status_code == 200
    assert [(row["outcome"], row["code"]) for row in response.json()["rows"]] == [
        ("stored", ""),
        ("refused", "not-a-number"),
        ("stored", ""),
    ]
    assert Batch.objects.get().stored == 2


def test_all_or_nothing_is_a_conflict_and_stores_nothing(machine, scrap):
    rows = [{"value": "5", "observed_at": NOON}, {"value": "x", "observed_at": NOON}]
    response = machine.post(f"{URL}?metric={scrap.number}&all_or_nothing=1", rows, format="json")
    assert (response.status_code, response.json()["code"]) == (409, "rows-refused")
    assert not Measurement.objects.exists()


def test_csv_body(machine, scrap):
    text = "observed_at,value,event_id\n2025-01-06,5.5,a\n2025-01-07,5.6,b\n"
    response = machine.post(f"{URL}?metric={scrap.number}", text, content_type="text/csv")
    assert (response.status_code, response.json()["stored"]) == (201, 2)
    again = machine.post(f"{URL}?metric={scrap.number}", text, content_type="text/csv")
    assert (again.status_code, again.json()["duplicates"]) == (200, 2)


def test_idempotency_key_stands_in_for_event_ids(machine, scrap):
    body = [{"metric": scrap.number, "value": "5", "observed_at": NOON}] * 2
    first = machine.post(URL, body, format="json", headers={"Idempotency-Key": "shift-1"})
    again = machine.post(URL, body, format="json", headers={"Idempotency-Key": "shift-1"})
    assert (first.json()["stored"], again.json()["duplicates"]) == (2, 2)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", "application/json"),
        ("{", "application/json"),
        ("5", "application/json"),
        ('[{"value": NaN}]', "application/json"),
        ("[" * 100_000, "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"\xff", "text/csv"),
        ("a,b\n", "text/csv"),
        ("[]", "application/json"),
    ],
)
def test_body_that_is_not_what_it_says_is_400(machine, scrap, body, kind):
    assert machine.post(URL, body, content_type=kind).status_code == 400
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("row", "status", "code"),
    [
        ({"value": "x"}, 400, "not-a-number"),
        ({"metric": "MUC-MET-9999"}, 404, "not-found"),
        ({"metric": None}, 400, "metric-missing"),
        ({"observed_at": "31.12.2024"}, 400, "bad-time"),
    ],
)
def test_single_value_that_is_refused_is_a_problem_in_words(machine, scrap, row, status, code):
    body = {"metric": scrap.number, "value": "5", "observed_at": NOON, **row}
    response = machine.post(URL, body, format="json")
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["detail"].endswith(".")


def test_machine_writes_only_at_the_site_of_its_own_source(machine, hamburg, sam, clock_at):
    clock_at(evening(0))
    theirs = metrics.create_metric(by=sam, site=hamburg, title="Downtime", direction=Better.LOWER)
    response = machine.post(URL, {"metric": theirs.number, "value": "5", "observed_at": NOON}, format="json")
    assert response.status_code == 404


@pytest.mark.parametrize(("who", "status"), [("olga", 201), ("axel", 201), ("aud", 404), ("sam", 404)])
def test_who_may_send_values(request, scrap, who, status):
    client = client_of(request.getfixturevalue(who))
    body = {"metric": scrap.number, "value": "5", "observed_at": NOON}
    assert client.post(URL, body, format="json").status_code == status
    assert Measurement.objects.count() == (status == 201)


def test_nobody_writes_without_logging_in(db):
    assert APIClient().post(URL, {}, format="json").status_code in (401, 403)


def test_schema_knows_the_endpoint(machine):
    found = machine.get("/api/v1/schema/?format=json")
    assert "/api/v1/measurements/" in json.loads(found.content)["paths"]
