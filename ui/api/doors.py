"""What every view of the API stands on: strict JSON in, the audit context around it, problem documents out."""

from contextlib import ExitStack
from typing import Any

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from evidence.context import acting
from ui.api.problems import handler
from ui.api.strict import StrictJSONParser


class ApiDoor(APIView):
    """Base of all views of the API. Acts as the request's user, also when a token brought them."""

    parser_classes = [StrictJSONParser]
    _acting: ExitStack

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self._acting:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.user.is_authenticated:
            request_id = getattr(request, "request_id", "")
            self._acting.enter_context(acting(request.user, request_id=request_id))

    def get_exception_handler(self) -> Any:
        return handler

    @property
    def by_token(self) -> bool:
        """Whether a token came with the request, rather than a person's session."""
        return self.request.auth is not None
