"""The clock of a session, kept by the server: how long it rests, and how long it lasts whatever one does."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

SINCE, SEEN, MUST_CHANGE = "since", "seen", "must_change_password"
SELDOM = 30  # seconds between two writes of when somebody was last seen


def start_clock(request: HttpRequest) -> None:
    now = timezone.now().timestamp()
    request.session.update({SINCE: now, SEEN: now})


def begin(request: HttpRequest, *, must_change: bool = False) -> None:
    """Somebody came in. The oldest sessions end where one person has too many."""
    if must_change:
        request.session[MUST_CHANGE] = True
    old = UserSession.objects.filter(user_id=request.user.pk).order_by("-created_at")[settings.SESSIONS_A_PERSON :]
    for session in old:
        session.end()


def is_over(request: HttpRequest) -> str:
    """Why the session is over, or "". The cookie says nothing about it."""
    now = timezone.now().timestamp()
    if now - request.session.get(SINCE, now) >= settings.SESSION_LIFETIME.total_seconds():
        return "too long"
    if now - request.session.get(SEEN, now) >= settings.SESSION_IDLE.total_seconds():
        return "idle"
    return ""


def note_use(request: HttpRequest) -> None:
    """That somebody did something just now."""
    now = timezone.now().timestamp()
    if SINCE not in request.session:
        request.session[SINCE] = now
    if now - request.session.get(SEEN, 0) >= SELDOM:
        request.session[SEEN] = now


def renew(request: HttpRequest) -> None:
    """Another session id: whoever knew the one before knows nothing now."""
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
