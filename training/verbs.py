from django.utils.translation import gettext_lazy as _

from training import forms, permissions, services
from ui.forms import ReasonForm, VerbForm
from ui.verbs import Verb

REQUIRE = Verb(
    "open",
    services.require_now,
    forms.RequireForm,
    label=_("Require a training"),
    may=permissions.may_open_requirement,
)

REQUIREMENT = (
    Verb("activate", services.activate, VerbForm),
    Verb("retire", services.retire, ReasonForm),
)

ASSIGNMENT = (
    Verb("open", services.open_assignment, VerbForm),
    Verb("acknowledge", services.acknowledge, VerbForm),
    Verb("assess", services.assess, forms.AssessForm),
    Verb("fail", services.fail, ReasonForm),
    Verb("waive", services.waive, ReasonForm),
)
