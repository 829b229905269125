"""What the database refuses reaches people as a sentence and programs as a problem: never as a 500."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, connections, transaction
from django.test import Client

from capa import services as capas
from capa.models import Nonconformity
from evidence.context import acting
from people.models import Site
from people.services import ensure_system_user
from people.states import Authority
from records import services as records
from records.models import Comment
from tests.cast import Api, client_for, fresh, person, today
from tests.faults.crowd import at_once
from ui.refusals import refusal_of, status_of, twice

STATES = {
    "23505": ("exists-already", 409), "23P01": ("exists-already", 409), "23503": ("in-use-or-gone", 409),
    "23514": ("contradiction", 409), "23502": ("contradiction", 409), "22003": ("unreadable-value", 400),
    "40001": ("busy", 503), "40P01": ("busy", 503), "55P03": ("busy", 503), "57014": ("busy", 503),
    "57P01": ("away", 503), "57P03": ("away", 503), "08006": ("away", 503), "53100": ("away", 503),
    "53300": ("away", 503), "25006": ("away", 503), "25P03": ("away", 503),
}  # fmt: skip


def fault(state: str, kind: type[Exception] = OperationalError) -> Exception:
    """What Django raises for a SQLSTATE."""
    error = kind("as the driver says")
    error.__cause__ = psycopg.errors.lookup(state)() if state else psycopg.OperationalError("gone")
    return error


@pytest.mark.parametrize(("state", "told"), STATES.items())
def test_each_state_of_the_database_has_a_sentence_and_a_status(state, told):
    """b4."""
    refused = refusal_of(fault(state))
    assert refused is not None
    assert (refused.code, status_of(refused)) == told
    assert refused.message.endswith(".")


def test_a_lost_connection_is_told_and_our_own_faults_are_not_hidden():
    lost = refusal_of(fault(""))
    assert (lost and lost.code) == "away"
    assert refusal_of(fault("42P01")) is None
    assert refusal_of(fault("25P02")) is None
    assert refusal_of(RuntimeError()) is None


@pytest.mark.parametrize(
    ("statement", "kind", "code"),
    [
        ("INSERT INTO people_site (code, name, time_zone, is_active) VALUES ('MUC', 'x', 'UTC', true)", IntegrityError,
         "exists-already"),
        ("INSERT INTO people_process (site_id, code, name, owner_id, is_active) VALUES (0, 'X', 'x', 0, true);"
         " SET CONSTRAINTS ALL IMMEDIATE", IntegrityError, "in-use-or-gone"),
        ("SELECT 1000000 * 1000000", DataError, "unreadable-value"),
    ],
)  # fmt: skip
def test_what_the_server_really_says_is_understood(munich, statement, kind, code):
    with pytest.raises(kind) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    refused = refusal_of(caught.value)
    assert refused is not None
    assert refused.code == code


@pytest.fixture
def shop(committed_db):
    with acting(ensure_system_user()), transaction.atomic():
        site = Site.objects.create(code="MUC", name="Munich")
        olga = person("olga", site, Authority.ENGINEER)
    with acting(olga):
        found = capas.raise_nonconformity(by=olga, site=site, title="T", description="d", detected_on=today())
    return olga, found


@contextmanager
def held(found: Nonconformity) -> Iterator[None]:
    """Somebody else has the record locked, in a thread of their own."""
    locked, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Nonconformity.objects.select_for_update().get(pk=found.pk)
            locked.set()
            leave.wait(30)
        connections.close_all()

    other = threading.Thread(target=hold)
    other.start()
    locked.wait(10)
    try:
        yield
    finally:
        leave.set()
        other.join()


@pytest.fixture
def impatient(shop) -> Iterator[None]:
    """Locks are waited for half a second."""
    known = connections.settings["default"]
    connections.settings["default"] = {**known, "OPTIONS": {"options": "-c lock_timeout=500ms"}}
    _connect_anew()
    yield
    connections.settings["default"] = known
    _connect_anew()


def _connect_anew() -> None:
    connections.close_all()
    if hasattr(connections._connections, "default"):
        del connections["default"]


def test_a_record_that_stays_locked_is_503_with_what_was_entered(shop, impatient):
    """b4: the API says when to come back; the page keeps the text."""
    olga, found = shop
    path = f"nonconformities/{found.number}/"
    text = "A long text that took ten minutes to write."
    form = _form(found)
    with held(found):
        api = Api(olga).post(path, {"description": text}, method="patch")
        page = client_for(olga).post(f"/{path}do/edit/", {**form, "description": text})
    assert (api.status_code, api.json()["code"], api.headers["Retry-After"]) == (503, "busy", "5")
    assert page.status_code == 503
    assert text in page.content.decode()
    assert "try again in a moment" in page.content.decode()
    assert fresh(found).version == 1


def _form(found: Nonconformity) -> dict[str, str]:
    shown = client_for(found.owner).get(f"/nonconformities/{found.number}/do/edit/").context["form"]
    values = {field.html_name: field.value() for field in shown}
    return {name: value for name, value in values.items() if value is not None}


def test_a_deadlock_is_done_again_once_and_nobody_is_told(shop):
    """b4: two lock two records in opposite order; the one that the database undid is done again."""
    olga, first = shop
    with acting(olga):
        second = capas.raise_nonconformity(by=olga, site=first.site, title="U", description="d", detected_on=today())
    tries = []
    gate = threading.Barrier(2, timeout=10)

    def both(one, other, name):
        tries.append(name)
        with acting(olga), transaction.atomic():
            Nonconformity.objects.select_for_update().get(pk=one.pk)
            records.comment(one, by=olga, text=f"by {name}")
            if len(tries) <= 2:
                gate.wait()
            Nonconformity.objects.select_for_update().get(pk=other.pk)

    results = at_once([partial(twice, both, first, second, "a"), partial(twice, both, second, first, "b")])
    assert results == [None, None]
    assert len(tries) == 3
    assert sorted(Comment.objects.values_list("text", flat=True)) == ["by a", "by b"]


def test_inside_a_transaction_of_others_nothing_is_done_again(db):
    tries = []

    def fails():
        tries.append(1)
        raise fault("40P01")

    with pytest.raises(OperationalError):
        twice(fails)
    assert tries == [1]


@pytest.fixture
def without_database(shop) -> Iterator[None]:
    """The database refuses every connection from now on."""
    known = connections.settings["default"]
    connections.settings["default"] = {**known, "NAME": "is_away"}
    _connect_anew()
    yield
    connections.settings["default"] = known
    _connect_anew()


def test_without_a_database_pages_and_api_say_so_and_keep_what_was_sent(shop, without_database):
    """503, the text in the page, and a button that sends it again; no password in it."""
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "s" * 32
    sent = {"title": "Scratched <b>", "password": "secret-2026", "once": "5b3e2f0a-7f8a-4c0e-9d55-1f2f3c4d5e6f"}
    page = client.post("/nonconformities/new/", sent)
    text = page.content.decode()
    assert page.status_code == 503
    assert "The database does not answer right now." in text
    assert 'value="Scratched &lt;b&gt;"' in text
    assert sent["once"] in text
    assert "secret-2026" not in text
    api = client.get("/api/v1/nonconformities/")
    assert (api.status_code, api.json()["code"], api.headers["Retry-After"]) == (503, "away", "5")
    assert api.headers["Content-Type"] == "application/problem+json"
