from documents.models.authoring import Autosave, Presence, Translation
from documents.models.changing import ChangeLine, ChangeRequest
from documents.models.copies import Distribution
from documents.models.register import (
    AttachedText,
    Clause,
    DocumentClause,
    DocumentText,
    RegisterImport,
    SearchWord,
)
from documents.models.reviewing import Approval, Remark, RouteStep
from documents.models.revisions import Document, Revision
from documents.models.standard_work import Step
from documents.models.types import DocumentType

__all__ = [
    "Approval",
    "AttachedText",
    "Autosave",
    "ChangeLine",
    "ChangeRequest",
    "Clause",
    "Distribution",
    "Document",
    "DocumentClause",
    "DocumentText",
    "DocumentType",
    "Presence",
    "RegisterImport",
    "Remark",
    "Revision",
    "RouteStep",
    "SearchWord",
    "Step",
    "Translation",
]
