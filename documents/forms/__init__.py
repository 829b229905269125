from documents.forms.drafting import (
    LONG,
    SECONDS,
    CreateDocumentForm,
    CreateFromWordForm,
    EditDocumentForm,
    EditRevisionForm,
    RevisionText,
    StartRevisionForm,
    StepRow,
    TypeField,
    WordForm,
)
from documents.forms.issuing import IssueForm
from documents.forms.translating import NAMES, TranslationForm

__all__ = [
    "LONG",
    "NAMES",
    "SECONDS",
    "CreateDocumentForm",
    "CreateFromWordForm",
    "EditDocumentForm",
    "EditRevisionForm",
    "IssueForm",
    "RevisionText",
    "StartRevisionForm",
    "StepRow",
    "TranslationForm",
    "TypeField",
    "WordForm",
]
