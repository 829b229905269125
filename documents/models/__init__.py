from documents.models.changing import ChangeLine, ChangeRequest
from documents.models.reviewing import Approval, Remark, RouteStep
from documents.models.revisions import Document, Revision
from documents.models.standard_work import Step
from documents.models.types import DocumentType

__all__ = [
    "Approval",
    "ChangeLine",
    "ChangeRequest",
    "Document",
    "DocumentType",
    "Remark",
    "Revision",
    "RouteStep",
    "Step",
]
