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
    Verb("retire", services.retire, ReasonForm),
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
)
