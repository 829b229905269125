from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from people.states import Authority
from ui.forms import JobRoleField, PersonField, ProcessField, SiteField, VerbForm

CODE = RegexValidator(r"^[A-Z0-9][A-Z0-9-]*$", _("Capital letters, digits and hyphens only."))
SITE_CODE = RegexValidator(r"^[A-Z0-9]+$", _("Capital letters and digits only: it begins every number."))
USERNAME = RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", _("Small letters, digits, dots and hyphens only."))


def day(**kwargs: Any) -> forms.DateField:
    """A date, entered with the browser's calendar."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


class NewPersonForm(VerbForm):
    site = SiteField(label=_("Home site"))
    username = forms.CharField(label=_("User name"), max_length=60, validators=[USERNAME])
    full_name = forms.CharField(label=_("Full name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Operators need none."))
    badge = forms.CharField(label=_("Badge"), required=False, max_length=40)
    shift = forms.CharField(label=_("Shift"), required=False, max_length=20)
    password = forms.CharField(
        label=_("First password"),
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Left empty: the person cannot log in."),
    )

    def clean_badge(self) -> str | None:
        return self.cleaned_data["badge"] or None

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if password:
            validate_password(password)
        return password

    @property
    def facts(self) -> dict[str, Any]:
        return {**super().facts, "password": self.cleaned_data["password"]}


class SiteForm(VerbForm):
    parent = SiteField(label=_("Belongs to"))
    code = forms.CharField(label=_("Code"), max_length=8, validators=[SITE_CODE], help_text=_("It is never changed."))
    name = forms.CharField(label=_("Name"), max_length=120)
    time_zone = forms.CharField(label=_("Time zone"), max_length=60, required=False, initial="Europe/Berlin")

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
