from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents import charts, permissions, selectors, verbs
from documents.forms import NAMES
from documents.models import ChangeRequest, Document, Revision
from documents.standard_work import Sheet
from documents.states import TRANSLATABLE, RequestStatus, Task
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


def revision_overview(revision: Any, user: Any) -> dict[str, Any]:
    """What its page and its PDF show: with the pictures of its standard work, where its steps take time."""
    shown = selectors.revision_page(revision, user)
    languages = [(one.code, NAMES.get(one.code, one.code), one.is_checked) for one in shown["languages"]]
    may = revision.status in TRANSLATABLE and permissions.may_translate(user, revision)
    return {**shown, **pictured(shown["sheet"]), "languages": languages, "may_translate": may}


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
        queryset=selectors.documents,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("type", label=_("Type")),
            Column("status", phone=True),
            Column("process"),
            Column("owner"),
            Column("review_due", label=_("Review due")),
        ),
        filters=("status", "type", "site", "process", "owner"),
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
        filters=("status", "site", "process", "owner"),
        overview="documents/_revision.html",
        context=revision_overview,
        verbs=verbs.REVISION,
        pdf="documents/pdf.html",
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
