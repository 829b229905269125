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
from documents.forms.issuing import IssueForm

__all__ = [
    "LONG",
    "SECONDS",
    "CreateDocumentForm",
    "EditDocumentForm",
    "EditRevisionForm",
    "IssueForm",
    "RevisionText",
    "StartRevisionForm",
    "StepRow",
    "TypeField",
]
