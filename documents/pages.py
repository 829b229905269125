from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents import forms, pdfs, permissions, selectors, verbs
from documents.models import Document, Revision
from people.selectors import sites_where
from people.states import Authority
from ui.registry import (
    Column,
    NavItem,
    Panel,
    RecordPage,
    WorkItem,
    register_navigation,
    register_page,
    register_panel,
    register_work,
)


def in_force_since(document: Any) -> date | None:
    """The day since which the present revision is in force."""
    return document.current_since.date() if document.current_since else None


register_page(
    RecordPage(
        model=Document,
        icon="file-text",
        section="standards",
        order=10,
        noun=_("document"),
        nouns=_("documents"),
        queryset=selectors.register,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("type", label=_("Type")),
            Column("status", phone=True),
            Column("current_no", label=_("Revision"), end=True),
            Column(in_force_since, label=_("In force since")),
            Column("process"),
            Column("owner"),
            Column("review_due", label=_("Review due")),
        ),
        filters=forms.REGISTER_FILTERS,
        overview="documents/_document.html",
        context=selectors.document_overview,
        create=verbs.CREATE,
        verbs=verbs.DOCUMENT,
        about=_("Everybody works from the same current revision."),
    )
)

register_page(
    RecordPage(
        model=Revision,
        icon="file-diff",
        section="standards",
        order=20,
        noun=_("revision"),
        nouns=_("revisions"),
        queryset=selectors.revisions,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("status", phone=True),
            Column("owner", label=_("Author")),
            Column("effective_on", label=_("Takes effect")),
            Column("training"),
        ),
        filters=forms.REVISION_FILTERS,
        overview="documents/_revision.html",
        context=selectors.revision_overview,
        verbs=verbs.REVISION,
        pdf="documents/pdf.html",
        pdf_context=pdfs.revision,
        about=_("Every state of every document: drafted, approved, issued, in effect, superseded."),
    )
)


def waiting_for_approval(user: Any, on: date) -> Iterable[WorkItem]:
    """Revisions in review that this person may approve; several can be read and signed on one page."""
    found = [one for one in selectors.awaiting_approval_by(user) if permissions.may_approve(user, one)]
    if len(found) > 1:
        title = _("Approve %(count)d revisions together") % {"count": len(found)}
        yield WorkItem(title=title, url=reverse("ui:together", args=(Revision.plural, "approve")), kind=_("Signature"))
    for revision in found:
        yield WorkItem(
            title=_("Approve %(number)s %(title)s") % {"number": revision.number, "title": revision.title},
            url=revision.get_absolute_url(),
            kind=_("Signature"),
        )


register_work(waiting_for_approval)


def reviews_due(user: Any, on: date) -> Iterable[WorkItem]:
    """Documents that this person owns and that are due for review."""
    for document in selectors.due_for_review(on).filter(owner=user):
        yield WorkItem(
            title=_("Review %(number)s %(title)s") % {"number": document.number, "title": document.title},
            url=document.get_absolute_url(),
            due=document.review_due,
            kind=_("Periodic review"),
            overdue=bool(document.review_due and document.review_due < on),
        )


def copies_to_collect(user: Any, on: date) -> Iterable[WorkItem]:
    """Printed copies for which this person answers and that are no longer current."""
    for copy in selectors.to_collect_by(user):
        told = {"no": copy.no, "number": copy.revision.number, "place": copy.place}
        yield WorkItem(
            title=_("Collect copy %(no)d of %(number)s at %(place)s") % told,
            url=reverse("documents:copies"),
            due=copy.collect_by,
            kind=_("Printed copy"),
            overdue=bool(copy.collect_by and copy.collect_by < on),
        )


def decisions_on_the_register(user: Any, on: date) -> Iterable[WorkItem]:
    """Imported revisions that may be in force already, and old ones past their retention: signed together."""
    sites = sites_where(user, Authority.QUALITY_MANAGER)
    if not sites:
        return
    waiting = (
        ("adopt", selectors.imported_drafts(), _("%(count)d imported revisions: in force already?")),
        ("dispose", selectors.past_retention(on), _("%(count)d revisions are past their retention")),
    )
    for verb, revisions, words in waiting:
        if count := revisions.filter(site__in=sites).count():
            url = reverse("ui:together", args=(Revision.plural, verb))
            yield WorkItem(title=words % {"count": count}, url=url, kind=_("Signature"))


register_work(reviews_due)
register_work(copies_to_collect)
register_work(decisions_on_the_register)


def where_used(document: Document, user: Any) -> dict[str, Any]:
    return {"used": selectors.where_used(document, user)}


def printed_copies(document: Document, user: Any) -> dict[str, Any]:
    return {"copies": list(selectors.copies_of(document)[:50]), "user": user}


register_panel(Panel(Document, "where-used", _("Where it is used"), "documents/_where_used.html", where_used, order=40))
register_panel(
    Panel(Document, "printed-copies", _("Printed copies"), "documents/_copies_panel.html", printed_copies, order=50)
)


for label, url, icon, order, shown in (
    (_("Find in documents"), "documents:search", "file-search", 12, permissions.may_search),
    (_("In force on a day"), "documents:as-of", "calendar-search", 30, permissions.may_search),
    (_("Printed copies"), "documents:copies", "printer", 32, permissions.may_search),
    (_("Document types"), "documents:types", "category", 34, permissions.may_search),
    (_("Import a register"), "documents:imports", "table-import", 36, permissions.may_import),
):
    register_navigation(NavItem(label, url, icon, "standards", order, shown))
