"""The register: rules by type, where a document belongs, whether it is still valid, how long it is kept."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents import selectors
from documents.dates import months_after
from documents.models import Clause, Document, DocumentClause, DocumentType, Revision
from documents.services.indexing import index
from documents.states import CONFIRM_VALID, DISPOSE
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people.models import User
from records import services as records
from records.signing import Signing


@transaction.atomic
def add_type(*, by: User, code: str, name: str, **rules: Any) -> DocumentType:
    """A new sort of document. Its code stands in the numbers, so it is never changed.

    Raises Refused("type-exists").
    """
    if DocumentType.objects.filter(code=code).exists():
        raise Refused(_("There is a type with this code."), code="type-exists")
    made = DocumentType.objects.create(code=code, name=name, **rules)
    evidence.record_event("type added", made, by=by, note=f"{code} {name}", data=rules)
    return made


@transaction.atomic
def edit_type(kind: DocumentType, *, by: User, **rules: Any) -> DocumentType:
    """Change the rules of a type. They hold from now on; dates that are set already stay."""
    row = DocumentType.objects.select_for_update().get(pk=kind.pk)
    changed = {name: value for name, value in rules.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.save()
        evidence.record_event("type changed", row, by=by, note=row.code, data=changed)
    return row


@transaction.atomic
def retire_type(kind: DocumentType, *, by: User, reason: str) -> DocumentType:
    """No new documents of this type; those that there are live on.

    Raises Refused("type-retired").
    """
    row = DocumentType.objects.select_for_update().get(pk=kind.pk)
    if not row.is_active:
        raise Refused(_("This type is out of use already."), code="type-retired")
    row.is_active = False
    row.save()
    evidence.record_event("type retired", row, by=by, note=reason)
    return row


@transaction.atomic
def classify(
    document: Document,
    *,
    by: User,
    reason: str = "",
    clauses: Iterable[Clause] = (),
    old_number: str = "",
    publisher: str = "",
    kept_at: str = "",
    edition: str = "",
    edition_checked_on: date | None = None,
) -> Document:
    """Say where a document belongs: its clauses, its old number, and for one from outside its publisher and edition.

    Raises Refused("checked-in-the-future").
    """
    records.lock(document)
    if edition_checked_on and edition_checked_on > clock().date():
        raise Refused(_("The day of the check lies in the future."), code="checked-in-the-future")
    parts = ["clauses"] if _set_clauses(document, set(clauses)) else []
    _set_edition(document, edition, by=by)
    facts: dict[str, Any] = {
        "old_number": old_number,
        "publisher": publisher,
        "kept_at": kept_at,
        "edition_checked_on": edition_checked_on,
    }
    records.amend(document, by=by, reason=reason, parts=parts, **facts)
    index(document, by=by)
    return document


def _set_clauses(document: Document, wanted: set[Clause]) -> bool:
    """Make the clauses these; whether that changed anything."""
    kept = {row.clause: row for row in DocumentClause.objects.filter(document=document).select_related("clause")}
    for clause in kept.keys() - wanted:
        kept[clause].delete()
    for clause in wanted - kept.keys():
        DocumentClause.objects.create(document=document, clause=clause)
    return kept.keys() != wanted


def _set_edition(document: Document, edition: str, *, by: User) -> None:
    """The edition belongs to the draft; that of a revision which is approved is part of what was approved."""
    draft = selectors.revision_on_its_way(document)
    if draft and Revision.machine.may_edit(draft.status):
        records.amend(draft, by=by, edition=edition)


@transaction.atomic
def confirm_valid(document: Document, *, by: User, signing: Signing, note: str = "") -> Document:
    """Reviewed and still valid as it stands (7.5.2, 7.5.3): signed, and the clock of its review begins anew.

    Raises Refused("nothing-in-force").
    """
    if selectors.effective_revision(document) is None:
        raise Refused(_("No revision is in force that could still be valid."), code="nothing-in-force")
    signature = records.sign(document, by=by, transition=CONFIRM_VALID, signing=replace(signing, note=note))
    today = clock().date()
    due = months_after(today, document.type.review_months)
    checked = today if document.type.is_external else document.edition_checked_on
    return records.move(
        document, CONFIRM_VALID, by=by, note=note, signature=signature, review_due=due, edition_checked_on=checked
    )


@transaction.atomic
def dispose(revision: Revision, *, by: User, signing: Signing) -> Revision:
    """Decide that a revision which is past its retention need no longer be kept (7.5.3.2 d).

    Nothing is deleted: the decision stands in the record, and so does what was decided about.

    Raises Refused: "still-retained", "still-in-force".
    """
    today = clock().date()
    if revision.retain_until is None or revision.retain_until > today:
        raise Refused(_("It must be kept longer: the end of its retention lies ahead."), code="still-retained")
    if revision.status not in selectors.DISPOSABLE:
        raise Refused(_("It is still in force. Supersede or withdraw it first."), code="still-in-force")
    signature = records.sign(revision, by=by, transition=DISPOSE, signing=signing)
    return records.move(revision, DISPOSE, by=by, signature=signature, disposed_at=clock())
