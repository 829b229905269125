"""The record page: a heading, the verbs that are possible now, and tabs."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from records import permissions, selectors
from records.models import Action, Attachment, Link, Record
from ui import registry
from ui.forms.parts import ActionForm, CommentForm, FileForm, MomentForm
from ui.registry import RecordPage
from ui.scope import record_for
from ui.timeline import as_of, changes, timeline
from ui.verbs import Verb, offered

BARE = "overview"


def crumbs(page: RecordPage) -> list[tuple[Any, str]]:
    return [(registry.SECTIONS[page.section], ""), (page.nouns, page.url)]


def do_url(record: Any, verb: Verb) -> str:
    return f"{record.get_absolute_url()}do/{verb.name}/"


def buttons(page: RecordPage, record: Any, user: Any) -> dict[str, Any]:
    """The next transition as the one filled button, the rest beside it, ways out in a menu."""
    model = page.model
    found = [
        {"label": verb.title(model), "href": do_url(record, verb), "icon": verb.icon, "verb": verb}
        for verb in offered(page.verbs, record, user)
    ]
    main = next((button for button in found if button["verb"].leads_on(model)), None)
    rest = [button for button in found if button is not main]
    return {
        "main": main,
        "beside": rest[:2] if len(rest) <= 3 else rest[:1],
        "more": rest[2:] if len(rest) <= 3 else rest[1:],
    }


def counts(record: Record) -> tuple[int, int, int, int]:
    """How many actions, files, signatures and open integrity faults, in one query."""
    lines = (Action.objects, Attachment.objects, selectors.signatures_of(record), selectors.open_faults())
    return Record.objects.filter(pk=record.pk).values_list(*map(_count, lines))[0]


def _count(lines: QuerySet[Any]) -> Coalesce:
    counted = lines.filter(record=OuterRef("pk")).order_by().values("record").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def tabs(record: Any, current: str, *, actions: int, files: int) -> list[dict[str, Any]]:
    named = (
        ("overview", _("Overview"), 0),
        ("chain", _("Chain"), 0),
        ("actions", _("Actions"), actions),
        ("files", _("Files"), files),
        ("timeline", _("Timeline"), 0),
        ("history", _("History"), 0),
    )
    base = record.get_absolute_url()
    return [
        {"label": label, "count": count, "href": base if slug == BARE else f"{base}{slug}/", "current": slug == current}
        for slug, label, count in named
    ]


def frame(request: HttpRequest, page: RecordPage, record: Any, tab: str) -> dict[str, Any]:
    """What every tab of a record shows around its own content."""
    actions, files, signatures, faults = counts(record)
    return {
        "page": page,
        "record": record,
        "tab": tab,
        "crumbs": crumbs(page),
        "tabs": tabs(record, tab, actions=actions, files=files),
        "is_signed": bool(signatures),
        "has_fault": bool(faults),
        "buttons": buttons(page, record, request.user),
        "origin": _origin(record, request.user),
        "pdf_url": f"{record.get_absolute_url()}record.pdf",
    }


def _origin(record: Any, user: Any) -> Any:
    """The record it came from, when the user may know of it."""
    origin = record.origin
    return origin if origin is not None and selectors.sees(user, origin) else None


@login_required
@require_safe
def record_page(request: HttpRequest, page: RecordPage, number: str) -> HttpResponse:
    """The overview of a record, with the panels that other apps put there."""
    record = record_for(page, request.user, number)
    return render(request, "ui/record.html", overview_context(request, page, record))


def overview_context(request: HttpRequest, page: RecordPage, record: Any) -> dict[str, Any]:
    own = page.context(record, request.user) if page.context else {}
    shown = [panel for panel in registry.panels_on(page.model) if panel.shown is None or panel.shown(record)]
    panels = [(panel, f"{record.get_absolute_url()}panel/{panel.slug}/") for panel in shown]
    framed = frame(request, page, record, BARE)
    return {
        **framed,
        "overview": page.overview,
        "panels": panels,
        "has_beside": framed["is_signed"] or any(panel.beside for panel in shown),
        "signatures": selectors.manifestations(record) if framed["is_signed"] else [],
        **own,
    }


@login_required
@require_safe
def panel(request: HttpRequest, page: RecordPage, number: str, slug: str) -> HttpResponse:
    """A panel of another app, as a fragment."""
    found = registry.panel_on(page.model, slug)
    if found is None:
        raise Http404(slug)
    record = record_for(page, request.user, number)
    context = {"record": record, "panel": found, **found.context(record, request.user)}
    return render(request, found.template, context)


def _chain(request: HttpRequest, record: Any) -> dict[str, Any]:
    links = Link.objects.filter(source=record.pk).select_related("target")
    back = Link.objects.filter(target=record.pk).select_related("source")
    return {
        "nodes": selectors.chain(record, request.user),
        "may_keep": permissions.may_keep_chain(request.user, record),
        "links": [link for link in links if selectors.sees(request.user, link.target)],
        "linked_from": [link for link in back if selectors.sees(request.user, link.source)],
    }


def _actions(request: HttpRequest, record: Any) -> dict[str, Any]:
    may_add = permissions.may_add_action(request.user, record)
    return {
        "actions": action_rows(record, request.user),
        "form": ActionForm(user=request.user) if may_add else None,
    }


def action_rows(record: Any, user: Any) -> list[dict[str, Any]]:
    """The record's actions with what the user can do to each."""
    lines = list(record.actions.select_related("who", "verified_by"))
    for line in lines:
        line.record = record
    return [{"action": line, "verbs": _verbs_of(line, record, user)} for line in lines]


def _verbs_of(line: Action, record: Any, user: Any) -> list[dict[str, Any]]:
    base = f"{record.get_absolute_url()}actions/{line.uuid}"
    return [
        {"label": arrow.label, "href": f"{base}/{arrow.name}/", "main": arrow.primary}
        for arrow in selectors.available(line, user)
    ]


def _files(request: HttpRequest, record: Any) -> dict[str, Any]:
    return {
        "files": list(record.attachments.select_related("added_by")),
        "form": FileForm(user=request.user) if permissions.may_attach(request.user, record) else None,
    }


def _timeline(request: HttpRequest, record: Any) -> dict[str, Any]:
    may = permissions.may_comment(request.user, record)
    return {"moments": timeline(record), "form": CommentForm(user=request.user) if may else None}


def _history(request: HttpRequest, record: Any) -> dict[str, Any]:
    form = MomentForm(request.GET or None)
    moment = form.cleaned_data["on"] if form.is_valid() else None
    past = {"moment": moment, "past": as_of(record, moment)} if moment else {}
    return {"changes": changes(record), "form": form, "today": timezone.localdate(), **past}


TABS: dict[str, Callable[[HttpRequest, Any], dict[str, Any]]] = {
    "chain": _chain,
    "actions": _actions,
    "files": _files,
    "timeline": _timeline,
    "history": _history,
}


@login_required
@require_safe
def record_tab(request: HttpRequest, page: RecordPage, number: str, tab: str) -> HttpResponse:
    """One of the tabs that every record has."""
    record = record_for(page, request.user, number)
    return show_tab(request, page, record, tab)


def show_tab(
    request: HttpRequest, page: RecordPage, record: Any, tab: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Render a tab; `more` replaces parts of its context, such as a form with errors."""
    context = {**frame(request, page, record, tab), **TABS[tab](request, record), **more}
    return render(request, f"ui/record_{tab}.html", context, status=status)


def refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def tab_url(record: Any, tab: str) -> str:
    return reverse("ui:tab", kwargs={"page": record.model.plural, "number": record.number, "tab": tab})
