"""What no page takes: text that the database cannot keep."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class TextMiddleware:
    """Answers 400 to a NUL in the address, the query or a posted form, before any view sees it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> None:
        posted = request.POST if request.content_type in FORMS else QueryDict()
        if "\x00" in request.path or _has_nul(request.GET) or _has_nul(posted):
            raise BadRequest("A NUL is no text.")


def _has_nul(query: QueryDict) -> bool:
    return any("\x00" in name or any("\x00" in value for value in values) for name, values in query.lists())
