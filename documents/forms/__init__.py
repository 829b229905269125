from documents.forms.copies import (
    GiveOutForm,
)
from documents.forms.drafting import (
    LONG,
    SECONDS,
    CreateDocumentForm,
    EditDocumentForm,
    EditRevisionForm,
    RevisionText,
    StartRevisionForm,
    StepRow,
    TypeField,
)
from documents.forms.importing import (
    MappingForm,
    UploadForm,
)
from documents.forms.issuing import (
    IssueForm,
)
from documents.forms.register import (
    REGISTER_FILTERS,
    REVISION_FILTERS,
    AsOfForm,
    ClassifyForm,
    EditTypeForm,
    NewTypeForm,
    NoteForm,
    RetireForm,
)

__all__ = [
    "LONG",
    "REGISTER_FILTERS",
    "REVISION_FILTERS",
    "SECONDS",
    "AsOfForm",
    "ClassifyForm",
    "CreateDocumentForm",
    "EditDocumentForm",
    "EditRevisionForm",
    "EditTypeForm",
    "GiveOutForm",
    "IssueForm",
    "MappingForm",
    "NewTypeForm",
    "NoteForm",
    "RetireForm",
    "RevisionText",
    "StartRevisionForm",
    "StepRow",
    "TypeField",
    "UploadForm",
]
