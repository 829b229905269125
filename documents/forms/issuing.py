from django import forms
from django.utils.translation import gettext_lazy as _

from ui.forms import VerbForm


class IssueForm(VerbForm):
    effective_on = forms.DateField(
        label=_("Takes effect on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Left empty: after the training time of its type."),
    )
