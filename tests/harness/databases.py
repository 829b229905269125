"""Fixtures for databases and the broker. Tests connect as the application does in production.

`db` (pytest-django's) rolls back after each test. `committed_db` is a fresh clone for tests that
commit, use threads, a live server or a browser: emptying tables is refused to the application.
"""

import itertools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dj_database_url
import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.signals import connection_created
from pytest_django.plugin import DjangoDbBlocker

from evidence.context import Actor
from qms.celery import app as celery
from tests.harness.servers import Handle

TESTS = Actor(None, "tests")
ALIASES = {"default": "app", "owner": "owner", "sealer": "sealer"}
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def django_db_setup(
    harness: Handle, worker_id: str, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Each worker works in its own clone of the template."""
    with django_db_blocker.unblock(), _clone(harness, f"tests_{worker_id}_{os.getpid()}"):
        yield


@pytest.fixture
def committed_db(
    harness: Handle, worker_id: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A freshly cloned database of this test alone, where commits are real. Gives its name."""
    name = f"committed_{worker_id}_{next(numbers)}"
    with django_db_blocker.unblock(), _clone(harness, name), _named_connections():
        yield name


@contextmanager
def _named_connections() -> Iterator[None]:
    """Statements of the test's own thread outside any transaction are written by "tests" too."""
    thread = threading.current_thread()

    def name(sender: object, connection: Any, **_: object) -> None:
        if threading.current_thread() is thread:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('qms.actor_name', %s, false)", [TESTS.name])

    connection_created.connect(name)
    try:
        yield
    finally:
        connection_created.disconnect(name)


@pytest.fixture(scope="session", autouse=True)
def broker(harness: Handle, worker_id: str) -> str:
    """The tests' Valkey, one of its databases for each worker. Gives its REDIS_URL."""
    number = int(worker_id.removeprefix("gw")) + 1 if worker_id.startswith("gw") else 0
    url = harness.valkey.url.replace("?db=0", f"?db={number}")
    settings.REDIS_URL = url
    settings.CELERY_BROKER_URL = url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    celery.conf.broker_url = settings.CELERY_BROKER_URL
    return url


@contextmanager
def _clone(harness: Handle, name: str) -> Iterator[None]:
    harness.cluster.drop_database(name)
    harness.cluster.clone_database(harness.template, name)
    before = {alias: connections.settings.get(alias) for alias in ALIASES}
    _point_at({alias: _settings(harness, alias, name) for alias in ALIASES})
    try:
        yield
    finally:
        _point_at(before)
        harness.cluster.drop_database(name)


def _settings(harness: Handle, alias: str, name: str) -> dict:
    url = harness.cluster.url(ALIASES[alias], name)
    return {
        **connections.settings["default"],
        **dj_database_url.parse(url, engine=settings.DATABASES["default"]["ENGINE"]),
    }


def _point_at(databases: dict[str, dict | None]) -> None:
    """Make Django's connections, in every thread to come, lead to `databases`."""
    connections.close_all()
    for alias, found in databases.items():
        if hasattr(connections._connections, alias):
            del connections[alias]
        if found is None:
            connections.settings.pop(alias, None)
        else:
            connections.settings[alias] = found
