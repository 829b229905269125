"""What can be done to people and what they belong to, once for the pages and the REST door."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from people import permissions, services
from ui.people import forms, rules
from ui.verbs import Verb

ADD_PERSON = Verb(
    "add-person", services.add_person, forms.NewPersonForm, label=_("New person"), may=permissions.may_administer
)
ADD_SITE = Verb("add-site", services.add_site, forms.SiteForm, label=_("New site"), may=permissions.may_administer)
ADD_PROCESS = Verb(
    "add-process", services.add_process, forms.ProcessForm, label=_("New process"), may=permissions.may_administer
)
ADD_JOB_ROLE = Verb(
    "add-job-role", services.add_job_role, forms.JobRoleForm, label=_("New job role"), may=permissions.may_administer
)

ADD_STATION = Verb(
    "add-station", services.add_station, forms.StationForm, label=_("New station"), may=permissions.may_administer
)
ADD_SHIFT = Verb("add-shift", services.add_shift, forms.ShiftForm, label=_("New shift"), may=permissions.may_administer)

TAKE_ROLE = Verb(
    "take-role", services.take_role, forms.TakeRoleForm, label=_("Give a job role"), may=rules.may_give_roles_to
)
APPOINT = Verb("appoint", services.appoint, forms.AppointForm, label=_("Appoint"), may=rules.may_appoint)
DEACTIVATE = Verb(
    "deactivate", services.deactivate, forms.DeactivateForm, label=_("Deactivate"), may=rules.may_keep, tone="danger"
)
RESTORE_ACCESS = Verb(
    "restore-access",
    services.restore_access,
    forms.RestoreAccessForm,
    label=_("Restore access"),
    may=rules.may_restore,
    help=_("For somebody without e-mail who forgot the password, or who lost the second factor."),
)
GIVE_PIN = Verb(
    "give-pin",
    services.give_pin,
    forms.GivePinForm,
    label=_("Give a first PIN"),
    may=rules.may_give_pin,
    help=_("For the shared tablets. The person chooses another at once."),
)
OF_A_PERSON = (TAKE_ROLE, APPOINT, GIVE_PIN, RESTORE_ACCESS, DEACTIVATE)
NEW_TOKEN = Verb("new-token", services.create_token, forms.TokenForm, label=_("New token"), may=rules.may_keep)
LEAVE_ROLE = Verb("leave-role", services.leave_role, forms.LeaveRoleForm, label=_("End this job role"))

# Where it happens, when the form says so: there too one must have the authority.
PLACES = {
    "add-person": lambda facts: facts["site"],
    "add-site": lambda facts: facts["parent"],
    "add-process": lambda facts: facts["site"],
    "add-job-role": lambda facts: facts["site"],
    "add-station": lambda facts: facts["site"],
    "add-shift": lambda facts: facts["site"],
    "appoint": lambda facts: facts["site"],
    "take-role": lambda facts: facts["job_role"].site,
    "new-token": lambda facts: facts["site"],
}
HELD = {"take-role": permissions.may_change_holdings}


def may_there(verb: Verb, facts: dict[str, Any], user: Any) -> bool:
    """Whether one has the authority also at the site that the form names."""
    place = PLACES.get(verb.name)
    rule = HELD.get(verb.name, permissions.may_administer)
    return place is None or rule(user, place(facts))
