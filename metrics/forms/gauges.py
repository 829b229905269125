from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.models import Gauge
from records.models import Attachment
from ui.forms import DecimalField, PersonField, ProcessField, SiteField, VerbForm, WholeField

DESCRIBED = ("title", "sort", "serial", "maker", "location", "resolution", "interval_months", "process", "owner")


class GaugeForm(VerbForm):
    title = forms.CharField(label=_("Name"), max_length=200)
    sort = forms.CharField(label=_("Kind of gauge"), max_length=80, help_text=_("Bore gauge, scale, thermometer …"))
    serial = forms.CharField(label=_("Serial number"), max_length=60, required=False)
    maker = forms.CharField(label=_("Maker"), max_length=80, required=False)
    location = forms.CharField(label=_("Place"), max_length=120, required=False)
    resolution = forms.CharField(label=_("Resolution"), max_length=40, required=False, help_text=_("Such as 0.001 mm"))
    interval_months = WholeField(label=_("Months between calibrations"), min_value=1, max_value=120, initial=12)
    process = ProcessField(label=_("Process"), required=False)
    owner = PersonField(label=_("Owner"), required=False)


class OpenGaugeForm(GaugeForm):
    site = SiteField(label=_("Site"))

    field_order = ("version", "site", "title", "sort")


class EditGaugeForm(GaugeForm):
    reason = forms.CharField(label=_("Reason"), max_length=2000, required=False)

    def initial_from(self, record: Gauge) -> dict[str, Any]:
        return {name: getattr(record, name) for name in DESCRIBED} | {"owner": record.owner.username}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("owner") is None:
            data["owner"] = self.record.owner
        return data


class CalibrateForm(VerbForm):
    """As found and as left. The certificate is one of the gauge's files."""

    done_on = forms.DateField(label=_("Calibrated on"))
    done_by = forms.CharField(label=_("By"), max_length=120, help_text=_("The person or the laboratory"))
    as_found = forms.CharField(label=_("As found"), max_length=200, help_text=_("Deviation before anything was done"))
    found_good = forms.BooleanField(label=_("It was within its limits as found"), required=False)
    as_left = forms.CharField(
        label=_("As left"), max_length=200, required=False, help_text=_("After adjustment, where there was one")
    )
    passed = forms.BooleanField(label=_("It is fit for use"), required=False)
    certificate_no = forms.CharField(label=_("Number of the certificate"), max_length=60, required=False)
    certificate = forms.ModelChoiceField(
        Attachment.objects.none(),
        label=_("Certificate"),
        to_field_name="uuid",
        required=False,
        empty_label="—",
        help_text=_("One of the gauge's files: add it there first."),
    )
    due_on = forms.DateField(
        label=_("Due again"), required=False, help_text=_("Left empty, it follows from the interval.")
    )
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def prepare(self) -> None:
        if self.record is not None:
            self.fields["certificate"].queryset = self.record.attachments.order_by("-added_at")  # type: ignore[attr-defined]


class StudyForm(VerbForm):
    grr_percent = DecimalField(
        label=_("Gauge R&R, % of tolerance"), min_value=0, max_value=9999, max_digits=5, decimal_places=1
    )
    grr_on = forms.DateField(label=_("Studied on"))
    grr_note = forms.CharField(
        label=_("About the study"), max_length=300, required=False, help_text=_("3 people, 10 parts, 3 trials …")
    )

    def initial_from(self, record: Gauge) -> dict[str, Any]:
        return {name: getattr(record, name) for name in ("grr_percent", "grr_on", "grr_note")}
