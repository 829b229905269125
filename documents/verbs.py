from django.utils.translation import gettext_lazy as _

from documents import forms, permissions, services
from documents.states import DocumentStatus, RevisionStatus
from ui.forms import ReasonForm, VerbForm
from ui.verbs import Verb

CREATE = Verb(
    "open",
    services.create_document,
    forms.CreateDocumentForm,
    label=_("New document"),
    may=permissions.may_open_document,
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
    Verb("approve", services.approve, VerbForm),
    Verb("request-changes", services.request_changes, ReasonForm),
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
    Verb("dispose", services.dispose, VerbForm),
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
