"""Tries to come in, counted in rows before the secret is looked at; and browsers that came in before."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string

from people import services
from people.models import LoginAttempt, User
from people.selectors import name_digest, system_user
from people.states import Outcome

SALT = "holdfast.browser"
SECONDS_A_DAY = 86_400


def cookie_name() -> str:
    """`__Host-` where the session has it: in production."""
    return settings.SESSION_COOKIE_NAME.replace("session", "browser").replace("id", "")


def browser_of(request: HttpRequest, name: str) -> str:
    """The id of the browser, if `name` came in with it before; else ""."""
    known = _known(request)
    return str(known.get("id", "")) if name_digest(name) in known.get("names", []) else ""


def remember_browser(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """A signed cookie: it lets nobody in, it only has a count of failed tries of its own."""
    known = _known(request)
    names = [name for name in known.get("names", []) if name != name_digest(person.username)]
    value = {"id": known.get("id") or get_random_string(32), "names": [*names[-9:], name_digest(person.username)]}
    response.set_cookie(
        cookie_name(),
        signing.dumps(value, salt=SALT, compress=True),
        max_age=settings.LOGIN_POLICY["remembered_days"] * SECONDS_A_DAY,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> dict[str, Any]:
    longest = settings.LOGIN_POLICY["remembered_days"] * SECONDS_A_DAY
    try:
        known: dict[str, Any] = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=longest)
    except signing.BadSignature:
        return {}
    return known


def begin(request: HttpRequest, name: str, *, note: str = "") -> LoginAttempt:
    """Write the try down. Raises ValidationError after too many, in words that are the same for every name."""
    attempt = services.begin_attempt(
        name,
        by=system_user(),
        address=get_adapter().get_client_ip(request),
        device=browser_of(request, name),
        at=timezone.now(),
    )
    if attempt.outcome == Outcome.REFUSED:
        failed(attempt, name, note=note)
        raise get_adapter().validation_error("too_many_login_attempts")
    return attempt


def passed(attempt: LoginAttempt) -> None:
    services.conclude_attempt(attempt, by=system_user())


def failed(attempt: LoginAttempt, name: str, *, note: str = "") -> None:
    person = User.objects.filter(username__iexact=name.strip()).first()
    services.tell_failed(attempt, person, by=system_user(), note=note)


@contextmanager
def counted(request: HttpRequest, person: User) -> Iterator[None]:
    """A one-time code of a person counts like a password. A ValidationError inside is a failed try."""
    attempt = begin(request, person.username, note="second factor")
    try:
        yield
    except ValidationError:
        failed(attempt, person.username, note="second factor")
        raise
    passed(attempt)
