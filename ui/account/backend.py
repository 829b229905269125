from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import transaction

from evidence.context import acting


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, which takes as long over an unknown name as over a wrong password.

    A better hash of the same password is written in the person's own name.
    """

    def _check_password(self, user: Any, password: str) -> Any:
        if user is None:
            return None
        with acting(user), transaction.atomic():
            return super()._check_password(user, password)
