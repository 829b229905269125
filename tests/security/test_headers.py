"""What every answer carries, faults and static files included; what an error tells; what a log line may be."""

import io
import logging
import sys
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from django.test import Client

from evidence.models import Event
from qms.logs import OneLine
from tests.cast import client_for
from tests.qms.test_settings import SAFE, ask
from ui.signing import fields

EVERY = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
}
PUBLIC = {
    "log-in": "/accounts/login/", "redirect": "/", "nothing": "/no/such/page/", "nothing in the API": "/api/v1/no/",
    "schema": "/api/v1/schema/", "API docs": "/api/v1/docs/", "health": "/healthz", "readiness": "/readyz",
    "style": "/static/css/holdfast.css", "script": "/static/js/holdfast.js", "picture": "/static/img/holdfast.svg",
    "no such file": "/static/no/such/file.js", "traversal": "/static/../qms/settings/base.py", "NUL": "/search/?q=%00",
    "no session": "/api/v1/documents/", "wrong token": "/api/v1/people/", "not UTF-8": "/%ff%fe/",
}  # fmt: skip
OWN = ("/", "/nonconformities/", "/nonconformities/export.csv", "/nonconformities/export.xlsx", "/people/",
       "/no/",       "/api/v1/nonconformities/", "/accounts/", "/search/?q=x", "/lookup/people/?q=x", "/trail/",
       "/api/v1/no/")  # fmt: skip


def missing(answer: Any) -> list[str]:
    return [f"{name}: {answer.get(name)}" for name, part in EVERY.items() if part not in (answer.get(name) or "")]


@pytest.mark.parametrize("path", PUBLIC.values(), ids=PUBLIC)
def test_every_answer_carries_every_header(db, path):
    answer = Client(raise_request_exception=False).get(
        path, headers={"authorization": "Token hf_no"} if "people" in path else {}
    )
    assert missing(answer) == []
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "*" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", OWN)
def test_what_is_shown_to_a_person_is_kept_by_nobody_between(axel, path):
    answer = client_for(axel).get(path)
    assert missing(answer) == []
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert {"no-store", "private"} <= {word.strip() for word in answer["Cache-Control"].split(",")}


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options", "trace"])
def test_methods_that_a_page_does_not_take_are_refused_with_headers(axel, method):
    answer = getattr(client_for(axel), method)("/nonconformities/")
    assert answer.status_code == 405
    assert missing(answer) == []


def broken(*_: object, **__: object) -> HttpResponse:
    secret = "SELECT secret FROM people_user"
    raise RuntimeError(f"{secret} in /srv/holdfast/qms/settings")


@pytest.mark.parametrize("path", ["/nonconformities/", "/api/v1/nonconformities/"])
def test_a_fault_of_ours_tells_nothing_of_the_inside(axel, path, monkeypatch):
    """Status 500, all headers, no trace, no statement, no path, no version."""
    monkeypatch.setattr("ui.filters.filters_for", broken)
    client = client_for(axel)
    client.raise_request_exception = False
    answer = client.get(path)
    assert answer.status_code == 500
    assert missing(answer) == []
    text = answer.content.decode()
    assert not any(word in text for word in ("SELECT", "/srv", "Traceback", "RuntimeError", "Django", "Python", ".py"))


TELLTALE = (
    "Traceback",
    "SELECT",
    "psycopg",
    "django.",
    "Django",
    "/work",
    "site-packages",
    "Exception",
    "DEBUG",
    "urlpatterns",
)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/no/such/page/", None), ("get", "/search/?q=%00", None), ("post", "/api/v1/nonconformities/", b"{"),
        ("post", "/api/v1/nonconformities/", b'{"site": {"a": 1}}'),
        ("get", "/api/v1/nonconformities/?after=eHg", None),
        ("get", "/api/v1/nonconformities/?status=x", None), ("get", "/nonconformities/MUC-NC-9999/", None),
        ("get", "/api/v1/nonconformities/?opened_at_after=x", None), ("put", "/api/v1/nonconformities/", b"{}"),
        ("post", "/api/v1/measurements/", b'"x"'), ("get", "/api/v1/improvements/99999999/", None),
    ],
)  # fmt: skip
def test_errors_tell_what_was_wrong_with_the_question_only(axel, method, path, body):
    more = {"data": body, "content_type": "application/json"} if body is not None else {}
    answer = getattr(client_for(axel), method)(path, **more)
    assert 400 <= answer.status_code < 500
    assert [word for word in TELLTALE if word in answer.content.decode()] == []


FORWARDED = ("X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "X-Host", "Forwarded", "X-Forwarded-Server",
             "X-HTTP-Method-Override", "X-Forwarded-Scheme", "X-Forwarded-Prefix")  # fmt: skip


@pytest.mark.parametrize("header", FORWARDED)
def test_headers_that_only_a_proxy_may_set_change_nothing(axel, header):
    client = client_for(axel)
    plain, told = (client.get("/nonconformities/", headers=more) for more in ({}, {header: "evil.example/people/"}))
    assert plain.status_code == told.status_code == 200
    assert b"evil.example" not in told.content


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example", "a b", ""])
def test_a_host_that_is_not_ours_is_refused(db, host):
    answer = Client(raise_request_exception=False).get("/accounts/login/", headers={"host": host} if host else {})
    assert answer.status_code == 400 if host else 200
    assert b"evil.example" not in answer.content or b"Invalid" not in answer.content


def test_the_signing_page_is_framed_by_nobody_and_fills_in_nothing_but_a_password(axel, munich, olga):
    form = client_for(axel).get("/accounts/login/", follow=True)
    assert form["X-Frame-Options"] == "DENY"
    asked = fields()
    assert asked["password"].widget.attrs["autocomplete"] == "current-password"
    assert asked["username"].widget.attrs["autocomplete"] == "username"


def test_production_is_strict(tmp_path):
    """For a year only over TLS, cookies of this host only, and no page of Django's own."""
    names = ("SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
             "SESSION_COOKIE_NAME", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_NAME", "DEBUG", "SESSION_COOKIE_DOMAIN",
             "USE_X_FORWARDED_HOST", "USE_X_FORWARDED_PORT")  # fmt: skip
    answer = ask(f"[getattr(settings, name) for name in {names}]", SAFE)
    assert answer.stdout.strip() == str(
        [31536000, True, True, True, "__Host-session", True, "__Host-csrf", False, None, False, False]
    ), answer.stderr


FORGED = "x\r\nERROR django: forged\x1b[31m\u2028\u202e\x00\x9b2J\x7f"


def told(message: str, *args: Any, exc_info: Any = None) -> str:
    record = logging.LogRecord("here", logging.WARNING, "f", 1, message, args, exc_info)
    return OneLine("%(levelname)s %(name)s: %(message)s").format(record)


def test_a_message_is_one_line_whatever_is_in_it():
    line = told("Not Found: %s", FORGED)
    assert line.startswith(r"WARNING here: Not Found: x\r\nERROR django: forged\x1b[31m")
    assert line.isprintable()
    assert len(told("%s", "x" * 100_000)) < 5000


def test_a_trace_stands_below_its_message():
    """No line of it looks like a message."""
    try:
        raise SuspiciousOperation(FORGED)
    except SuspiciousOperation:
        first, *rest = told("Fault", exc_info=sys.exc_info()).split("\n")
    assert first == "WARNING here: Fault"
    assert rest
    assert all(line.startswith("    | ") and line.isprintable() for line in rest)


HOSTILE = {
    "path": lambda client: client.get("/no%0D%0AERROR%20forged%1B%5B31m/"),
    "user agent": lambda client: client.get("/no/", headers={"user-agent": FORGED}),
    "name": lambda client: client.post("/accounts/login/", {"login": FORGED.replace("\x00", ""), "password": FORGED}),
    "query": lambda client: client.get("/search/?q=%0D%0AERROR%20forged%00"),
    "API": lambda client: client.post("/api/v1/no%0AERROR/", {"a": FORGED}),
}


@pytest.mark.parametrize("attack", HOSTILE.values(), ids=HOSTILE)
def test_no_request_writes_a_line_of_its_own(db, attack):
    """The handler of the root logger with our formatter, on what Django really logs."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(OneLine("%(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    try:
        attack(Client(raise_request_exception=False))
    finally:
        logging.getLogger().removeHandler(handler)
    lines = [line for line in heard.getvalue().splitlines() if line]
    assert [line for line in lines if line.startswith("ERROR") or not line.isprintable()] == []


def test_the_settings_use_that_formatter(settings):
    assert settings.LOGGING["formatters"]["line"]["()"] == "qms.logs.OneLine"
    assert settings.LOGGING["root"]["handlers"] == ["stderr"]


def test_a_failed_login_is_one_entry_of_the_trail(db):
    """With whatever was typed kept as data."""
    before = Event.objects.count()
    Client().post("/accounts/login/", {"login": "eve\r\nadmin logged in", "password": "x"})
    assert Event.objects.count() <= before + 1
