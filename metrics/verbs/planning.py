from django.utils.translation import gettext_lazy as _

from documents.states import REVISION
from metrics import forms, permissions, services
from ui.verbs import Verb

DRAFT_ROW = Verb(
    "draft-row",
    services.draft_row,
    forms.RowForm,
    label=_("Add a row"),
    may=permissions.may_draft_row,
    when=REVISION.editable,
    icon="plus",
)
