from django import forms
from django.utils.translation import gettext_lazy as _

from ui.forms import PersonField, StationField, VerbForm


class GiveOutForm(VerbForm):
    """Where a printed copy will hang, and who answers for it."""

    station = StationField(label=_("Station"), required=False)
    place = forms.CharField(
        label=_("Place"), max_length=120, required=False, help_text=_("Left empty: the station. Scanning shows it.")
    )
    holder = PersonField(label=_("Answers for it"), required=False, help_text=_("Left empty: you."))
