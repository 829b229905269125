from documents.forms.changing import AssessForm, EditRequestForm, RequestForm, SuggestForm
from documents.forms.copies import GiveOutForm
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
from documents.forms.importing import MappingForm, UploadForm
from documents.forms.issuing import IssueForm
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
from documents.forms.reviewing import AnswerRemarkForm, RemarkForm, RouteForm, WeighForm
from documents.forms.translating import NAMES, TranslationForm

__all__ = [
    "LONG",
    "NAMES",
    "REGISTER_FILTERS",
    "REVISION_FILTERS",
    "SECONDS",
    "AnswerRemarkForm",
    "AsOfForm",
    "AssessForm",
    "ClassifyForm",
    "CreateDocumentForm",
    "CreateFromWordForm",
    "EditDocumentForm",
    "EditRequestForm",
    "EditRevisionForm",
    "EditTypeForm",
    "GiveOutForm",
    "IssueForm",
    "MappingForm",
    "NewTypeForm",
    "NoteForm",
    "RemarkForm",
    "RequestForm",
    "RetireForm",
    "RevisionText",
    "RouteForm",
    "StartRevisionForm",
    "StepRow",
    "SuggestForm",
    "TranslationForm",
    "TypeField",
    "UploadForm",
    "WeighForm",
    "WordForm",
]
