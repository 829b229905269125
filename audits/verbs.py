from django.utils.translation import gettext_lazy as _

from audits import forms, permissions, services
from audits.states import FINDING, AuditStatus
from ui.forms import ReasonForm, VerbForm
from ui.verbs import Verb

PLAN = Verb("open", services.plan_audit, forms.PlanForm, label=_("Plan an audit"), may=permissions.may_open_audit)

AUDIT_VERBS = (
    Verb("start", services.start, VerbForm),
    Verb(
        "answer",
        services.answer_all,
        forms.AnswerForm,
        label=_("Answer the questions"),
        when={AuditStatus.RUNNING},
        icon="list-check",
    ),
    Verb(
        "raise-finding",
        services.raise_finding,
        forms.FindingForm,
        label=_("Raise a finding"),
        when={AuditStatus.RUNNING, AuditStatus.REPORTED},
        icon="flag",
    ),
    Verb("report", services.report, forms.ReportForm),
    Verb("follow", services.follow, VerbForm),
    Verb("close", services.close, VerbForm),
    Verb(
        "edit",
        services.edit_audit,
        forms.EditAuditForm,
        label=_("Edit"),
        when={AuditStatus.PLANNED},
        icon="pencil",
    ),
)

FINDING_VERBS = (
    Verb("respond", services.respond, forms.RespondForm),
    Verb("act", services.act, forms.ActForm),
    Verb("verify", services.verify, forms.VerifyForm),
    Verb("close", services.close_finding, VerbForm),
    Verb(
        "open-capa",
        services.open_capa,
        forms.OpenCapaForm,
        label=_("Open a CAPA"),
        when=FINDING.open_states(),
        icon="shield-check",
    ),
)

BEGIN_REVIEW = Verb(
    "open",
    services.begin_review,
    forms.TrailReviewForm,
    label=_("Review the trail"),
    may=permissions.may_begin_review,
)
REVIEW_VERBS = (
    Verb("conclude", services.conclude_review, forms.ConcludeForm),
    Verb("withdraw", services.withdraw_review, ReasonForm),
)

NEW_CHECKLIST = Verb(
    "open",
    services.add_checklist,
    forms.ChecklistForm,
    label=_("New checklist"),
    may=permissions.may_open_checklist,
)
ADD_QUESTION = Verb(
    "add-question",
    services.add_question,
    forms.QuestionForm,
    label=_("Add a question"),
    may=permissions.may_keep_checklist,
)
DROP_QUESTION = Verb("drop-question", services.drop_question, forms.DropForm, label=_("Ask no more"))
