"""What the framework answers when no view does: pages for people, problem documents for programs."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return _problem(request, 400, "bad-request", _("This address cannot be read."))
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return _problem(request, 404, "not-found", _("There is nothing at this address."))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API):
        return _problem(request, 500, "fault", _("Something failed on our side. Nothing was saved."))
    return defaults.server_error(request)


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
