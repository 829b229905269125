from django.utils.translation import gettext_lazy as _

from reviews import forms, permissions, services
from reviews.states import ReviewStatus
from ui.forms import VerbForm
from ui.verbs import Verb

PLAN = Verb(
    "open", services.plan_review, forms.PlanForm, label=_("Plan a management review"), may=permissions.may_open_review
)

IN_SESSION = {ReviewStatus.INPUTS_FROZEN, ReviewStatus.HELD}

REVIEW = (
    Verb("freeze", services.freeze, VerbForm, help=_("All inputs of 9.3.2 are gathered now and kept as they are.")),
    Verb(
        "conclude",
        services.conclude,
        forms.ConcludeForm,
        label=_("Write conclusions"),
        may=permissions.may_conclude,
        when=IN_SESSION,
        icon="pencil",
    ),
    Verb(
        "decide",
        services.decide,
        forms.DecideForm,
        label=_("Record a decision"),
        may=permissions.may_decide,
        when=IN_SESSION,
        icon="gavel",
    ),
    Verb("hold", services.hold, forms.HoldForm),
    Verb("approve", services.approve, VerbForm),
    Verb("close", services.close, VerbForm),
)
