from documents.models.authoring import Autosave, Presence, Translation
from documents.models.changing import ChangeLine, ChangeRequest
from documents.models.reviewing import Approval, Remark, RouteStep
from documents.models.revisions import Document, Revision
from documents.models.standard_work import Step
from documents.models.types import DocumentType

__all__ = [
    "Approval",
    "Autosave",
    "ChangeLine",
    "ChangeRequest",
    "Document",
    "DocumentType",
    "Presence",
    "Remark",
    "Revision",
    "RouteStep",
    "Step",
    "Translation",
]
