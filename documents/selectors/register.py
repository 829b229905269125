from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from documents.models import Document, DocumentType, Revision
from documents.selectors.revising import effective_revision, revisions_of
from documents.states import RevisionStatus
from people.models import User


def documents() -> QuerySet[Document]:
    return Document.objects.select_related("site", "process", "owner", "type")


def types() -> QuerySet[DocumentType]:
    return DocumentType.objects.all()


def due_for_review(on: date) -> QuerySet[Document]:
    """Documents whose periodic review is due."""
    return documents().filter(review_due__lte=on, status="active")


def with_current(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Each with `.current`: a list of at most one effective revision."""
    effective = Revision.objects.filter(status=RevisionStatus.EFFECTIVE)
    return documents.prefetch_related(Prefetch("revisions", queryset=effective, to_attr="current"))


def document_overview(document: Document, user: User) -> dict[str, Any]:
    return {"revisions": list(revisions_of(document)), "effective": effective_revision(document)}
