"""Every request acts as its user, under one request id."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.http import HttpRequest, HttpResponse

from evidence.context import NOBODY, AuditContext, acting, in_force

REQUEST_ID_LENGTH = 32


class AuditContextMiddleware:
    """Sets the audit context of a request; `X-Request-Id` of the answer names it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex[:REQUEST_ID_LENGTH]  # type: ignore[attr-defined]
        response = self._answer(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        with self._acting(request):
            return self.get_response(request)

    def _acting(self, request: HttpRequest) -> AbstractContextManager[AuditContext]:
        request_id: str = request.request_id  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            return acting(request.user, request_id=request_id)
        return in_force(AuditContext(NOBODY, request_id=request_id))
