"""The round trip to a provider of OpenID Connect. Run by test_sign_on.py with the settings that wire it."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from evidence.models import Event
from people.models import User

LOGIN = "/accounts/sign-on/oidc/oidc/login/"
CLAIMS: dict[str, object] = {}


class Provider(BaseHTTPRequestHandler):
    """Says of whoever comes what CLAIMS says."""

    def answer(self, body: object) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_port}"
        if "well-known" in self.path:
            ends = {f"{name}_endpoint": f"{base}/{name}" for name in ("authorization", "token", "userinfo")}
            self.answer({"issuer": base, "jwks_uri": f"{base}/jwks", **ends})
        else:
            self.answer(CLAIMS)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"access_token": "a", "token_type": "Bearer"})

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module", autouse=True)
def provider():
    server = HTTPServer(("127.0.0.1", urlsplit(os.environ["HOLDFAST_OIDC_SERVER"]).port), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield
    server.shutdown()


def come_in(**claims):
    """There and back. Gives the client and the last answer."""
    CLAIMS.clear()
    CLAIMS.update({"sub": "1234", **claims})
    client = Client()
    there = client.post(LOGIN)
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return client, client.get(f"{LOGIN}callback/", {"code": "c", "state": asked["state"][0]})


@pytest.fixture
def mailed(olga):
    olga.email = "olga@example.com"
    olga.save()
    return olga


def test_page_offers_it_and_no_link_starts_it(db, client):
    page = client.get("/accounts/login/").content.decode()
    assert LOGIN in page
    assert "form-action 'self' http://127.0.0.1" in client.get("/accounts/login/")["Content-Security-Policy"]
    assert "127.0.0.1" not in client.get(LOGIN).headers.get("Location", "")


def test_known_person_comes_in_by_verified_mail(mailed):
    client, answer = come_in(email="Olga@example.com", email_verified=True)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/work/").status_code == 200
    assert Event.objects.get(verb="logged in").note == "socialaccount"


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "olga@example.com", "email_verified": False},
        {"email": "olga@example.com"},
        {"email": "olga@example.com", "email_verified": "true"},
        {"email": "stranger@example.com", "email_verified": True},
        {"preferred_username": "olga"},
        {"email": ["olga@example.com"], "email_verified": True},
        {},
    ],
)
def test_strangers_and_doubtful_addresses_are_refused(mailed, claims):
    before = User.objects.count()
    client, answer = come_in(**claims)
    assert answer["Location"] == "/accounts/login/"
    assert client.get("/work/").status_code == 302
    assert User.objects.count() == before


def test_who_left_or_shares_an_address_does_not_come_in(mailed, axel):
    User.objects.filter(pk=axel.pk).update(email="olga@example.com")
    assert come_in(email="olga@example.com", email_verified=True)[1]["Location"] == "/accounts/login/"
    User.objects.filter(pk=axel.pk).update(email="")
    User.objects.filter(pk=mailed.pk).update(is_active=False)
    assert come_in(email="olga@example.com", email_verified=True)[1]["Location"] == "/accounts/login/"


def test_claim_of_user_names_by_settings(olga, settings):
    settings.OIDC_CLAIM = "preferred_username"
    assert come_in(preferred_username="olga")[1]["Location"] == "/"


def test_answer_that_nobody_asked_for_is_refused(mailed):
    CLAIMS.update({"sub": "1", "email": "olga@example.com", "email_verified": True})
    client = Client()
    client.get(f"{LOGIN}callback/", {"code": "c", "state": "made up"})
    assert client.get("/work/").status_code == 302


def test_no_page_connects_or_registers(mailed):
    for path in ("signup/", "account/"):
        answer = Client().get(f"/accounts/sign-on/{path}")
        assert answer["Location"].startswith("/accounts/login/")
