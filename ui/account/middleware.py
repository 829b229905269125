"""Sessions end on the server, nothing of theirs stays in a cache, and fragments lead to the login page whole."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ui.account import sessions

OWN = "/accounts/"


class SessionMiddleware:
    """Stands before the audit context: a session that is over acts as nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_in = request.user.is_authenticated
        if was_in:
            _keep_time(request)
        response = _new_password_first(request) or self.get_response(request)
        if was_in or request.user.is_authenticated:
            response["Cache-Control"] = "no-store, private"
        return _whole_page(request, response)


def _keep_time(request: HttpRequest) -> None:
    if why := sessions.is_over(request):
        request.session_over = why  # type: ignore[attr-defined]
        logout(request)
    elif not _is_poll(request):
        sessions.note_use(request)


def _is_poll(request: HttpRequest) -> bool:
    """A page that asks by itself how far a job is shows nobody's presence."""
    return request.headers.get("HX-Request") == "true" and request.path.startswith("/jobs/")


def _new_password_first(request: HttpRequest) -> HttpResponse | None:
    """Whoever came in with a password that somebody else chose, or one too old, chooses another first."""
    must = request.user.is_authenticated and request.session.get(sessions.MUST_CHANGE)
    if not must or request.path.startswith((OWN, f"/{settings.STATIC_URL.strip('/')}/")):
        return None
    if request.path.startswith("/api/"):
        return HttpResponse(status=403)
    return HttpResponseRedirect(reverse("account_change_password"))


def _whole_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """htmx would put the login page into the fragment's place: it is told to leave the page instead."""
    login = reverse(settings.LOGIN_URL)
    if request.headers.get("HX-Request") != "true" or not response.get("Location", "").startswith(login):
        return response
    page = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
    return HttpResponse(headers={"HX-Redirect": f"{login}?{urlencode({'next': page})}"})
