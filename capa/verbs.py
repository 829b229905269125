from django.utils.translation import gettext_lazy as _

from capa import forms, permissions, services
from capa.states import CAPA, NONCONFORMITY, CapaStatus, NonconformityStatus
from metrics.states import Alarm, SignalStatus
from records import services as records
from ui.forms import ReasonForm, VerbForm
from ui.verbs import Verb

RAISE = Verb(
    "open",
    services.raise_nonconformity,
    forms.NonconformityForm,
    label=_("Raise a nonconformity"),
    may=permissions.may_open_nonconformity,
)

NONCONFORMITY_VERBS = (
    Verb("contain", services.contain_nonconformity, forms.ContainNonconformityForm),
    Verb("evaluate", services.evaluate, forms.EvaluateForm),
    Verb("dispose", services.dispose, forms.DisposeForm),
    Verb(
        "open-capa",
        services.open_from_nonconformity,
        forms.OpenFromForm,
        label=_("Open a CAPA"),
        when=NONCONFORMITY.open_states(),
        icon="shield-check",
    ),
    Verb(
        "reply",
        services.reply,
        forms.ReplyForm,
        label=_("Customer answered"),
        when=set(NonconformityStatus.values) - {NonconformityStatus.CANCELLED},
        icon="mail-forward",
    ),
    Verb("close", services.close_nonconformity, VerbForm),
    Verb(
        "edit",
        services.edit_nonconformity,
        forms.EditNonconformityForm,
        label=_("Edit"),
        when=NONCONFORMITY.open_states(),
        icon="pencil",
    ),
    Verb("cancel", services.cancel_nonconformity, ReasonForm),
)

OPEN_CAPA = Verb("open", services.open_capa, forms.OpenCapaForm, label=_("Open a CAPA"), may=permissions.may_open_capa)

CAPA_VERBS = (
    Verb("contain", services.contain, forms.ContainForm),
    Verb(
        "add-cause",
        services.add_cause,
        forms.CauseForm,
        label=_("Add a cause"),
        when=CAPA.editable,
        icon="git-fork",
        help=_("Ask why until the answer is something that the system can change."),
    ),
    Verb(
        "judge-cause",
        services.judge_cause,
        forms.JudgeCauseForm,
        label=_("Confirm or rule out a cause"),
        may=permissions.may_add_cause,
        when=CAPA.editable,
    ),
    Verb("find-cause", services.find_cause, VerbForm),
    Verb(
        "plan-action",
        records.add_action,
        forms.PlanActionForm,
        label=_("Add an action"),
        when=CAPA.editable,
        icon="plus",
    ),
    Verb(
        "require-training",
        services.require_training,
        forms.TrainingForm,
        label=_("Require a training"),
        when=set(CapaStatus.values) - {CapaStatus.CLOSED_EFFECTIVE, CapaStatus.CANCELLED},
        icon="certificate",
        help=_("Whoever knows it already learns it again."),
    ),
    Verb("plan", services.plan, forms.PlanForm),
    Verb("complete", services.complete, forms.CompleteForm),
    Verb("start-check", services.start_check, forms.StartCheckForm),
    Verb("close", services.close, forms.CloseForm),
    Verb("reopen", services.reopen, ReasonForm),
    Verb(
        "edit",
        services.edit_capa,
        forms.EditCapaForm,
        label=_("Edit"),
        when=set(CapaStatus.values) - {CapaStatus.CLOSED_EFFECTIVE, CapaStatus.CANCELLED},
        icon="pencil",
    ),
    Verb("cancel", services.cancel, ReasonForm),
)

ESCALATE = Verb(
    "escalate",
    services.escalate,
    forms.EscalateForm,
    label=_("Open a CAPA"),
    may=permissions.may_escalate,
    when={SignalStatus.NEW, SignalStatus.ACKNOWLEDGED},
    fits=lambda signal: signal.alarm != Alarm.BETTER,  # it proposes a new standard: there is nothing to correct
    icon="shield-check",
)
