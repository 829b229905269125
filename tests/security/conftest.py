from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from people.models import User
from tests.cast import PASSWORD

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def no_counts(request: pytest.FixtureRequest) -> Iterator[None]:
    """What allauth counts by itself, such as requests for a new password, begins anew."""
    yield
    if "db" in request.fixturenames:
        cache.clear()


@pytest.fixture
def come_in() -> Callable[..., Any]:
    """Logs in at the page, as a browser does. Gives the client and the answer."""

    def attempt(user: User | str, password: str = PASSWORD, *, client: Client | None = None, **extra: Any) -> Any:
        client = client or Client()
        name = user if isinstance(user, str) else user.username
        return client, client.post(LOGIN, {"login": name, "password": password}, **extra)

    return attempt
