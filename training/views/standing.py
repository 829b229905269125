"""The door of shared tablets: which tablet it is, who stands at it, and that nothing stays for the next.

Whoever stands at a tablet is nobody elsewhere: the session of a tablet is no login. It opens the addresses below
/kiosk/ that ask for it here, and no other page and no API.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from evidence.context import acting, clock
from people import selectors, services
from people.models import Kiosk, KioskSession, User
from people.selectors import system_user
from ui.signing import Dialog

SELDOM = timedelta(minutes=5)
YEARS = 2 * 365 * 86_400
View = Callable[..., Any]


def tablet_cookie() -> str:
    """`__Host-` where the session has it: in production."""
    return settings.SESSION_COOKIE_NAME.replace("session", "tablet").replace("id", "")


def person_cookie() -> str:
    return settings.SESSION_COOKIE_NAME.replace("session", "stands").replace("id", "")


def set_cookie(response: HttpResponse, name: str, secret: str, seconds: int) -> None:
    response.set_cookie(
        name, secret, max_age=seconds, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def tablet_of(request: HttpRequest) -> Kiosk | None:
    """The enrolled tablet that asks."""
    kiosk = selectors.kiosk_with(request.COOKIES.get(tablet_cookie(), ""))
    now = clock()
    if kiosk and (kiosk.last_seen_at is None or now - kiosk.last_seen_at >= SELDOM):
        services.note_kiosk_seen(kiosk, by=system_user(), at=now)
    return kiosk


def standing_at(request: HttpRequest) -> KioskSession | None:
    """Who stands at the tablet that asks; None when nobody does, or the tablet has locked itself."""
    secrets = (request.COOKIES.get(name(), "") for name in (tablet_cookie, person_cookie))
    return selectors.kiosk_session_with(*secrets, at=clock())


def tablet_only(view: View) -> View:
    """Only an enrolled tablet: `view(request, kiosk, …)`."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **facts: Any) -> HttpResponse:
        kiosk = tablet_of(request)
        if kiosk is None:
            return render(request, "training/kiosk/unknown.html", status=403 if request.method == "POST" else 200)
        return view(request, kiosk, *args, **facts)

    return guarded


def standing_only(view: View) -> View:
    """Only whoever stands at a tablet: `view(request, standing, …)`, acting as that person.

    Whoever has only the first PIN, which somebody else knows too, chooses an own one before anything else.
    """
    return _standing(view, is_for_first=False)


def standing_at_all(view: View) -> View:
    """The same with a first PIN too: to choose the own one."""
    return _standing(view, is_for_first=True)


def has_first_pin(person: User) -> bool:
    pin = getattr(person, "pin", None)
    return pin is not None and pin.is_first


def _standing(view: View, *, is_for_first: bool) -> View:
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **facts: Any) -> HttpResponse:
        standing = standing_at(request)
        if standing is None:
            return leave()
        if has_first_pin(standing.person) and not is_for_first:
            return redirect("training:kiosk-pin")
        with acting(standing.person):
            services.note_kiosk_use(standing, by=standing.person, at=clock())
            return view(request, standing, *args, **facts)

    return guarded


def leave() -> HttpResponse:
    """Back to the first screen, where nobody stands at the tablet."""
    response = redirect("training:kiosk")
    response.delete_cookie(person_cookie(), samesite="Lax")
    return response


def dialog_at(request: HttpRequest, standing: KioskSession) -> Dialog:
    """The signing dialog of a tablet: it dies with the session there."""
    station = standing.kiosk.station
    return Dialog(
        standing.digest,
        request.META.get("REMOTE_ADDR", ""),
        at_kiosk=True,
        note=f"{station.code} {station.name}",
    )


def seconds_left(standing: KioskSession) -> int:
    """Until the session ends whatever one does."""
    return max(settings.KIOSK_SESSION_SECONDS - int((clock() - standing.started_at).total_seconds()), 0)


def show(
    request: HttpRequest, standing: KioskSession, template: str, context: dict[str, Any], status: int = 200
) -> Any:
    """A screen of somebody who stands at the tablet, with the clock that locks it."""
    frame = {
        "standing": standing,
        "person": standing.person,
        "station": standing.kiosk.station,
        "idle": settings.KIOSK_IDLE_SECONDS,
        "left": seconds_left(standing),
    }
    return render(request, f"training/kiosk/{template}.html", {**frame, **context}, status=status)
