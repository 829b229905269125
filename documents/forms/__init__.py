from documents.forms.changing import AssessForm, EditRequestForm, RequestForm, SuggestForm
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
from documents.forms.reviewing import AnswerRemarkForm, RemarkForm, RouteForm, WeighForm
from documents.forms.translating import NAMES, TranslationForm

__all__ = [
    "LONG",
    "NAMES",
    "SECONDS",
    "AnswerRemarkForm",
    "AssessForm",
    "CreateDocumentForm",
    "CreateFromWordForm",
    "EditDocumentForm",
    "EditRequestForm",
    "EditRevisionForm",
    "IssueForm",
    "RemarkForm",
    "RequestForm",
    "RevisionText",
    "RouteForm",
    "StartRevisionForm",
    "StepRow",
    "SuggestForm",
    "TranslationForm",
    "TypeField",
    "WeighForm",
    "WordForm",
]
