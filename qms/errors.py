"""What the framework answers when no view does: pages for people, problem documents for programs."""

import sys
from typing import Any

from django.core.exceptions import TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _
from django.views import defaults

from evidence.refusals import Refused
from ui.refusals import NO_ROOM, UNAVAILABLE, Unavailable, refusal_of, status_of

API = "/api/"
SECRETS = ("password", "pin", "code")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return _problem(request, 400, "bad-request", _("This address cannot be read."))
    if isinstance(exception, TooManyFilesSent):
        told = {"message": _("These are more files than can come at once. Bring them as a zip."), "back": request.path}
        return render(request, "ui/refused.html", told, status=400)
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return _problem(request, 404, "not-found", _("There is nothing at this address."))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """The last answer: 503 or 507 with what to do for a database that is away or a full disk, 500 for our faults."""
    refused = refusal_of(sys.exc_info()[1])
    if refused is not None and status_of(refused) in (UNAVAILABLE, NO_ROOM):
        return _not_now(request, refused)
    if request.path.startswith(API):
        return _problem(request, 500, "fault", _("Something failed on our side. Nothing was saved."))
    return defaults.server_error(request)


def _not_now(request: HttpRequest, refused: Refused) -> HttpResponse:
    if request.path.startswith(API):
        response: HttpResponse = _problem(request, status_of(refused), refused.code, refused.message)
    else:
        context = {"sentence": refused.message, "sent": _sent(request), "address": request.get_full_path()}
        page = loader.get_template("503.html").render(context)
        response = HttpResponse(page, status=status_of(refused))
    response["Retry-After"] = str(Unavailable.retry_after)
    response["Cache-Control"] = "no-store"
    return response


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What was entered, so that it can be sent again; never a password."""
    try:
        posted = request.POST if request.method == "POST" else QueryDict()
    except OSError:  # the upload itself did not fit
        posted = QueryDict()
    pairs = [(name, value) for name, values in posted.lists() for value in values]
    return [pair for pair in pairs if pair[0] not in SECRETS]


def _problem(request: HttpRequest, status: int, code: str, detail: str) -> JsonResponse:
    body: dict[str, Any] = {
        "type": f"urn:holdfast:problem:{code}",
        "title": detail,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": getattr(request, "request_id", ""),
    }
    return JsonResponse(body, status=status, content_type="application/problem+json")
