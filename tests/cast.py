"""The people of the tests. They are the same in every test: Olga owns, Axel approves, Ines audits, Pedro operates."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evidence.context import clock
from evidence.refusals import Refused
from people.models import ApiToken, Appointment, JobRole, Process, Site, User
from people.selectors import system_user
from people.states import Authority, Scope
from records import services as records
from records.signing import Signing

PASSWORD = "a good long password"
CAST = ("olga", "axel", "ines", "pedro", "sven", "mona", "aud", "ada", "sam")
NAMES = {
    "olga": "Olga Owner", "axel": "Axel Approver", "ines": "Ines Inspector", "pedro": "Pedro Press",
    "sven": "Sven Supervisor", "mona": "Mona Manager", "aud": "Audrey Auditor", "ada": "Ada Admin",
    "sam": "Sam Stranger",
}  # fmt: skip


@lru_cache
def _hash() -> str:
    return make_password(PASSWORD)


def person(username: str, site: Site, *authorities: str) -> User:
    """Somebody at a site with these authorities; the password is PASSWORD."""
    user = User.objects.create(
        username=username, password=_hash(), full_name=NAMES.get(username, username.title()), site=site
    )
    for authority in authorities:
        Appointment.objects.create(person=user, authority=authority, site=site)
    return user


@contextmanager
def refusal(code: str) -> Iterator[None]:
    """The block is refused with this code."""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code, caught.value.message


SESSION = hashlib.sha256(b"a session").hexdigest()


def signing(record: Any, by: User, meaning: str, password: str = PASSWORD) -> Signing:
    """What the signing dialog of that person hands over, opened for the record as it is now."""
    opened = records.open_challenge(fresh(record), by=by, meaning=meaning, session=SESSION)
    return Signing(username=by.username, password=password, challenge=opened.challenge, session=SESSION)


def dialog(client: Client, url: str, password: str = PASSWORD) -> dict[str, str]:
    """What a person types into the signing dialog at that address, with what its page sends along."""
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in ("version", "challenge") if form[name].value() is not None}
    return {**shown, "username": form.user.username, "password": password}


def fresh(record: Any) -> Any:
    """The record as it is in the database."""
    return type(record)._base_manager.get(pk=record.pk)


def today() -> date:
    return clock().date()


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def client_for(user: User) -> Client:
    """A browser of that person."""
    client = Client()
    client.force_login(user)
    return client


def token_for(user: User, *scopes: str) -> str:
    """The secret of a token of the account, good at its home site."""
    found, secret = ApiToken.objects.create(
        user, name="Test", scopes=list(scopes or (Scope.READ, Scope.WRITE, Scope.MEASURE)), created_by=user
    )
    found.sites.add(user.site)
    return str(secret)


class Api:
    """A person's session at the REST API: JSON in and out, any version."""

    def __init__(self, user: User) -> None:
        self.client = client_for(user)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/{path}")

    def post(self, path: str, body: Any = None, *, match: str = "*", method: str = "post") -> Any:
        data = body if isinstance(body, str) else json.dumps(body or {})
        call = getattr(self.client, method)
        return call(
            f"/api/v1/{path}", data, content_type="application/json", headers={"If-Match": match} if match else {}
        )

    def patch(self, path: str, body: Any) -> Any:
        return self.post(path, body, method="patch")


def api_for(user: User) -> Api:
    return Api(user)


def queries(client: Client, url: str) -> list[str]:
    """The statements that a page asks of the database."""
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(url)
        b"".join(answer) if answer.streaming else answer.content
    assert answer.status_code == 200, answer.status_code
    return [query["sql"] for query in caught]


@pytest.fixture
def munich(db: None) -> Site:
    return Site.objects.create(code="MUC", name="Munich")


@pytest.fixture
def lyon(db: None) -> Site:
    return Site.objects.create(code="LYS", name="Lyon")


@pytest.fixture
def olga(munich: Site) -> User:
    return person("olga", munich, Authority.ENGINEER, Authority.PROCESS_OWNER)


@pytest.fixture
def axel(munich: Site) -> User:
    return person("axel", munich, Authority.QUALITY_MANAGER)


@pytest.fixture
def ines(munich: Site) -> User:
    return person("ines", munich, Authority.INTERNAL_AUDITOR)


@pytest.fixture
def pedro(munich: Site) -> User:
    return person("pedro", munich, Authority.OPERATOR)


@pytest.fixture
def sven(munich: Site) -> User:
    return person("sven", munich, Authority.SUPERVISOR)


@pytest.fixture
def mona(munich: Site) -> User:
    return person("mona", munich, Authority.MANAGER)


@pytest.fixture
def aud(munich: Site) -> User:
    return person("aud", munich, Authority.AUDITOR)


@pytest.fixture
def ada(munich: Site) -> User:
    return person("ada", munich, Authority.ADMINISTRATOR)


@pytest.fixture
def sam(lyon: Site) -> User:
    """The stranger: quality manager, but of another site."""
    return person("sam", lyon, Authority.QUALITY_MANAGER, Authority.ADMINISTRATOR)


@pytest.fixture
def cast(olga, axel, ines, pedro, sven, mona, aud, ada, sam) -> dict[str, User]:  # type: ignore[no-untyped-def]
    """Everybody, by user name."""
    return {user.username: user for user in (olga, axel, ines, pedro, sven, mona, aud, ada, sam)}


@pytest.fixture
def system(db: None) -> User:
    return system_user()


@pytest.fixture
def grinding(munich: Site, olga: User) -> Process:
    """A process that Olga owns."""
    return Process.objects.create(site=munich, code="GRIND", name="Grinding", owner=olga)


@pytest.fixture
def welding(lyon: Site, sam: User) -> Process:
    """A process of the other site."""
    return Process.objects.create(site=lyon, code="WELD", name="Welding", owner=sam)


@pytest.fixture
def grinder(munich: Site, grinding: Process) -> JobRole:
    return JobRole.objects.create(site=munich, code="GRINDER", name="Ring grinder", process=grinding)
