from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.models import Metric, Objective
from ui.forms import DecimalField, PersonField, ProcessField, RecordField, SiteField, VerbForm

NUMBER = {"max_digits": 24, "decimal_places": 9}
SAID = ("title", "metric", "baseline", "target", "due", "what", "resources", "evaluation", "process", "owner")


class ObjectiveForm(VerbForm):
    """What, by whom, with what, until when, and how the result is evaluated (6.2.2)."""

    title = forms.CharField(label=_("Objective"), max_length=200)
    due = forms.DateField(label=_("Until"))
    owner = PersonField(label=_("Who is responsible"), required=False)
    metric = RecordField(
        Metric, label=_("Metric"), required=False, help_text=_("Its progress is then computed, not estimated.")
    )
    baseline = DecimalField(label=_("From"), required=False, **NUMBER)
    target = DecimalField(label=_("To"), required=False, **NUMBER)
    process = ProcessField(label=_("Process"), required=False)
    what = forms.CharField(label=_("What will be done"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    resources = forms.CharField(
        label=_("Resources"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    evaluation = forms.CharField(
        label=_("How the result is evaluated"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SetObjectiveForm(ObjectiveForm):
    site = SiteField(label=_("Site"))

    field_order = ("version", "site", "title")


class EditObjectiveForm(ObjectiveForm):
    reason = forms.CharField(label=_("Reason"), max_length=2000, required=False)

    def initial_from(self, record: Objective) -> dict[str, Any]:
        return {name: getattr(record, name) for name in SAID} | {"owner": record.owner.username}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("owner") is None:
            data["owner"] = self.record.owner
        return data
