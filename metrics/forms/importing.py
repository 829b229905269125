"""A file of values: which it is, how it is read, and whether what is wrong in it is left out."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from metrics import permissions, selectors
from metrics.files import FACTS, LARGEST, OF_METRIC, Dates, Layout, Sign
from metrics.models import ImportLayout, ValueImport
from metrics.selectors import Peek
from ui.forms import SiteField, VerbForm

MOST_OFFERED = 100  # metrics that each column offers
REGIONS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
COLUMN = "column_"


class UploadValuesForm(VerbForm):
    """A file of values, and after which of the kept layouts it is read."""

    site = SiteField(label=_("Site"))
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or XLSX, at most 20 MB, 100,000 rows and 500,000 values; of a workbook, 100,000 cells. The first "
            "line names the columns."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,text/csv"}),
    )
    layout = forms.CharField(
        label=_("Read it like"),
        required=False,
        max_length=80,
        widget=forms.Select,
        help_text=_("A layout that was kept earlier. Else the headings say what the columns hold."),
    )

    def prepare(self) -> None:
        self.known = {_key(one): one for one in selectors.import_layouts(self.user)}
        names = [(key, f"{one.name} ({one.site.code})") for key, one in self.known.items()]
        self.fields["layout"].widget.choices = [("", _("find out from its headings")), *names]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("The file is larger than 20 MB. Bring it in parts."), code="too-large")
        return file

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        name = given.get("layout")
        if name and "site" in given:
            given["layout"] = self.known.get(name) or self.known.get(f"{given['site'].code}/{name}")
            if given["layout"] is None or given["layout"].site_id != given["site"].pk:
                self.add_error("layout", _("There is no such layout at this site."))
        else:
            given["layout"] = None
        return given


def _key(layout: ImportLayout) -> str:
    return f"{layout.site.code}/{layout.name}"


class ArrangeValuesForm(VerbForm):
    """How a file is read: `column_0` and so on say what each column holds, a fact or "=" and the number of a metric."""

    metric = forms.ChoiceField(label=_("All values are of"), required=False)
    dates = forms.ChoiceField(label=_("Dates are written"), choices=Dates.choices)
    decimal = forms.ChoiceField(label=_("Decimal sign"), choices=Sign.choices)
    zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Of times that do not say theirs. A day without a time counts as its noon.")
    )
    sheet = forms.ChoiceField(
        label=_("Sheet"), required=False, help_text=_("Of another sheet the columns are read by its own headings.")
    )
    keep_as = forms.CharField(
        label=_("Keep this layout as"),
        max_length=60,
        required=False,
        help_text=_("A name, to read files of this kind alike. Your own layout of that name is replaced."),
    )
    replace_kept = forms.BooleanField(label=_("Replace it also if somebody else keeps it"), required=False)

    def __init__(self, *args: Any, peek: Peek, **kwargs: Any) -> None:
        self.peek = peek
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        del self.fields["version"]
        if not permissions.may_replace_layout(self.user, self.record.site):
            del self.fields["replace_kept"]
        layout, metrics = Layout.of(self.record.layout), selectors.MetricsAt(self.record.site).active
        named = {metric.number: f"{metric.title} ({metric.number})" for metric in metrics}
        self._offer("metric", [("", _("a column says it")), *_with(named, layout.metric).items()])
        self._offer("zone", [(name, name) for name in _zones(layout.zone)])
        self._offer("sheet", [(name, name) for name in self.peek.sheets] or [("", "")])
        if self.peek.has_dates_of_two_readings:
            self.fields["dates"].help_text = _("The first ones fit both day and month first: make sure which it is.")
        if self.peek.has_numbers_of_two_readings:
            self.fields["decimal"].help_text = _("The first ones fit both a point and a comma: make sure which it is.")
        if len(self.peek.sheets) < 2:
            self.fields["sheet"].widget = forms.HiddenInput()
        offered = dict(list(named.items())[:MOST_OFFERED])
        for place in range(len(self.peek.headings)):
            self._add_column(place, layout.columns.get(place, ""), offered)

    def _offer(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields[name].widget.attrs["data-search"] = "1"

    def _add_column(self, place: int, holds: str, metrics: dict[str, str]) -> None:
        number = holds.removeprefix(OF_METRIC) if holds.startswith(OF_METRIC) else ""
        of_metrics = [(f"{OF_METRIC}{key}", name) for key, name in _with(metrics, number).items()]
        facts = [(fact.name, fact.label) for fact in FACTS]
        choices = [("", _("nothing that is taken in")), (_("What a row says"), facts), (_("Values of"), of_metrics)]
        told = {"aria-label": _("Column %(n)d: %(name)s") % {"n": place + 1, "name": self.peek.headings[place]}}
        self.fields[f"{COLUMN}{place}"] = forms.ChoiceField(
            choices=choices, required=False, label=told["aria-label"], widget=forms.Select(attrs=told)
        )

    def initial_from(self, record: ValueImport) -> dict[str, Any]:
        layout = Layout.of(record.layout)
        written = {name: getattr(layout, name) for name in ("metric", "dates", "decimal", "zone", "sheet")}
        return written | {f"{COLUMN}{place}": holds for place, holds in layout.columns.items()}

    def columns(self) -> Iterator[tuple[str, list[str], forms.BoundField]]:
        """Heading, first cells and the choice of each column."""
        for place, (heading, sample) in enumerate(zip(self.peek.headings, self.peek.samples, strict=True)):
            yield heading, sample, self[f"{COLUMN}{place}"]

    def settings(self) -> Iterator[forms.BoundField]:
        """The fields that are of no column."""
        return (one for one in self.visible_fields() if not one.name.startswith(COLUMN))

    @property
    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        columns = {
            place: given[f"{COLUMN}{place}"]
            for place in range(len(self.peek.headings))
            if given.get(f"{COLUMN}{place}")
        }
        written = {name: given[name] for name in ("metric", "dates", "decimal", "zone", "sheet")}
        return {
            "layout": Layout(columns=columns, **written),
            "keep_as": given["keep_as"],
            "replace_kept": given.get("replace_kept", False),
        }


def _with(metrics: dict[str, str], number: str) -> dict[str, str]:
    """The metrics that are offered, and the chosen one also where it is not among them."""
    return metrics if not number or number in metrics else {**metrics, number: number}


def _zones(chosen: str) -> list[str]:
    return sorted({chosen, "UTC", *(name for name in available_timezones() if name.startswith(REGIONS))} - {""})


class ImportValuesForm(VerbForm):
    seen = forms.CharField(
        widget=forms.HiddenInput,
        max_length=64,
        error_messages={"required": _("Say which look at the values this is about.")},
    )
    leave_wrong = forms.BooleanField(label=_("Leave the wrong values out"), required=False)
