"""The harness of all tests. `harness` brings databases, a broker and a browser; `cast` the people."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from evidence.context import AuditContext, in_force
from tests.harness import servers
from tests.harness.databases import TESTS

pytest_plugins = ["tests.harness.databases", "tests.harness.browser", "tests.cast"]

LONGEST_NAMED = 40  # bytes that may stand in the name of a test
RUNNING = pytest.StashKey[servers.Handle]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """The controller alone starts the servers; workers of xdist are told of them, and so is a run inside a run."""
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    outer = os.environ.get(servers.OUTER)
    config.stash[RUNNING] = servers.attach(json.loads(outer)) if outer else servers.start()


def pytest_configure() -> None:
    """A slow password hash protects people, not tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist where the servers are."""
    node.workerinput["servers"] = node.config.stash[RUNNING].told()


def pytest_make_parametrize_id(val: object) -> str | None:
    """Files have names without their bytes: a ZIP packed in another second would make another test of it."""
    return f"{len(val)} bytes" if isinstance(val, bytes) and len(val) > LONGEST_NAMED else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Workers keep the groups of `xdist_group` together: pytest 9.2 scatters them (pytest-xdist #1386)."""
    if hasattr(session.config, "workerinput"):
        grouped = [item.nodeid for item in session.items if item.get_closest_marker("xdist_group")]
        assert all("@" in name.rpartition("]")[2] for name in grouped), f"groups are not kept: {grouped}"


def pytest_unconfigure(config: pytest.Config) -> None:
    running = config.stash.get(RUNNING, None)
    if isinstance(running, servers.Servers):
        running.stop()


@pytest.fixture(autouse=True, scope="session")
def acting_as_tests() -> Iterator[None]:
    """What a test writes by itself is written by "tests"; the database takes nothing from nobody."""
    with in_force(AuditContext(TESTS, reason="a test")):
        yield


@pytest.fixture(scope="session")
def harness(request: pytest.FixtureRequest) -> servers.Handle:
    """The servers of this run, in the controller and in workers alike."""
    told = getattr(request.config, "workerinput", None)
    return servers.attach(told["servers"]) if told else request.config.stash[RUNNING]
