from documents.models.authoring import Autosave, Presence, Translation
from documents.models.revisions import Document, Revision
from documents.models.standard_work import Step
from documents.models.types import DocumentType

__all__ = ["Autosave", "Document", "DocumentType", "Presence", "Revision", "Step", "Translation"]
