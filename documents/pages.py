from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from documents import charts, forms, pdfs, permissions, selectors, verbs
from documents.forms import NAMES
from documents.models import ChangeRequest, Document, Revision
from documents.parts import papers_of
from documents.standard_work import Sheet
from documents.states import TRANSLATABLE, RequestStatus, Task
from people.selectors import sites_where
from people.states import Authority
from records.permissions import allowed
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


def revision_overview(revision: Any, user: Any) -> dict[str, Any]:
    """What its page and its PDF show: with the pictures of its standard work, where its steps take time."""
    shown = selectors.revision_page(revision, user)
    languages = [(one.code, NAMES.get(one.code, one.code), one.is_checked) for one in shown["languages"]]
    may = revision.status in TRANSLATABLE and permissions.may_translate(user, revision)
    return {**shown, **pictured(shown["sheet"]), "languages": languages, "may_translate": may}


def revision_on_paper(revision: Any, user: Any) -> dict[str, Any]:
    """The same for whoever prints it, with the mark and the code of every sheet."""
    return {**revision_overview(revision, user), **pdfs.control(revision), "papers": papers_of(revision, user)}


def pictured(sheet: Sheet | None) -> dict[str, Any]:
    if sheet is None:
        return {}
    return {
        "combination": charts.combination_table(sheet),
        "balance": charts.balance(sheet),
        "sheet_words": charts.in_words(sheet),
    }


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
        context=revision_overview,
        verbs=verbs.REVISION,
        pdf="documents/pdf.html",
        pdf_context=revision_on_paper,
        about=_("Every state of every document: drafted, approved, issued, in effect, superseded."),
    )
)


register_page(
    RecordPage(
        model=ChangeRequest,
        icon="git-pull-request",
        section="standards",
        order=30,
        noun=_("change request"),
        nouns=_("change requests"),
        queryset=selectors.change_requests,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("status", phone=True),
            Column("source"),
            Column("urgency"),
            Column("raised_by", label=_("Raised by")),
            Column("owner"),
        ),
        filters=("status", "source", "urgency", "site", "process", "owner"),
        overview="documents/_change_request.html",
        context=selectors.change_overview,
        create=verbs.REQUEST,
        verbs=verbs.CHANGE_REQUEST,
        pdf="documents/change_request_pdf.html",
        about=_("What should change, what it touches and who decided it, before a revision begins."),
    )
)
register_panel(
    Panel(
        on=Document,
        slug="changes",
        title=_("Changes asked for"),
        template="documents/_changes_panel.html",
        context=selectors.document_changes,
        order=20,
    )
)
register_navigation(
    NavItem(_("Review routes"), "documents:routes", "route", "standards", order=48, shown=permissions.may_set_route)
)

TOGETHER = (
    (Task.REVIEW, _("Review %(count)d revisions together"), "review"),
    (Task.APPROVE, _("Approve %(count)d revisions together"), "approve"),
)
CALLS = {Task.REVIEW: _("Review %(number)s %(title)s"), Task.APPROVE: _("Approve %(number)s %(title)s")}
NEXT = {
    RequestStatus.SUBMITTED: "assess",
    RequestStatus.ASSESSED: "approve",
    RequestStatus.IMPLEMENTED: "verify",
}
DECIDE = {
    "assess": _("Assess %(number)s %(title)s"),
    "approve": _("Decide %(number)s %(title)s"),
    "verify": _("Verify %(number)s %(title)s"),
}


def waiting_for_review(user: Any, on: date) -> Iterable[WorkItem]:
    """Revisions that wait for this person: on their route, and those that anybody with the authority may approve.

    Several can be read and signed on one page.
    """
    asked = selectors.awaiting_review_by(user, on=on)
    free = [one for one in selectors.unrouted_in_review(user) if permissions.may_approve_unrouted(user, one)]
    found = [*asked, *((revision, str(Task.APPROVE)) for revision in free)]
    for kind, words, verb in TOGETHER:
        count = sum(1 for _revision, asked_for in found if asked_for == kind)
        if count > 1:
            url = reverse("ui:together", args=(Revision.plural, verb))
            yield WorkItem(title=words % {"count": count}, url=url, kind=_("Signature"))
    for revision, task in found:
        yield WorkItem(
            title=CALLS[Task(task)] % {"number": revision.number, "title": revision.title},
            url=f"{revision.get_absolute_url()}remarks/" if revision not in free else revision.get_absolute_url(),
            kind=_("Signature"),
        )


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


IMPORTED = ngettext_lazy(
    "%(count)d imported revision: in force already?", "%(count)d imported revisions: in force already?", "count"
)
PAST = ngettext_lazy(
    "%(count)d revision is past its retention", "%(count)d revisions are past their retention", "count"
)


def decisions_on_the_register(user: Any, on: date) -> Iterable[WorkItem]:
    """Imported revisions that may be in force already, and old ones past their retention: signed together."""
    sites = sites_where(user, Authority.QUALITY_MANAGER)
    if not sites:
        return
    waiting = (
        ("adopt", selectors.imported_drafts(), IMPORTED),
        ("dispose", selectors.past_retention(on), PAST),
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


def changes_to_decide(user: Any, on: date) -> Iterable[WorkItem]:
    """Change requests that this person may assess, decide or verify."""
    for request in selectors.to_decide():
        name = NEXT[RequestStatus(request.status)]
        if allowed(user, request, name):
            yield WorkItem(
                title=DECIDE[name] % {"number": request.number, "title": request.title},
                url=request.get_absolute_url(),
                kind=_("Change"),
            )


register_work(waiting_for_review)
register_work(changes_to_decide)
