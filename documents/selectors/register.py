from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Clause, Document, DocumentClause, DocumentText, DocumentType, Revision
from documents.parts import Use, uses_of
from documents.selectors.revising import revisions_of
from documents.selectors.standing import training_state
from documents.states import CopyStatus, DocumentStatus, RevisionStatus
from people.models import Process, User
from records.models import Link, Record
from records.selectors import needle, sees, visible

DISPOSABLE = (RevisionStatus.SUPERSEDED, RevisionStatus.OBSOLETE, RevisionStatus.WITHDRAWN)
MOST_USES = 50


def documents() -> QuerySet[Document]:
    return Document.objects.select_related("site", "process", "owner", "type")


def register() -> QuerySet[Document]:
    """Documents with `current_no`, `current_since` and `edition` of the revision in force, in one statement."""
    in_force = Q(revisions__effective_at__isnull=False, revisions__superseded_at__isnull=True)
    return documents().annotate(
        current=FilteredRelation("revisions", condition=in_force),
        current_no=F("current__no"),
        current_since=F("current__effective_at"),
        edition=F("current__edition"),
    )


def types() -> QuerySet[DocumentType]:
    return DocumentType.objects.all()


def clauses() -> QuerySet[Clause]:
    return Clause.objects.all()


def answering(documents: QuerySet[Document], clause: Clause) -> QuerySet[Document]:
    """Those that answer a clause or one below it: 7.5 finds 7.5.3."""
    below = Q(clause=clause) | Q(
        clause__standard=clause.standard,
        clause__edition=clause.edition,
        clause__number__startswith=f"{clause.number}.",
    )
    return documents.filter(Exists(DocumentClause.objects.filter(below, document=OuterRef("pk"))))


def due_for_review(on: date) -> QuerySet[Document]:
    """Documents whose periodic review is due."""
    return documents().filter(review_due__lte=on, status=DocumentStatus.ACTIVE)


def past_retention(on: date) -> QuerySet[Revision]:
    """Revisions that need no longer be kept and about which nobody has decided."""
    kept = Revision.objects.select_related("site", "process", "owner", "document", "document__type")
    return kept.filter(status__in=DISPOSABLE, retain_until__lte=on)


def imported_drafts() -> QuerySet[Revision]:
    """What came with an old register, about which nobody has said whether it is in force already."""
    return Revision.objects.filter(status=RevisionStatus.DRAFT, no=1, document__imported_by__isnull=False)


def document_overview(document: Document, user: User) -> dict[str, Any]:
    revisions = list(revisions_of(document))
    for revision in revisions:
        revision.document = document
    effective = next((one for one in revisions if one.status == RevisionStatus.EFFECTIVE), None)
    pending = next((one for one in revisions if one.effective_at is None and one.withdrawn_at is None), None)
    told = [training_state(one) for one in (effective, pending) if one]
    return {
        "revisions": revisions,
        "effective": effective,
        "pending": pending,
        "training_states": [one for one in told if one],
        "clauses": list(Clause.objects.filter(documents__document=document)),
        "is_review_due": _is_due(document),
        "kept_at_link": document.kept_at if document.kept_at.startswith(("https://", "http://")) else "",
    }


def _is_due(document: Document) -> bool:
    due = document.review_due
    return due is not None and due <= timezone.localdate() and document.status == DocumentStatus.ACTIVE


def effective_at(day: date, user: User, *, process: Process | None = None) -> QuerySet[Revision]:
    """The revisions that were in force at the end of that day, of the documents that the user sees."""
    seen = visible(Revision, user).filter(effective_at__date__lte=day)
    found = seen.filter(Q(superseded_at__isnull=True) | Q(superseded_at__date__gt=day))
    if process is not None:
        found = found.filter(document__process=process)
    return found.select_related("document", "document__type", "process", "site").order_by("document__number")


@dataclass(frozen=True)
class WhereUsed:
    """Everything that would miss a document, by kind."""

    uses: list[Use]

    @property
    def words(self) -> str:
        return ", ".join(f"{use.kind}: {use.label}" for use in self.uses)


def where_used(document: Document, user: User) -> WhereUsed:
    """Processes, other documents, printed copies, and what higher apps know of: as far as the user sees it."""
    own = [*_process_of(document), *_naming(document, user), *_linked(document, user), *_copies_of(document)]
    return WhereUsed([*own, *uses_of(document, user)])


def _process_of(document: Document) -> list[Use]:
    process = document.process
    return (
        [Use(_("Process"), str(process), f"/documents/?process={process.site.code}/{process.code}")] if process else []
    )


def _naming(document: Document, user: User) -> list[Use]:
    """Documents whose text in force names the number. The words are found by index, the exact number among them."""
    words = SearchQuery(needle(document.number), search_type="raw", config="simple")
    near = DocumentText.objects.filter(words=words).exclude(document=document.pk).values("document")
    found = visible(Document, user).filter(pk__in=near, text__in_force__contains=document.number)
    return [
        Use(_("Named in the text of"), str(one), one.get_absolute_url()) for one in found.order_by("number")[:MOST_USES]
    ]


def _linked(document: Document, user: User) -> list[Use]:
    revisions = Revision.objects.filter(document=document).values("pk")
    links = Link.objects.filter(Q(target=document.pk) | Q(target__in=revisions)).select_related("source")
    sources: dict[int, Record] = {link.source_id: link.source for link in links[:MOST_USES]}
    return [Use(_("Referred to by"), str(one), one.get_absolute_url()) for one in sources.values() if sees(user, one)]


def _copies_of(document: Document) -> list[Use]:
    out = document_copies_out(document)
    return [Use(_("Printed copies in use"), str(out))] if out else []


def document_copies_out(document: Document) -> int:
    """How many printed copies are still somewhere."""
    still = (CopyStatus.OUT, CopyStatus.RECALLED)
    return Revision.objects.filter(document=document, printed_copies__status__in=still).values("printed_copies").count()
