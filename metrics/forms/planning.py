from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.models import Metric
from ui.forms import JobRoleField, RecordField, VerbForm


class RowForm(VerbForm):
    """A row of a control plan (C8)."""

    characteristic = forms.CharField(label=_("Characteristic"), max_length=160)
    operation = forms.CharField(label=_("Operation"), max_length=120, required=False)
    special = forms.CharField(label=_("Class"), max_length=10, required=False)
    specification = forms.CharField(label=_("Specification"), max_length=160, required=False)
    gauge = forms.CharField(label=_("Gauge"), max_length=160, required=False)
    sample_size = forms.CharField(label=_("Sample"), max_length=40, required=False)
    frequency = forms.CharField(label=_("Frequency"), max_length=60, required=False)
    method = forms.CharField(label=_("Control method"), max_length=160, required=False)
    reaction_plan = forms.CharField(label=_("Reaction plan"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    reaction_role = JobRoleField(label=_("Who reacts"), required=False)
    metric = RecordField(Metric, label=_("Metric"), required=False)
