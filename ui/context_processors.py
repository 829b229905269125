"""What the base layout needs on every page. No queries."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from ui import registry


def layout(request: HttpRequest) -> dict[str, Any]:
    """`navigation`: the sections of the side bar, made only when a template shows it."""
    user = getattr(request, "user", None)
    return {"navigation": SimpleLazyObject(lambda: registry.navigation(user))}
