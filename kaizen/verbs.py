from django.utils.translation import gettext_lazy as _

from capa.states import CAPA
from kaizen import forms, permissions, services
from kaizen.states import EVENT
from ui.forms import ReasonForm, VerbForm
from ui.verbs import Verb

RAISE_IDEA = Verb("open", services.raise_idea, forms.IdeaForm, label=_("Raise an idea"), may=permissions.may_open_idea)

IDEA = (
    Verb("accept", services.accept, forms.AnswerIdeaForm),
    Verb("decline", services.decline, ReasonForm),
    Verb(
        "charter-event",
        services.charter_from,
        forms.CharterFromForm,
        label=_("Start a kaizen event"),
        may=permissions.may_charter_event,
        icon="bolt",
    ),
)

PROPOSE = Verb(
    "open",
    services.propose_event,
    forms.ProposeEventForm,
    label=_("Propose a kaizen event"),
    may=permissions.may_open_kaizenevent,
)

EVENT_VERBS = (
    Verb(
        "edit",
        services.edit_event,
        forms.EditEventForm,
        label=_("Edit"),
        may=permissions.may_edit_kaizenevent,
        when=EVENT.editable,
        icon="pencil",
    ),
    Verb(
        "set-team",
        services.set_team,
        forms.TeamForm,
        label=_("Team"),
        may=permissions.may_set_team,
        when=EVENT.editable,
        icon="users",
    ),
    Verb(
        "set-goals",
        services.set_goals,
        forms.GoalsForm,
        label=_("Goals"),
        may=permissions.may_set_goals,
        when=EVENT.editable,
        icon="target",
    ),
    Verb("charter", services.charter, VerbForm),
    Verb("prepare", services.prepare, VerbForm),
    Verb("run", services.run, VerbForm),
    Verb("report", services.report, forms.ReportForm),
    Verb("standardise", services.standardise, VerbForm),
    Verb("close-out", services.close_out, forms.CloseOutForm),
    Verb("close", services.close, VerbForm),
    Verb("cancel", services.cancel, ReasonForm),
)

CHECK = (Verb("answer", services.answer_check, forms.AnswerCheckForm),)

CHARTER_FROM_CAPA = Verb(
    "charter-event",
    services.charter_from,
    forms.CharterFromForm,
    label=_("Start a kaizen event"),
    may=permissions.may_charter_event,
    when=CAPA.open_states(),
    icon="bolt",
)
