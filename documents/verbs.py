from typing import Any

from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from documents import forms, permissions, selectors, services
from documents.states import DocumentStatus, RequestStatus, RevisionStatus, Task
from evidence.context import clock
from records.states import Meaning
from ui.forms import ReasonForm, VerbForm
from ui.verbs import Verb

format_html_lazy = lazy(format_html, SafeString)


def asked_for(user: Any, revision: Any) -> Any:
    """The person who is away and in whose name the user reviews or approves."""
    question = selectors.question_for(revision, user, tasks=list(Task), on=clock().date())
    return question.on_behalf if question else None


CREATE = Verb(
    "open",
    services.create_document,
    forms.CreateDocumentForm,
    label=_("New document"),
    may=permissions.may_open_document,
    help=format_html_lazy(
        '{} <a class="hf-underlined" href="/documents/from-word/">{}</a>',
        _("Photos and pictures are added when the draft is open."),
        _("Take the text from a Word file instead"),
    ),
)

DOCUMENT = (
    Verb(
        "start-revision",
        services.start_revision,
        forms.StartRevisionForm,
        label=_("Start a revision"),
        may=permissions.may_start_revision,
        when={DocumentStatus.ACTIVE, DocumentStatus.DRAFT},
        icon="git-branch",
    ),
    Verb(
        "edit",
        services.edit_document,
        forms.EditDocumentForm,
        label=_("Edit"),
        may=permissions.may_edit_document,
        when={DocumentStatus.ACTIVE, DocumentStatus.DRAFT},
        icon="pencil",
    ),
    Verb("confirm-valid", services.confirm_valid, forms.NoteForm),
    Verb(
        "classify",
        services.classify,
        forms.ClassifyForm,
        label=_("Register entry"),
        may=permissions.may_classify,
        when={DocumentStatus.ACTIVE, DocumentStatus.DRAFT},
        icon="books",
    ),
    Verb(
        "suggest-change",
        services.suggest_change,
        forms.SuggestForm,
        label=_("Suggest a change"),
        may=permissions.may_suggest_change,
        when={DocumentStatus.ACTIVE, DocumentStatus.DRAFT},
        icon="message-plus",
    ),
    Verb("retire", services.retire, forms.RetireForm),
)

REVISION = (
    Verb(
        "edit",
        services.edit_revision,
        forms.EditRevisionForm,
        label=_("Edit"),
        may=permissions.may_edit_revision,
        when={RevisionStatus.DRAFT, RevisionStatus.CHANGES_REQUESTED},
        icon="pencil",
    ),
    Verb("submit", services.submit, VerbForm),
    Verb(
        "weigh-training",
        services.weigh_training,
        forms.WeighForm,
        label=_("Decide the training"),
        may=permissions.may_weigh_training,
        when={RevisionStatus.IN_REVIEW},
        icon="scale",
        help=_("It is sealed with the approval."),
    ),
    Verb(
        "review",
        services.review,
        VerbForm,
        label=_("Sign as reviewed"),
        may=permissions.may_review,
        when={RevisionStatus.IN_REVIEW},
        signed=True,
        meaning=Meaning.REVIEWED,
        for_whom=asked_for,
    ),
    Verb("approve", services.approve, VerbForm, for_whom=asked_for),
    Verb("request-changes", services.request_changes, ReasonForm, for_whom=asked_for),
    Verb("issue", services.issue, forms.IssueForm),
    Verb("withdraw", services.withdraw, ReasonForm),
    Verb(
        "give-out",
        services.register_copy,
        forms.GiveOutForm,
        label=_("Give out a printed copy"),
        may=permissions.may_give_out,
        when={RevisionStatus.EFFECTIVE},
        icon="printer",
    ),
    Verb("adopt", services.adopt, VerbForm),
    Verb(
        "dispose",
        services.dispose,
        VerbForm,
        help=_("You decide that this need no longer be kept. Nothing is deleted: the decision stands beside it."),
    ),
)

ADD_TYPE = Verb(
    "add-type", services.add_type, forms.NewTypeForm, label=_("New document type"), may=permissions.may_keep_types
)
EDIT_TYPE = Verb("edit", services.edit_type, forms.EditTypeForm, label=_("Change"), may=permissions.may_keep_types)
RETIRE_TYPE = Verb(
    "retire", services.retire_type, ReasonForm, label=_("Retire"), may=permissions.may_keep_types, tone="danger"
)
OF_A_TYPE = (EDIT_TYPE, RETIRE_TYPE)

OF_A_COPY = (
    Verb("collect", services.collect_copy, forms.NoteForm),
    Verb("destroy", services.destroy_copy, forms.NoteForm),
    Verb("recall", services.recall_copy, ReasonForm),
    Verb("report-lost", services.report_lost, ReasonForm),
)

UPLOAD = Verb(
    "upload",
    services.upload_register,
    forms.UploadForm,
    label=_("Import a register"),
    may=permissions.may_import,
)
MAP_COLUMNS = Verb("map", services.map_columns, forms.MappingForm, label=_("Look again"), may=permissions.may_take_over)
CONFIRM_IMPORT = Verb(
    "confirm", services.confirm_import, VerbForm, label=_("Import all rows"), may=permissions.may_take_over
)

REQUEST = Verb(
    "open",
    services.request_change,
    forms.RequestForm,
    label=_("Ask for a change"),
    may=permissions.may_open_changerequest,
)

CHANGE_REQUEST = (
    Verb(
        "edit",
        services.edit_request,
        forms.EditRequestForm,
        label=_("Edit"),
        may=permissions.may_edit_changerequest,
        when={RequestStatus.DRAFT},
        icon="pencil",
    ),
    Verb("submit", services.submit_request, VerbForm),
    Verb("assess", services.assess, forms.AssessForm),
    Verb("approve", services.approve_request, VerbForm),
    Verb("verify", services.verify_request, VerbForm),
    Verb("send-back", services.send_back, ReasonForm),
    Verb("reject", services.reject, ReasonForm),
    Verb("withdraw", services.withdraw_request, ReasonForm),
)

REMARK = (
    Verb("answer", services.answer_remark, forms.AnswerRemarkForm),
    Verb("settle", services.settle_remark, VerbForm),
    Verb("reopen", services.reopen_remark, ReasonForm),
)
ADD_REMARK = Verb("remark", services.remark, forms.RemarkForm, label=_("Remark"), may=permissions.may_remark)
SET_ROUTE = Verb("route", services.set_route, forms.RouteForm, label=_("Set the route"), may=permissions.may_set_route)
