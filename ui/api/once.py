"""`Idempotency-Key`: a request that is sent again gets the answer it got, and nothing is made twice."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from jobs import services as jobs
from ui.api.problems import BadInput
from ui.forms.verb import file_digest
from ui.refusals import twice

HEADER = "Idempotency-Key"
LONGEST = 200
SECRETS = ("password", "pin")  # never kept, not even as part of a digest that could be guessed
KEPT_HEADERS = ("Location", "ETag")


def repeatable(method: Callable[..., Response]) -> Callable[..., Response]:
    """A method of a view that makes something: deadlocks are tried again, and a repeated key is answered as before.

    A signed verb takes no key: its challenge is good for once, and failed attempts must be kept.
    """

    @wraps(method)
    def answered(door: Any, request: Any, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not key or _is_signed(door):
            return twice(method, door, request, *args, **kwargs)
        if len(key) > LONGEST:
            raise BadInput.of({HEADER: "It is too long."}, code="too-long")

        def do() -> dict[str, Any]:
            return _kept(method(door, request, *args, **kwargs))

        found, is_new = twice(jobs.once, key, by=request.user, digest=digest_of(request), do=do, wait=False)
        return _answer(found, is_new=is_new)

    return answered


def _is_signed(door: Any) -> bool:
    verb = getattr(door, "verb", None)
    page = getattr(door, "page", None)
    return bool(verb and page and verb.is_signed(page.model))


def digest_of(request: Any) -> str:
    """What was asked: method, address and contents, without secrets."""
    data = dict(request.data.lists()) if hasattr(request.data, "lists") else request.data
    if isinstance(data, dict):
        data = {name: value for name, value in data.items() if name not in SECRETS and name not in request.FILES}
    files = {name: file_digest(file) for name, file in request.FILES.items()}
    told = json.dumps([request.method, request.path, data, files], sort_keys=True, default=str)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _kept(response: Response) -> dict[str, Any]:
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    body = json.loads(JSONRenderer().render(response.data))
    return {"status": response.status_code, "body": body, "headers": headers}


def _answer(kept: dict[str, Any], *, is_new: bool) -> Response:
    headers = kept["headers"] if is_new else {**kept["headers"], "Idempotency-Replayed": "true"}
    return Response(kept["body"], status=kept["status"], headers=headers)
