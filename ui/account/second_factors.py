"""Authenticator apps, passkeys and recovery codes: allauth's, with our count of wrong codes and our address."""

from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from cryptography.fernet import Fernet
from django.conf import settings
from django.utils.crypto import salted_hmac

from ui.account.attempts import counted


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are encrypted under the key of the installation; passkeys belong to the host of the settings."""

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.BASE_URL).hostname or "localhost", "name": "Holdfast"}

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)


def _fernet() -> Fernet:
    key = salted_hmac("holdfast.second-factors", "key", algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(key))


class _Counted:
    user: Any

    def clean_code(self) -> str:
        with counted(context.request, self.user):
            code: str = super().clean_code()  # type: ignore[misc]
        return code


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]
    pass


class CodeAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc]
    pass
