from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents import charts, permissions, selectors, verbs
from documents.forms import NAMES
from documents.models import Document, Revision
from documents.standard_work import Sheet
from documents.states import TRANSLATABLE
from ui.registry import Column, RecordPage, WorkItem, register_page, register_work


def revision_overview(revision: Any, user: Any) -> dict[str, Any]:
    """What its page and its PDF show: with the pictures of its standard work, where its steps take time."""
    shown = selectors.revision_overview(revision, user)
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
