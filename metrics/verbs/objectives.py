from django.utils.translation import gettext_lazy as _

from metrics import forms, permissions, services
from metrics.states import OBJECTIVE
from ui.forms import ReasonForm, VerbForm
from ui.verbs import Verb

SET_OBJECTIVE = Verb(
    "open",
    services.set_objective,
    forms.SetObjectiveForm,
    label=_("Set an objective"),
    may=permissions.may_set_objective,
)
OBJECTIVE_VERBS = (
    Verb("agree", services.agree, VerbForm),
    Verb("reach", services.reach, ReasonForm, help=_("Say how you know. Where a metric judges, it must be there.")),
    Verb("miss", services.miss, ReasonForm, help=_("Say why, and what follows from it.")),
    Verb(
        "edit",
        services.edit_objective,
        forms.EditObjectiveForm,
        label=_("Edit"),
        may=permissions.may_edit_objective,
        when=OBJECTIVE.open_states(),
    ),
    Verb("drop", services.drop, ReasonForm),
)
