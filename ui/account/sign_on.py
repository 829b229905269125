"""Sign-on from elsewhere: people who have an account here, and nobody else. Wired only when it is configured."""

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from people import services
from people.models import User
from people.selectors import system_user


class SignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Finds the account at each log-in anew, so that a changed address or a person who left has effect at once."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        user = person_of(claims_of(sociallogin))
        if user is None:
            services.tell("login failed", system_user(), by=system_user(), note="sign-on of a stranger")
            messages.error(request, _("Your organisation knows you, but you have no account here. Ask for one."))
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.user = user
        sociallogin.account.user = user

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return get_account_adapter(request).get_login_redirect_url(request)  # type: ignore[no-any-return]


def claims_of(sociallogin: Any) -> dict[str, Any]:
    """What the other side says. An assertion of SAML is signed as a whole, so that its address counts as verified."""
    if sociallogin.account.provider == "saml":
        said = sociallogin.user
        return {settings.OIDC_CLAIM: said.username, "email": said.email, "email_verified": True}
    facts = sociallogin.account.extra_data
    return {**facts.get("userinfo", {}), **facts.get("id_token", {})}


def person_of(claims: dict[str, Any]) -> User | None:
    """The one active person whom the claims name: by verified e-mail, or by the claim that holds user names."""
    people = User.objects.filter(is_active=True, is_system=False)
    if settings.OIDC_CLAIM != "email":
        named = _text(claims, settings.OIDC_CLAIM)
        found = people.filter(username__iexact=named) if named else people.none()
    else:
        mail = _text(claims, "email") if claims.get("email_verified") is True else ""
        found = people.filter(email__iexact=mail) if mail else people.none()
    return found.get() if len(found) == 1 else None


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) else ""
