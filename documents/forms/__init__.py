from documents.forms.changing import AssessForm, EditRequestForm, RequestForm, SuggestForm
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
from documents.forms.reviewing import AnswerRemarkForm, RemarkForm, RouteForm, WeighForm

__all__ = [
    "LONG",
    "SECONDS",
    "AnswerRemarkForm",
    "AssessForm",
    "CreateDocumentForm",
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
    "TypeField",
    "WeighForm",
]
