"""The signing dialog of both doors: what was shown in this session, and what was typed below it."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records import services as records
from records.signing import Signing

FIELDS = ("username", "password", "challenge")


@dataclass(frozen=True)
class Dialog:
    """Whose session it is, and the challenge and digest that are shown when it is opened.

    At a shared tablet (`at_kiosk`) it is answered with badge and PIN; `note`, the station, goes into the signature.
    """

    session: str
    address: str
    challenge: str = ""
    digest: str = ""
    at_kiosk: bool = False
    note: str = ""

    def shown(self, subject: Any, *, by: Any, meaning: str) -> "Dialog":
        """The same dialog with a challenge for what `subject` is now."""
        opened = records.open_challenge(subject.signed_record, by=by, meaning=meaning, session=self.session)
        return replace(self, challenge=opened.challenge, digest=opened.digest)

    def signing(self, typed: dict[str, Any]) -> Signing:
        """What a signed service takes."""
        secrets = {name: typed.get(name, "") for name in FIELDS}
        return Signing(**secrets, session=self.session, address=self.address, at_kiosk=self.at_kiosk, note=self.note)


def dialog_of(request: Any) -> Dialog:
    """The dialog of a request. It dies with its session, with a new password and with the account."""
    key = request.session.session_key or ""
    name = f"{key} {request.user.get_session_auth_hash()}" if key else ""
    session = hashlib.sha256(name.encode()).hexdigest() if name else ""
    return Dialog(session, request.META.get("REMOTE_ADDR", ""))


def fields(*, at_kiosk: bool = False) -> dict[str, forms.Field]:
    """Both secrets at each signing (21 CFR 11.200 a), and the dialog that they answer."""
    return {**(_badge_and_pin() if at_kiosk else _name_and_password()), "challenge": _challenge()}


def _challenge() -> forms.Field:
    return forms.CharField(max_length=100, widget=forms.HiddenInput, label=_("Challenge"))


def _badge_and_pin() -> dict[str, forms.Field]:
    """A shared tablet keeps nothing: no browser offers what the one before has typed."""
    plain = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
    return {
        "username": forms.CharField(
            label=_("Your badge, or your name"),
            max_length=150,
            widget=forms.TextInput(attrs={**plain, "data-badge": "1"}),
        ),
        "password": forms.CharField(
            label=_("Your PIN"),
            strip=False,
            max_length=20,
            widget=forms.PasswordInput(attrs={**plain, "inputmode": "numeric", "data-pin": "1"}),
        ),
    }


def _name_and_password() -> dict[str, forms.Field]:
    return {
        "username": forms.CharField(
            label=_("Your user name"),
            max_length=150,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        ),
        "password": forms.CharField(
            label=_("Your password"),
            help_text=_("Enter both again: your signature is as binding as on paper."),
            strip=False,
            max_length=200,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        ),
    }
