"""What a page is narrowed to, read from its address: what does not fit is as if it were not there."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people import selectors as people
from people.models import Station
from training.forms.fields import day
from training.selectors import Narrowed
from training.states import Level, Method
from ui.forms import JobRoleField, PersonField, ProcessField, RecordField, SiteField
from ui.forms.fields import Scoped, site_key


class StationField(ProcessField):
    """A station, by site and code."""

    scope = staticmethod(people.visible_stations)  # type: ignore[assignment]
    model, key = Station, "code"  # type: ignore[assignment]


class Narrowing(forms.Form):
    """A form of filters, limited to what the user sees."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
            if isinstance(field, Scoped):
                field.limit_to(user)

    def value(self, name: str) -> Any:
        """What was asked for; nothing when it does not fit."""
        self.is_valid()
        return self.cleaned_data.get(name)


class MatrixFilters(Narrowing):
    site = SiteField(label=_("Site"), required=False)
    process = ProcessField(label=_("Process"), required=False)
    station = StationField(label=_("Station"), required=False)
    shift = forms.CharField(label=_("Shift"), required=False, max_length=20)
    role = JobRoleField(label=_("Job role"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        names = sorted(set(people.visible_shifts(user).order_by().values_list("name", flat=True)))
        self.fields["shift"].widget = forms.Select(choices=[("", "—"), *((name, name) for name in names)])

    @property
    def narrowed(self) -> Narrowed:
        names = ("site", "process", "station", "role")
        return Narrowed(**{name: self.value(name) or None for name in names}, shift=self.value("shift") or "")

    @property
    def is_narrowed(self) -> bool:
        return self.narrowed != Narrowed()


class WhenFilters(Narrowing):
    """A station, a document or a person, on a day."""

    on = day(label=_("On"), required=False)
    station = StationField(label=_("Station"), required=False)
    document = RecordField("documents.Document", label=_("or document"), required=False)
    person = PersonField(label=_("or person"), required=False)

    def day(self, today: date) -> date:
        chosen: date = self.value("on") or today
        return min(chosen, today)


class ShiftFilter(Narrowing):
    """Which shift of a station, on which day."""

    on = day(label=_("Day"), required=False)
    shift = forms.CharField(label=_("Shift"), required=False, max_length=20)


class HowForm(forms.Form):
    """How what was chosen in a matrix is to be learnt."""

    method = forms.ChoiceField(label=_("Method"), choices=Method.choices, initial=Method.READ, required=False)
    level = forms.TypedChoiceField(
        label=_("Level"), choices=[(int(level), level.label) for level in Level], coerce=int, initial=int(Level.U),
        required=False, empty_value=int(Level.U),
    )  # fmt: skip


def key_of(station: Station) -> str:
    return site_key(station)
