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
    """Whose session it is, and the challenge and digest that are shown when it is opened."""

    session: str
    address: str
    challenge: str = ""
    digest: str = ""

    def shown(self, subject: Any, *, by: Any, meaning: str) -> "Dialog":
        """The same dialog with a challenge for what `subject` is now."""
        opened = records.open_challenge(subject.signed_record, by=by, meaning=meaning, session=self.session)
        return replace(self, challenge=opened.challenge, digest=opened.digest)

    def signing(self, typed: dict[str, Any]) -> Signing:
        """What a signed service takes."""
        secrets = {name: typed.get(name, "") for name in FIELDS}
        return Signing(**secrets, session=self.session, address=self.address)


def dialog_of(request: Any) -> Dialog:
    """The dialog of a request. It dies with its session, with a new password and with the account."""
    key = request.session.session_key or ""
    name = f"{key} {request.user.get_session_auth_hash()}" if key else ""
    session = hashlib.sha256(name.encode()).hexdigest() if name else ""
    return Dialog(session, request.META.get("REMOTE_ADDR", ""))


def fields() -> dict[str, forms.Field]:
    """Both secrets at each signing (21 CFR 11.200 a), and the dialog that they answer."""
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
        "challenge": forms.CharField(max_length=100, widget=forms.HiddenInput, label=_("Challenge")),
    }
