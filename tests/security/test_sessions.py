"""How long a session lasts, what ends it, and what stays behind."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from evidence.models import Event
from people.models import Appointment, User
from people.states import Authority
from tests.cast import PASSWORD, client_for

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def later(clock, minutes):
    clock.shift(timedelta(minutes=minutes))


def test_half_an_hour_without_a_request_ends_the_session(clock, olga, come_in):
    """Idle time is kept by the server; the next request is led to the login page, and the session is gone."""
    client, _ = come_in(olga)
    key = client.session.session_key
    later(clock, 29)
    assert client.get("/work/").status_code == 200
    later(clock, 31)
    answer = client.get("/work/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/work/")
    assert not Session.objects.filter(session_key=key).exists()
    assert Event.objects.get(verb="logged out").note == "idle"


def test_a_session_ends_after_a_shift_whatever_one_does(clock, olga, come_in):
    """Twelve hours, active or not."""
    client, _ = come_in(olga)
    for _ in range(36):
        later(clock, 19)
        assert client.get("/work/").status_code == 200
    later(clock, 36)
    later(clock, -10)
    later(clock, 11)
    assert client.get("/work/").status_code == 302
    assert Event.objects.get(verb="logged out").note in ("idle", "too long")


def test_a_page_that_asks_by_itself_keeps_nobody_in(clock, olga, come_in):
    """A tab that polls a job is no presence."""
    client, _ = come_in(olga)
    for _ in range(5):
        later(clock, 7)
        answer = client.get("/jobs/00000000-0000-4000-8000-000000000000/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer["HX-Redirect"].startswith("/accounts/login/")


def test_the_browser_cannot_lengthen_it(clock, olga, come_in):
    """What the cookie says of its age means nothing."""
    client, _ = come_in(olga)
    client.cookies["sessionid"]["max-age"] = 10**9
    later(clock, 31)
    assert client.get("/work/").status_code == 302


def test_program_gets_401_and_fragment_leaves_the_page(clock, olga, come_in):
    """Each door answers in its own way."""
    client, _ = come_in(olga)
    later(clock, 31)
    answer = client.get("/api/v1/documents/")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    fragment = client.get(
        "/work/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/documents/MUC-WI-0001/?a=1"}
    )
    assert (fragment.status_code, fragment["HX-Redirect"]) == (
        200,
        "/accounts/login/?next=%2Fdocuments%2FMUC-WI-0001%2F",
    )


def test_open_form_leads_back_to_itself_after_login(clock, olga, come_in):
    """A form that was open cannot complete, and is where one comes back to; its text waits in the tab."""
    client, _ = come_in(olga)
    later(clock, 31)
    answer = client.post("/documents/new/", {"title": "Typed for an hour"})
    assert answer["Location"] == "/accounts/login/?next=/documents/new/"
    back = client.post(answer["Location"], {"login": "olga", "password": PASSWORD, "next": "/documents/new/"})
    assert back["Location"] == "/documents/new/"


def test_session_id_is_new_after_login_and_after_confirming(olga, come_in):
    """An id that was known before is worth nothing, one that was planted is not taken."""
    client = Client()
    client.cookies["sessionid"] = "planted00000000000000000000000000"
    come_in(olga, client=client)
    first = client.cookies["sessionid"].value
    assert first != "planted00000000000000000000000000"
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    second = client.cookies["sessionid"].value
    assert first != second
    old = Client()
    old.cookies["sessionid"] = first
    assert old.get("/work/").status_code == 302
    assert client.get("/work/").status_code == 200
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [second]


def test_logout_ends_the_session_on_the_server(olga, come_in):
    """The cookie is worth nothing afterwards."""
    client, _ = come_in(olga)
    key = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get("/work/").status_code == 302
    assert client.get("/accounts/logout/").status_code in (200, 302)


def test_logging_out_is_no_link(olga, come_in):
    """GET changes nothing."""
    client, _ = come_in(olga)
    client.get("/accounts/logout/")
    assert client.get("/work/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/work/", "/documents/", "/documents/export.csv", "/api/v1/documents/", "/accounts/", "/search/?q=x"]
)
def test_nothing_of_a_session_stays_in_a_cache(olga, path):
    """The back button shows nothing."""
    assert client_for(olga).get(path)["Cache-Control"] == "no-store, private"


def test_one_session_is_ended_from_another(olga, pedro, come_in):
    here, _ = come_in(olga)
    there, _ = come_in(olga, headers={"user-agent": "Tablet at press 4"})
    page = here.get("/accounts/").content.decode()
    assert "Tablet at press 4" in page
    other = UserSession.objects.get(user_agent="Tablet at press 4")
    assert client_for(pedro).post(f"/accounts/sessions/{other.pk}/end/").status_code == 404
    assert here.post(f"/accounts/sessions/{other.pk}/end/").status_code == 302
    assert there.get("/work/").status_code == 302
    third, _ = come_in(olga)
    here.post("/accounts/sessions/end-others/")
    assert third.get("/work/").status_code == 302
    assert here.get("/work/").status_code == 200


def test_who_is_deactivated_is_out_at_the_next_request(ada, olga, come_in):
    """In every session."""
    inside, _ = come_in(olga)
    client_for(ada).post("/people/olga/do/deactivate/", {"on": "2026-11-24"})
    assert inside.get("/work/").status_code == 302
    assert inside.get("/api/v1/documents/").status_code == 401


def test_authority_that_was_taken_back_is_gone_at_the_next_request(axel, come_in):
    """Nothing of it is remembered in the session."""
    inside, _ = come_in(axel)
    assert inside.get("/people/").status_code == 200
    Appointment.objects.filter(person=axel).delete()
    assert inside.get("/people/").status_code == 403


def test_authority_that_was_given_is_there_at_the_next_request(pedro, munich, come_in):
    inside, _ = come_in(pedro)
    assert inside.get("/people/").status_code == 403
    Appointment.objects.create(person=pedro, site=munich, authority=Authority.SUPERVISOR)
    assert inside.get("/people/").status_code == 200


def test_twenty_sessions_are_enough(olga, come_in):
    """The oldest end."""
    clients = [come_in(olga)[0] for _ in range(22)]
    assert [clients[number].get("/work/").status_code for number in (0, 1, 2, 21)] == [302, 302, 200, 200]


def test_cookies_are_for_the_server_only(olga, come_in, settings):
    """HttpOnly, SameSite, and Secure with __Host- in production (tests/qms/test_settings.py)."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client, _ = come_in(olga)
    session, browser = client.cookies["sessionid"], client.cookies["browser"]
    for cookie in (session, browser):
        assert cookie["httponly"]
        assert cookie["secure"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
    assert session["max-age"] == "", "it ends with the browser"


UNSAFE = ["/documents/new/", "/accounts/login/", "/accounts/logout/", "/people/new/", "/accounts/password/change/"]


@pytest.mark.parametrize("path", UNSAFE)
def test_pages_take_no_post_from_elsewhere(olga, path):
    """Without the token, with a token of somebody else, and for the login as well."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(olga)
    assert client.post(path, {}).status_code == 403
    assert client.post(path, {"csrfmiddlewaretoken": "a" * 64}).status_code == 403
    assert Client(enforce_csrf_checks=True).post(path, {}).status_code == 403


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_api_takes_no_post_of_a_session_from_elsewhere(olga, content_type):
    """A session at the API needs the token too, however the body is called."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(olga)
    answer = client.post("/api/v1/documents/", '{"title": "X"}', content_type=content_type)
    assert answer.status_code == 403
    cross = client.post(
        "/api/v1/documents/", "{}", content_type="application/json", headers={"origin": "https://evil.example"}
    )
    assert cross.status_code == 403


def test_nobody_is_a_superuser_by_default(cast):
    assert not User.objects.filter(is_superuser=True).exists()
