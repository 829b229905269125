"""Every refusal of the API as a problem document (RFC 9457), from one exception handler."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from evidence.refusals import Refused
from ui.listing import BadCursor
from ui.refusals import refusal_of, status_of

CONTENT_TYPE = "application/problem+json"
PRECONDITION_REQUIRED = status.HTTP_428_PRECONDITION_REQUIRED


class BadInput(exceptions.APIException):
    """Fields that do not hold what they should; `errors` is a list of {field, message, code}."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "invalid"

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__(_("Please check what you sent."), "invalid")
        self.errors = errors

    @classmethod
    def of(cls, found: dict[str, str], code: str = "invalid") -> "BadInput":
        return cls([{"field": field, "message": message, "code": code} for field, message in found.items()])

    @classmethod
    def of_form(cls, form: forms.BaseForm) -> "BadInput":
        return cls(list(_form_errors(form)))


class VersionMissing(exceptions.APIException):
    """A write without saying which version was read."""

    status_code = PRECONDITION_REQUIRED
    default_code = "version-missing"

    def __init__(self) -> None:
        super().__init__(_("Send If-Match with the ETag of the record that you read."), "version-missing")


class TokensNeverSign(exceptions.PermissionDenied):
    default_code = "token-cannot-sign"

    def __init__(self) -> None:
        super().__init__(_("A token cannot sign. A person signs with a session and the password."), self.default_code)


def _form_errors(form: forms.BaseForm) -> Iterator[dict[str, str]]:
    for name, errors in form.errors.as_data().items():
        for error in errors:
            field = "" if name == NON_FIELD_ERRORS else name
            yield {"field": field, "message": " ".join(error.messages), "code": error.code or "invalid"}


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None leaves a fault of ours to Django."""
    found = _known(error)
    if found is None:
        return None
    code, status_code, detail, headers = found
    body: dict[str, Any] = {
        "type": f"urn:holdfast:problem:{code}",
        "title": TITLES.get(status_code, _("Refused")),
        "status": status_code,
        "detail": detail,
        "code": code,
    }
    if errors := getattr(error, "errors", None):
        body["errors"] = errors
    if request_id := getattr(context["request"], "request_id", ""):
        body["request_id"] = request_id
    return Response(body, status=status_code, headers=headers, content_type=CONTENT_TYPE)


def _known(error: Exception) -> tuple[str, int, str, dict[str, str]] | None:
    if isinstance(error, Http404):
        return "not-found", 404, _("There is no such record among those that you see."), {}
    if isinstance(error, PermissionDenied):
        return "not-allowed", 403, _("Your authority does not cover this."), {}
    if isinstance(error, RequestDataTooBig):
        return "too-large", 413, _("The body is too large."), {}
    if isinstance(error, BadCursor):
        return "bad-cursor", 400, _("This cursor is not one of ours."), {}
    if isinstance(error, exceptions.APIException):
        return _of_api(error)
    refused = refusal_of(error)
    return None if refused is None else _of_refusal(refused)


def _of_api(error: exceptions.APIException) -> tuple[str, int, str, dict[str, str]]:
    challenge = getattr(error, "auth_header", None)
    headers = {"WWW-Authenticate": str(challenge)} if challenge else {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    detail = str(error.detail) if isinstance(error.detail, str) else str(error.default_detail)
    return str(code).replace("_", "-"), error.status_code, detail, headers


def _of_refusal(refused: Refused) -> tuple[str, int, str, dict[str, str]]:
    wait = getattr(refused, "retry_after", None)
    return refused.code, status_of(refused), refused.message, {"Retry-After": str(wait)} if wait else {}


TITLES = {
    400: "Malformed",
    401: "Not logged in",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible with this method",
    409: "Not now",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Wrong content type",
    422: "Key used before",
    428: "Version missing",
    429: "Too many requests",
    503: "Try again",
    507: "No room",
}
