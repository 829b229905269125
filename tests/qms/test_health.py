"""What load balancers are told."""

import pytest
from django.test import Client


def test_alive_without_asking_the_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_ready_when_the_database_answers(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": True, "broker": True, "canary_seconds": None})


@pytest.mark.django_db
def test_ready_without_a_broker_because_work_waits_in_the_outbox(client: Client, settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": True, "broker": False, "canary_seconds": None})
