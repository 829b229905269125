from django import forms
from django.utils.translation import gettext_lazy as _

from ui.forms import VerbForm


class AssessForm(VerbForm):
    note = forms.CharField(label=_("What was shown"), required=False, max_length=1000)
