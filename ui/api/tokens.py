"""Tokens at the API: who comes with one, and what it may be used for. The one place where scopes are enforced."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication
from rest_framework.permissions import SAFE_METHODS, BasePermission

from people import services
from people.models import ApiToken
from people.selectors import limit_to
from people.states import Scope

BASE = "/api/v1/"


class ScopedTokens(TokenAuthentication):  # type: ignore[misc]
    """knox's. The account that came has authority at the token's sites only, whatever it is appointed to elsewhere."""

    def validate_user(self, auth_token: ApiToken) -> tuple[Any, ApiToken]:
        user, token = super().validate_user(auth_token)
        limit_to(user, token.sites.values_list("pk", flat=True))
        services.note_use(token, by=user, at=timezone.now())
        return user, token


class WithinScopes(BasePermission):
    """A token does what its scopes say and nothing else; a person's session has no scopes."""

    code = "beyond-scope"

    def has_permission(self, request: Any, view: Any) -> bool:
        if not isinstance(request.auth, ApiToken):
            return True
        verb = "read" if request.method in SAFE_METHODS else "write"
        scopes = request.auth.scopes
        self.message = _("This token may only: %(scopes)s.") % {
            "scopes": ", ".join(str(Scope(scope).label) for scope in scopes) or "–"
        }
        return verb in scopes or f"{area(request)}:{verb}" in scopes


def area(request: Any) -> str:
    """The part of the API that is asked: "measurements" of /api/v1/measurements/."""
    return str(request.path).removeprefix(BASE).partition("/")[0]
