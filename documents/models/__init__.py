from documents.models.revisions import Document, Revision
from documents.models.standard_work import Step
from documents.models.types import DocumentType

__all__ = ["Document", "DocumentType", "Revision", "Step"]
