"""From nothing to a revision in force, as the tests of the register need it."""

from typing import Any

from documents import services as documents
from documents.models import Document, DocumentType, Revision
from documents.selectors import revision_on_its_way
from people.models import Site, User
from tests.cast import fresh, signing, today


def drafted(site: Site, by: User, *, type: str = "PR", title: str = "Deburring", body: str = "Do it.", **facts: Any):  # type: ignore[no-untyped-def]
    kind = DocumentType.objects.get(code=type)
    return documents.create_document(by=by, site=site, type=kind, title=title, body=body, **facts)


def issued(document: Document, author: User, approver: User) -> Revision:
    draft = revision_on_its_way(document)
    assert draft is not None
    revision = Revision.objects.select_related("document__type").get(pk=draft.pk)
    documents.submit(revision, by=author)
    documents.approve(revision, by=approver, signing=signing(revision, approver, "approved"))
    return documents.issue(revision, by=approver, effective_on=today())


def published(document: Document, author: User, approver: User) -> Revision:
    """The draft of a document, in force."""
    revision = documents.make_effective(issued(document, author, approver), by=approver)
    return Revision.objects.select_related("document__type", "site").get(pk=revision.pk)


def revised(document: Document, author: User, approver: User, **facts: Any) -> Revision:
    """The next revision, in force."""
    told = {"reason": "It goes better.", "change_summary": "Another way.", **facts}
    documents.start_revision(fresh(document), by=author, **told)
    return published(fresh(document), author, approver)
