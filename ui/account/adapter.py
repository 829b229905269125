"""How people come in: administrators make accounts, nobody makes their own, and every try is written down."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from evidence.context import acting
from jobs import services as jobs
from people import selectors, services
from people.models import User
from ui.account import attempts, sessions
from ui.account.passwords import ResetTokens


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's rules, with the door to strangers shut and our trail beside them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Counts in rows where allauth counts in a cache: tries outlive the process and the refused request.

        Somebody who has left is answered like somebody who never was.
        """
        name = str(credentials.get("username", ""))
        attempt = attempts.begin(request, name)
        user = authenticate(request, **credentials)
        if user is None:
            attempts.failed(attempt, name)
        else:
            attempts.passed(attempt)
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        with acting(user):
            super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        """Somebody is in, by whatever way: the trail says how they came."""
        methods = ", ".join(record["method"] for record in get_authentication_records(request, user))
        with acting(user):
            response = super().post_login(request, user, **hooks)
        services.tell("logged in", user, by=user, note=methods, address=self.get_client_ip(request))
        sessions.begin(request, must_change=selectors.must_change_password(user))
        attempts.remember_browser(request, response, user)
        return response

    def clean_password(self, password: str, user: User | None = None) -> str:
        validate_password(password, user)
        return password

    def set_password(self, user: User, password: str) -> None:
        services.change_password(user, by=user, password=password)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """By a job: the answer comes as soon as for an address that nobody has."""
        jobs.enqueue("ui.mail_reset", user_id=user.pk, email=email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing else is mailed while a request waits; the trail tells what happened to an account."""


def reset_url(user: User) -> str:
    """Where a forgotten password is set anew. Begins with the address of the settings, whatever a request says."""
    key = {"uidb36": user_pk_to_url_str(user), "key": ResetTokens().make_token(user)}
    return settings.BASE_URL.rstrip("/") + reverse("account_reset_password_from_key", kwargs=key)
