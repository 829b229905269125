"""A sheet of values: one row for each metric, one time for all."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.forms.asking import AskedForm
from metrics.models import Metric
from metrics.selectors import RowResult
from metrics.states import COUNTS
from people.selectors import visible_shifts
from ui.forms import SiteField, StationField


class PlaceForm(AskedForm):
    """Whose values are entered."""

    site = SiteField(label=_("Site"))
    station = StationField(label=_("Line or station"), required=False)
    shift = forms.CharField(label=_("Shift"), max_length=20, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        found = [shift for shift in visible_shifts(user) if shift.site.code == self.data.get("site")]
        if found:  # a site that names no shifts calls them as it likes
            names = [(shift.name, f"{shift.name} ({shift.starts:%H:%M}–{shift.ends:%H:%M})") for shift in found]
            told = {"invalid_choice": _("This site has no such shift.")}
            self.fields["shift"] = forms.ChoiceField(
                label=_("Shift"), choices=[("", "—"), *names], required=False, error_messages=told
            )


class SheetForm(forms.Form):
    """The values as text: the service judges them as it judges rows of the API."""

    token = forms.CharField(max_length=60, widget=forms.HiddenInput)
    observed_at = forms.CharField(
        label=_("Date or time"),
        max_length=40,
        help_text=_("2026-03-31, or 2026-03-31T14:00 in the time of the site"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, metrics: Sequence[Metric], today: str = "", **kwargs: Any) -> None:
        super().__init__(*args, initial={"token": secrets.token_hex(12), "observed_at": today}, **kwargs)
        self.metrics = metrics
        for metric in metrics:
            self._add(metric, "value", _("Value"), 60, inputmode="decimal")
            if metric.family in COUNTS:
                self._add(metric, "n", _("Out of"), 60, inputmode="decimal")
            self._add(metric, "note", _("Note"), 300)

    def _add(self, metric: Metric, name: str, label: Any, longest: int, **attrs: str) -> None:
        told = {"aria-label": f"{metric.title}: {label}", "class": "form-control", **attrs}
        self.fields[f"{name}_{metric.pk}"] = forms.CharField(
            required=False, max_length=longest, widget=forms.TextInput(attrs=told)
        )

    def rows(self) -> Iterator[tuple[Metric, dict[str, forms.BoundField]]]:
        """Each metric with its fields."""
        for metric in self.metrics:
            names = [name for name in ("value", "n", "note") if f"{name}_{metric.pk}" in self.fields]
            yield metric, {name: self[f"{name}_{metric.pk}"] for name in names}

    def given(self) -> list[tuple[Metric, Mapping[str, Any]]]:
        """What was entered; metrics without a value, n or note are left out."""
        found: list[tuple[Metric, Mapping[str, Any]]] = []
        for metric, fields in self.rows():
            texts = {name: self.cleaned_data[f"{name}_{metric.pk}"].strip() for name in fields}
            if any(texts.values()):
                found.append((metric, {name: text for name, text in texts.items() if text}))
        return found

    def tell(self, given: Sequence[tuple[Metric, Any]], rows: Sequence[RowResult]) -> None:
        """Put what was refused beside its value."""
        for row in rows:
            if row.message and row.code != "withheld":
                self.add_error(f"value_{given[row.index][0].pk}", row.message)
