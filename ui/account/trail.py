"""What allauth and Django say happened to somebody's access, told by events. `ui.apps` connects it."""

from typing import Any

from allauth.account.signals import authentication_step_completed, password_changed
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from people import services
from people.models import User
from ui.account import sessions


def came_in(request: HttpRequest, **_: Any) -> None:
    """Stands where Django would write `last_login` into the person's row: the event of the log-in says it."""
    sessions.start_clock(request)


def went_out(request: HttpRequest | None, user: User | None, **_: Any) -> None:
    if user is not None:
        services.tell("logged out", user, by=user, note=getattr(request, "session_over", ""))


def confirmed_again(request: HttpRequest, reauthenticated: bool = False, **_: Any) -> None:
    """Who confirmed who they are gets another session id."""
    if reauthenticated:
        sessions.renew(request)


def has_new_password(request: HttpRequest, user: User, **_: Any) -> None:
    request.session.pop(sessions.MUST_CHANGE, None)


def changed(word: str) -> Any:
    def tell(user: User, authenticator: Any, **_: Any) -> None:
        kind = authenticator.get_type_display()
        services.tell("second factor changed", user, by=user, note=f"{kind}: {word}")

    return tell


FACTORS = ((authenticator_added, "added"), (authenticator_removed, "removed"), (authenticator_reset, "made anew"))


def connect() -> None:
    """The uid is that of Django's own receiver: whoever comes first stays."""
    user_logged_in.connect(came_in, dispatch_uid="update_last_login")
    user_logged_out.connect(went_out, dispatch_uid="holdfast.out")
    authentication_step_completed.connect(confirmed_again, dispatch_uid="holdfast.again")
    password_changed.connect(has_new_password, dispatch_uid="holdfast.password")
    for signal, word in FACTORS:
        signal.connect(changed(word), weak=False, dispatch_uid=f"holdfast.{word}")
