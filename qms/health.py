"""What a load balancer asks: are you alive (`/healthz`), can you serve (`/readyz`)."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jobs import selectors


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, so that a slow database never gets it killed."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers. A missing broker is told but serves: work waits in the outbox.

    `canary_seconds` is how long ago a task last came through the queue: a minute or so where a worker runs.
    """
    parts = {"database": _answers(_ask_database), "broker": _answers(_ask_broker)}
    age = selectors.canary_age(timezone.now()) if parts["database"] else None
    told = {**parts, "canary_seconds": None if age is None else round(age)}
    return JsonResponse(told, status=200 if parts["database"] else 503)


def _answers(question: Callable[[], object]) -> bool:
    try:
        question()
    except (DatabaseError, redis.RedisError):
        return False
    return True


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
        client.ping()
