"""The ground that the other tests stand on."""

import threading
import urllib.request

import pytest
from django.db import ProgrammingError, connection, connections
from playwright.sync_api import Page


def who_and_where() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        return cursor.fetchone()


@pytest.mark.django_db
def test_tests_connect_as_the_application_role() -> None:
    assert who_and_where()[0] == "qms_app"


@pytest.mark.django_db
def test_the_application_role_cannot_change_tables() -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="must be owner"):
        cursor.execute("ALTER TABLE people_user ADD COLUMN nonsense integer")


def test_a_committed_database_is_seen_by_other_threads(committed_db: str) -> None:
    seen = []

    def look() -> None:
        seen.append(who_and_where())
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [("qms_app", committed_db)]


def test_each_committed_database_is_fresh(committed_db: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)


def test_the_live_server_is_ready(live_server_url: str) -> None:
    with urllib.request.urlopen(f"{live_server_url}/readyz") as answer:
        assert answer.read() == b'{"database": true, "broker": true, "canary_seconds": null}'


def test_a_browser_reaches_the_live_server(page: Page, live_server_url: str) -> None:
    page.goto(f"{live_server_url}/healthz")
    assert page.inner_text("body") == "ok"
