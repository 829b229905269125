"""Several things signed with one re-authentication: each has been shown with a challenge of its own."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evidence.refusals import Refused
from records import services as records
from ui.forms.verb import FIELD_OF_REFUSAL
from ui.signing import Dialog, fields

CHALLENGE = "challenge-"


class TogetherForm(forms.Form):
    """User name and password once; which ones, by `chosen`; the challenge of each, by `challenge-<key>`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update({name: field for name, field in fields().items() if name != "challenge"})
        self.outcomes: list[records.Outcome] = []

    def chosen(self, known: dict[str, Any]) -> list[tuple[Any, str]]:
        """(subject, challenge) of those that were ticked, in the order of `known`."""
        data: Any = self.data
        ticked = set(data.getlist("chosen"))
        return [(one, data.get(f"{CHALLENGE}{key}", "")) for key, one in known.items() if key in ticked]

    def attempt(
        self, service: Callable[..., Any], chosen: Sequence[tuple[Any, str]], *, by: Any, dialog: Dialog
    ) -> bool:
        """Sign each of them; what became of each is in `outcomes`. False when nothing could be tried."""
        if not chosen:
            self.add_error(None, _("Choose what you sign."))
            return False
        about, signing = chosen[0][0].signed_record, dialog.signing(self.cleaned_data)
        try:
            self.outcomes = records.attempt_each(service, chosen, by=by, signing=signing, about=about)
        except Refused as refused:
            field = FIELD_OF_REFUSAL.get(refused.code)
            self.add_error(field, refused.message)
            return False
        return True
