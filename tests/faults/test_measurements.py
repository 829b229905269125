"""Values that are sent again, at once, or with a bad one among them: no value is doubled, none is half there."""

import json
from collections import Counter

import pytest
from django.db import transaction
from django.test import Client

from evidence.context import acting
from metrics import services as metrics
from metrics.models import Batch, Measurement
from people.models import Site
from people.services import ensure_system_user
from people.states import Authority
from tests.cast import person, token_for
from tests.faults.crowd import at_once

MANY = 10_000


@pytest.fixture
def send(committed_db):
    """The machine's client: rows in, the answer out."""
    with acting(ensure_system_user()), transaction.atomic():
        site = Site.objects.create(code="MUC", name="Munich")
        olga, robot = person("olga", site, Authority.ENGINEER), person("robot", site, Authority.INTEGRATION)
        metrics.create_source(by=olga, site=site, code="mes", name="Machine data", account=robot)
        metric = metrics.create_metric(by=olga, site=site, title="Scrap", direction="lower", unit="%")
        token = token_for(robot)

    def sends(rows, key: str = "", **options: str):
        headers = {"Authorization": f"Token {token}", **({"Idempotency-Key": key} if key else {})}
        query = "&".join(f"{name}={value}" for name, value in {"metric": metric.number, **options}.items())
        return Client().post(
            f"/api/v1/measurements/?{query}", json.dumps(rows), content_type="application/json", headers=headers
        )

    return sends


def row(value: str = "5.25", **facts: str) -> dict[str, str]:
    return {"observed_at": "2026-03-02", "value": value, **facts}


def test_a_hundred_times_the_same_key_is_one_row(send):
    """Ten at once, ten times over; another value under the key is 422."""
    answers = [answer for _round in range(10) for answer in at_once([lambda: send(row(), key="k")] * 10)]
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 99}
    assert Measurement.objects.count() == 1
    other = send(row("5.26"), key="k")
    assert (other.status_code, other.json()["code"]) == (422, "event-id-reused")
    named = send(row(event_id="k:0"), key="another")
    assert (named.status_code, Measurement.objects.count()) == (200, 1)


def many(bad: str) -> list[dict[str, str]]:
    return [row(event_id=str(number)) for number in range(MANY - 1)] + [row(bad, event_id=str(MANY - 1))]


def test_one_bad_value_of_ten_thousand_is_named_and_the_batch_may_be_sent_again(send):
    """Row by row the others are stored; all or nothing stores none; sent again, nothing is doubled."""
    none = send(many("nought"), all_or_nothing="true")
    assert none.status_code == 409
    assert [one["index"] for one in none.json()["rows"] if one["code"] != "withheld"] == [MANY - 1]
    assert (Measurement.objects.count(), Batch.objects.count()) == (0, 0)
    some = send(many("nought")).json()
    assert (some["stored"], some["refused"], some["rows"][-1]["outcome"]) == (MANY - 1, 1, "refused")
    again = send(many("4.5")).json()
    assert (again["stored"], again["duplicates"], Measurement.objects.count()) == (1, MANY - 1, MANY)
