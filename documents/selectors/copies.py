from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from documents.models import Distribution, Document, Revision
from documents.states import CopyStatus
from people.models import User
from records.selectors import site_ids

STILL_SOMEWHERE = (CopyStatus.OUT, CopyStatus.RECALLED)


def copies() -> QuerySet[Distribution]:
    return Distribution.objects.select_related(
        "revision__document", "revision__site", "holder", "given_by", "ended_by", "station"
    )


def visible_copies(user: User) -> QuerySet[Distribution]:
    """Printed copies of the documents that the user sees."""
    return copies().filter(revision__site__in=site_ids(user, Document))


def copies_of(document: Document) -> QuerySet[Distribution]:
    """All copies of a document, those to be collected first."""
    return copies().filter(revision__document=document).order_by("ended_at", "-recalled_at", "-revision__no", "no")


def copies_out(document: Document) -> QuerySet[Distribution]:
    return copies().filter(revision__document=document, status__in=STILL_SOMEWHERE)


def to_collect_by(user: User) -> QuerySet[Distribution]:
    """Recalled copies for which that person answers, soonest first."""
    return copies().filter(holder=user, status=CopyStatus.RECALLED).order_by("collect_by", "pk")


def overdue_recalls(on: date) -> QuerySet[Distribution]:
    return copies().filter(status=CopyStatus.RECALLED, collect_by__lt=on)


def scanned(key: UUID) -> tuple[Revision, Distribution | None] | None:
    """The revision whose code was scanned, and the printed copy if the code is that of one."""
    revision = Revision.objects.select_related("document", "site").filter(scan_key=key).first()
    if revision:
        return revision, None
    copy = copies().filter(scan_key=key).first()
    return (copy.revision, copy) if copy else None


def narrowed(copies: QuerySet[Distribution], wanted: str, *, on: date) -> QuerySet[Distribution]:
    """Those "out", "recalled" or "overdue"; anything else is all of them. What must be collected first is on top."""
    found = {
        "out": copies.filter(status__in=STILL_SOMEWHERE),
        "recalled": copies.filter(status=CopyStatus.RECALLED),
        "overdue": copies.filter(status=CopyStatus.RECALLED, collect_by__lt=on),
    }.get(wanted, copies)
    return found.order_by("collect_by", "-given_at", "pk")
