"""What is typed at a shared tablet, and by whom it is set up."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from evidence.refusals import Refused
from people.models import Station
from people.selectors import visible_stations
from ui.forms import VerbForm

PIN = {"autocomplete": "off", "inputmode": "numeric", "data-pin": "1"}


class StationField(forms.ModelChoiceField):
    """A station that the user sees."""

    def label_from_instance(self, instance: Station) -> str:
        return f"{instance.code} {instance.name} ({instance.site.code})"


class EnrolForm(forms.Form):
    station = StationField(Station.objects.none(), label=_("Station"), empty_label=_("Choose …"))
    name = forms.CharField(
        label=_("Name of the tablet"), max_length=60, help_text=_("As it is written on it, so that it is found again.")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = visible_stations(user)  # type: ignore[attr-defined]


class NewPinForm(forms.Form):
    """The PIN before, and the new one twice."""

    before = forms.CharField(label=_("Your PIN until now"), max_length=20, widget=forms.PasswordInput(attrs=PIN))
    pin = forms.CharField(
        label=_("Your new PIN"),
        help_text=_("Four to twelve digits that nobody guesses."),
        max_length=20,
        widget=forms.PasswordInput(attrs=PIN),
    )
    again = forms.CharField(label=_("Once more"), max_length=20, widget=forms.PasswordInput(attrs=PIN))

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        if given.get("pin") != given.get("again"):
            self.add_error("again", _("The two are not the same."))
        return given


class SignHereForm(VerbForm):
    """Badge or name, and PIN."""


def answers_of(sent: QueryDict) -> tuple[UUID, Mapping[str, list[str]]]:
    """Which draw is answered, and the letters that were chosen by question. Raises Refused("draw-unknown")."""
    try:
        draw = UUID(sent.get("draw", ""))
    except ValueError:
        raise Refused(_("These questions are no longer asked. Look at the new ones."), code="draw-unknown") from None
    return draw, {name[2:]: sent.getlist(name)[:16] for name in sent if name.startswith("q-")}
