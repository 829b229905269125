"""The harness of all tests. `harness` brings databases, a broker and a browser; `cast` the people."""

from typing import Any

import pytest
from django.conf import settings

from tests.harness import servers

pytest_plugins = ["tests.harness.databases", "tests.harness.browser", "tests.cast"]

RUNNING = pytest.StashKey[servers.Servers]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """The controller alone starts the servers; xdist's workers are told where they are."""
    config = session.config
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        config.stash[RUNNING] = servers.start()


def pytest_configure() -> None:
    """A slow password hash protects people, not tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist where the servers are."""
    node.workerinput["servers"] = node.config.stash[RUNNING].told()


def pytest_unconfigure(config: pytest.Config) -> None:
    if running := config.stash.get(RUNNING, None):
        running.stop()


@pytest.fixture(scope="session")
def harness(request: pytest.FixtureRequest) -> servers.Handle:
    """The servers of this run, in the controller and in workers alike."""
    told = getattr(request.config, "workerinput", None)
    return servers.attach(told["servers"]) if told else request.config.stash[RUNNING]
