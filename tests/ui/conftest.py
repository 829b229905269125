from collections.abc import Callable

import pytest
from django.test import Client

from people.models import User
from tests.ui.plant import Plant, build


@pytest.fixture
def plant(db: None) -> Plant:
    return build()


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A browser of that person."""

    def client(user: User) -> Client:
        found = Client()
        found.force_login(user)
        return found

    return client
