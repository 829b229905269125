from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from metrics import selectors
from metrics.forms.deriving import SHOWN_BY_KIND, FormulaForm
from metrics.models import Gauge, Measurement, Metric, Watch
from metrics.states import COUNTS, AssignableCause, Better, ChartKind, Every, Family, FormulaKind
from people.permissions import holds
from people.states import Authority
from ui.forms import (
    DecimalField,
    PersonField,
    ProcessField,
    ReasonForm,
    RecordField,
    SiteField,
    StationField,
    VerbForm,
    WholeField,
)

LARGEST_CSV = 5 * 1024 * 1024
NUMBER = {"max_digits": 24, "decimal_places": 9}
DESCRIPTION = (
    "title", "unit", "target", "decimals", "process", "owner", "unit_value", "currency", "gauge",
    "spec_lower", "spec_upper", "measure", "station", "shift",
)  # fmt: skip


class DescribeForm(VerbForm):
    title = forms.CharField(label=_("What is measured"), max_length=200)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    target = DecimalField(label=_("Target"), required=False, **NUMBER)
    decimals = WholeField(label=_("Decimals shown"), min_value=0, max_value=9, initial=2)
    process = ProcessField(label=_("Process"), required=False)
    owner = PersonField(label=_("Owner"), required=False)
    unit_value = DecimalField(
        label=_("Cost of one unit for one period"),
        help_text=_("Shows what a slipping gain costs. Leave it empty when it has no price."),
        required=False,
        min_value=0,
        **NUMBER,
    )
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="EUR")
    gauge = RecordField(Gauge, label=_("Gauge"), required=False, help_text=_("With which it is measured"))
    spec_lower = DecimalField(label=_("Lower specification limit"), required=False, **NUMBER)
    spec_upper = DecimalField(
        label=_("Upper specification limit"),
        help_text=_("Of single values. With one of the two, capability is shown."),
        required=False,
        **NUMBER,
    )
    measure = forms.SlugField(
        label=_("Compared as"),
        max_length=60,
        required=False,
        help_text=_("One word for the same thing measured at several lines, shifts or sites: scrap-rate"),
    )
    station = StationField(label=_("Line or station"), required=False)
    shift = forms.CharField(label=_("Shift"), max_length=20, required=False)


class OpenForm(DescribeForm, FormulaForm):
    site = SiteField(label=_("Site"))
    direction = forms.ChoiceField(label=_("Better is"), choices=Better.choices)
    cadence = forms.ChoiceField(
        label=_("Reported"),
        choices=Every.choices,
        initial=Every.WEEK,
        help_text=_("The more often a number is reported, the sooner a loss is noticed."),
    )
    family = forms.ChoiceField(label=_("Kind of values"), choices=Family.choices, initial=Family.NORMAL)
    season = WholeField(
        label=_("Pattern repeats after"),
        min_value=0,
        max_value=366,
        initial=0,
        required=False,
        help_text=_("Periods: 52 weeks, 12 months. What is usual for the time of the year is divided out. 0 for none."),
    )
    chart = forms.ChoiceField(label=_("Chart"), choices=ChartKind.choices, initial=ChartKind.INDIVIDUALS)
    subgroup_size = WholeField(label=_("Values in a subgroup"), min_value=1, max_value=100, initial=1)

    formula = forms.ChoiceField(  # most metrics are measured: a formula is offered, not asked for
        label=_("Formula"),
        choices=[("", _("None: its values are measured or counted")), *FormulaKind.choices],
        widget=forms.Select(attrs={"data-shows": SHOWN_BY_KIND}),
        required=False,
    )

    field_order = (
        "version", "site", "title", "unit", "direction", "target", "cadence", "family",
        "formula", "inputs", "expression", "factor", "over",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("inputs") and not data.get("formula") and "formula" not in self.errors:
            self.add_error("formula", _("Say how the metric is made of these inputs."))
        return data


class EditForm(DescribeForm):
    reason = forms.CharField(label=_("Reason"), max_length=2000, required=False)

    def initial_from(self, record: Metric) -> dict[str, Any]:
        return {name: getattr(record, name) for name in DESCRIPTION} | {"owner": record.owner.username}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("owner") is None:
            data["owner"] = self.record.owner
        if data.get("unit_value") is None:
            data["unit_value"] = 0
        return data


class RecordValueForm(VerbForm):
    """One value, or the values of one subgroup. The service judges them as it judges rows of the API."""

    observed_at = forms.CharField(
        label=_("Date or time"),
        max_length=40,
        help_text=_("2026-03-31, or 2026-03-31T14:00 in the time of the site"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    value = forms.CharField(
        label=_("Value"), max_length=60, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    n = forms.CharField(
        label=_("Out of"),
        max_length=60,
        required=False,
        help_text=_("Parts checked, or exposure, of a count"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    subgroup = forms.CharField(
        label=_("Values of the subgroup"), max_length=2000, required=False, help_text=_("with spaces between them")
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def prepare(self) -> None:
        """Asks only for what this kind of metric has."""
        if self.record is None:
            return
        if self.record.subgroup_size == 1:
            del self.fields["subgroup"]
        else:
            del self.fields["value"]
        if self.record.family not in COUNTS:
            del self.fields["n"]
        unit = f" ({self.record.unit})" if self.record.unit else ""
        for name in {"value", "subgroup"} & self.fields.keys():
            self.fields[name].label = f"{self.fields[name].label}{unit}"


class ImportForm(VerbForm):
    """A CSV as a file or as pasted text."""

    file = forms.FileField(label=_("CSV file"), required=False)
    text = forms.CharField(
        label=_("or its text"),
        required=False,
        max_length=LARGEST_CSV,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_(
            "The first line names the columns: observed_at, value; and if you like n, subgroup, event_id, note."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if bool(data.get("file")) == bool(data.get("text")):
            raise forms.ValidationError(_("Give either a file or its text."), code="file-or-text")
        if data.get("file"):
            data["text"] = self._decoded(data["file"])
        return data

    def _decoded(self, file: Any) -> str:
        if file.size > LARGEST_CSV:
            raise forms.ValidationError(_("The file is larger than 5 MB."), code="file-too-large")
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is not UTF-8 text."), code="not-text") from None

    @property
    def facts(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class CorrectForm(VerbForm):
    measurement = forms.ModelChoiceField(
        Measurement.objects.none(), label=_("Which value"), to_field_name="uuid", empty_label=_("Choose …")
    )
    value = forms.CharField(
        label=_("Right value"), max_length=60, required=False, help_text=_("Leave it empty to strike the value out.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def prepare(self) -> None:
        if self.record is not None:
            recent = selectors.latest_values(self.record, most=200)
            self.fields["measurement"].queryset = Measurement.objects.filter(pk__in=[row.pk for row in recent])  # type: ignore[attr-defined]

    def clean_value(self) -> str | None:
        return self.cleaned_data["value"] or None


class ExcludeForm(VerbForm):
    measurement = forms.ModelChoiceField(
        Measurement.objects.none(), label=_("Which value"), to_field_name="uuid", empty_label=_("Choose …")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def prepare(self) -> None:
        """The newest values are offered; an older one may be named."""
        if self.record is not None:
            named = str(self.data.get("measurement") or "")
            self.fields["measurement"].queryset = self.offered(named)  # type: ignore[attr-defined]

    def offered(self, named: str) -> QuerySet[Measurement]:
        return selectors.to_exclude(self.record, named=named)


class IncludeForm(ExcludeForm):
    def offered(self, named: str) -> QuerySet[Measurement]:
        return selectors.excluded(self.record)


class PhaseForm(VerbForm):
    name = forms.CharField(label=_("Name"), max_length=60)
    start = forms.DateField(label=_("From"))
    end = forms.DateField(label=_("To"), required=False)


class NewLevelForm(VerbForm):
    watch = forms.ModelChoiceField(
        Watch.objects.none(), label=_("Which watch"), to_field_name="uuid", empty_label=_("Choose …")
    )
    since = forms.DateField(label=_("Better since"), help_text=_("At least 12 values since then must prove the gain."))
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def prepare(self) -> None:
        if self.record is not None:
            offered = self.fields["watch"]
            offered.queryset = selectors.watches_of(self.record)  # type: ignore[attr-defined]
            offered.label_from_instance = lambda watch: watch.protects.number  # type: ignore[attr-defined]


class ExplainForm(ReasonForm):
    """It was real: what the cause was and how it was removed."""

    cause = forms.ChoiceField(
        label=_("Where the cause lay"), choices=[("", "—"), *AssignableCause.choices], required=False
    )


class SourceForm(VerbForm):
    site = SiteField(label=_("Site"))
    code = forms.CharField(label=_("Code"), max_length=30, validators=[validate_slug])
    name = forms.CharField(label=_("Name"), max_length=120)
    account = PersonField(
        label=_("Account"),
        required=False,
        help_text=_("The integration account that sends the values, with a token of its own."),
    )

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        account, site = facts.get("account"), facts.get("site")
        if account and site and not holds(account, site, Authority.INTEGRATION):
            self.add_error("account", _("This person is no integration account of the site: appoint it first."))
        return facts
