from documents.models.authoring import (
    Autosave,
    Presence,
    Translation,
)
from documents.models.copies import (
    Distribution,
)
from documents.models.register import (
    AttachedText,
    Clause,
    DocumentClause,
    DocumentText,
    RegisterImport,
)
from documents.models.revisions import (
    Document,
    Revision,
)
from documents.models.standard_work import (
    Step,
)
from documents.models.types import (
    DocumentType,
)

__all__ = [
    "AttachedText",
    "Autosave",
    "Clause",
    "Distribution",
    "Document",
    "DocumentClause",
    "DocumentText",
    "DocumentType",
    "Presence",
    "RegisterImport",
    "Revision",
    "Step",
    "Translation",
]
