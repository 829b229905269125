from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from holidays import list_supported_countries

from people.models import User
from people.states import WEEKDAYS, Authority, Scope
from ui.forms import JobRoleField, PersonField, ProcessField, SiteField, VerbForm, WholeField

CODE = RegexValidator(r"^[A-Z0-9][A-Z0-9-]*$", _("Capital letters, digits and hyphens only."))
SITE_CODE = RegexValidator(r"^[A-Z0-9]+$", _("Capital letters and digits only: it begins every number."))
USERNAME = RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", _("Small letters, digits, dots and hyphens only."))


def day(**kwargs: Any) -> forms.DateField:
    """A date, entered with the browser's calendar."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


def first_password(**kwargs: Any) -> forms.CharField:
    """A password that an administrator chooses for somebody."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=_("First password"), strip=False, max_length=200, widget=widget, **kwargs)


def check_password(form: forms.Form, person: User | None = None) -> None:
    """The rules of passwords, as an error of the field."""
    try:
        if password := form.cleaned_data.get("password"):
            validate_password(password, person)
    except forms.ValidationError as error:
        form.add_error("password", error)


class NewPersonForm(VerbForm):
    site = SiteField(label=_("Home site"))
    username = forms.CharField(label=_("User name"), max_length=60, validators=[USERNAME])
    full_name = forms.CharField(label=_("Full name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Operators need none."))
    badge = forms.CharField(label=_("Badge"), required=False, max_length=40)
    shift = forms.CharField(label=_("Shift"), required=False, max_length=20)
    password = first_password(
        required=False, help_text=_("Left empty: the person cannot log in. At the first log-in it is changed.")
    )

    def clean_badge(self) -> str | None:
        return self.cleaned_data["badge"] or None

    def clean(self) -> dict[str, Any] | None:
        named = ("username", "full_name", "email")
        check_password(self, User(**{name: self.cleaned_data.get(name, "") for name in named}))
        return super().clean()

    @property
    def facts(self) -> dict[str, Any]:
        return {**super().facts, "password": self.cleaned_data["password"]}


class SiteForm(VerbForm):
    parent = SiteField(label=_("Belongs to"))
    code = forms.CharField(label=_("Code"), max_length=8, validators=[SITE_CODE], help_text=_("It is never changed."))
    name = forms.CharField(label=_("Name"), max_length=120)
    time_zone = forms.CharField(label=_("Time zone"), max_length=60, required=False, initial="Europe/Berlin")
    country = forms.CharField(
        label=_("Country"),
        max_length=2,
        required=False,
        help_text=_("Two letters such as DE, for public holidays."),
    )

    def clean_country(self) -> str:
        country = self.cleaned_data["country"].upper()
        if country and country not in list_supported_countries():
            raise forms.ValidationError(_("No holidays are known of this country."), code="unknown")
        return country

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"] or "Europe/Berlin"
        if zone not in available_timezones():
            raise forms.ValidationError(_("There is no such time zone."), code="unknown")
        return zone


class ProcessForm(VerbForm):
    site = SiteField(label=_("Site"))
    code = forms.CharField(label=_("Code"), max_length=20, validators=[CODE])
    name = forms.CharField(label=_("Name"), max_length=120)
    owner = PersonField(label=_("Owner"))


class JobRoleForm(VerbForm):
    site = SiteField(label=_("Site"))
    code = forms.CharField(label=_("Code"), max_length=20, validators=[CODE])
    name = forms.CharField(label=_("Name"), max_length=120)
    process = ProcessField(label=_("Process"), required=False)


class StationForm(VerbForm):
    site = SiteField(label=_("Site"))
    code = forms.CharField(label=_("Code"), max_length=20, validators=[CODE])
    name = forms.CharField(label=_("Name"), max_length=120)
    process = ProcessField(label=_("Process"), required=False)


def hour(**kwargs: Any) -> forms.TimeField:
    return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **kwargs)


class ShiftForm(VerbForm):
    site = SiteField(label=_("Site"))
    name = forms.CharField(label=_("Name"), max_length=20, help_text=_("As it stands on its people."))
    starts = hour(label=_("Starts"))
    ends = hour(label=_("Ends"), help_text=_("Earlier than it starts: the next morning."))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Works on"),
        choices=WEEKDAYS,
        coerce=int,
        initial=[0, 1, 2, 3, 4],
        widget=forms.CheckboxSelectMultiple,
    )


class TakeRoleForm(VerbForm):
    job_role = JobRoleField(label=_("Job role"))
    since = day(label=_("Since"))


class LeaveRoleForm(VerbForm):
    until = day(label=_("First day without it"))


class AppointForm(VerbForm):
    authority = forms.ChoiceField(label=_("Authority"), choices=[("", _("Choose …")), *Authority.choices])
    site = SiteField(label=_("At site, and below it"))


class DeactivateForm(VerbForm):
    on = day(label=_("First day without access"), help_text=_("The login ends at once; job roles end on this day."))


class RestoreAccessForm(VerbForm):
    password = first_password(
        help_text=_("It is changed at the next log-in. Second factors are removed, and all sessions end."),
    )

    def clean(self) -> dict[str, Any] | None:
        check_password(self)
        return super().clean()

    @property
    def facts(self) -> dict[str, Any]:
        return {"password": self.cleaned_data["password"]}


class GivePinForm(VerbForm):
    pin = forms.CharField(
        label=_("First PIN"),
        min_length=4,
        max_length=12,
        help_text=_("Four to twelve digits. Tell it to the person alone; it signs nothing before it is changed."),
    )


class TokenForm(VerbForm):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Of the machine or program that has it."))
    site = SiteField(label=_("At site, and below it"))
    scopes = forms.MultipleChoiceField(
        label=_("May"), choices=Scope.choices, initial=[Scope.MEASURE], widget=forms.CheckboxSelectMultiple
    )
    days = WholeField(label=_("Good for how many days"), min_value=1, max_value=730, initial=365)
