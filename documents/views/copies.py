"""Printed copies: who has them, what became of them; and the public answer to whoever scans one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from documents import pdfs, permissions, selectors, verbs
from documents.models import Distribution, Revision
from evidence import services as evidence
from ui.registry import page_of
from ui.verbs import named
from ui.views.plain import posted, show_verb
from ui.views.prints import answer, sheet

SCANS_A_MINUTE = 120  # of one address: a shift may scan a whole line, a program that tries keys finds nothing
A_PAGE = 50
TONES = {"current": "success", "not-yet": "warning", "draft": "warning", "superseded": "danger", "withdrawn": "danger"}
FILTERS = ("out", "recalled", "overdue", "all")


@require_safe
def scanned(request: HttpRequest, key: UUID) -> HttpResponse:
    """Whether a printed sheet is current, for anybody who holds it. Neither title nor text is told."""
    if _too_many(request):
        return _closed(HttpResponse(_("Too many scans. Wait a minute."), status=429, content_type="text/plain"))
    found = selectors.scanned(key)
    if found is None:
        raise Http404
    verdict = verdict_of(*found)
    if "application/json" in request.headers.get("Accept", "") or request.GET.get("format") == "json":
        return _closed(JsonResponse(verdict))
    return _closed(render(request, "documents/scanned.html", {"verdict": verdict, "tone": TONES[verdict["verdict"]]}))


def verdict_of(revision: Revision, copy: Distribution | None) -> dict[str, Any]:
    """What everybody may know of a sheet of paper."""
    standing = selectors.standing(revision)
    return {
        "document": revision.document.number,
        "revision": revision.number,
        "verdict": standing.code,
        "words": standing.words,
        "since": standing.since.isoformat() if standing.since else None,
        "superseded_by": standing.by.number if standing.by else None,
        "copy": {"no": copy.no, "place": copy.place, "status": copy.status, "words": copy.status_label}
        if copy
        else None,
    }


def _closed(response: HttpResponse) -> HttpResponse:
    """No copy of the answer anywhere, and no search engine."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _too_many(request: HttpRequest) -> bool:
    name = f"scans:{request.META.get('REMOTE_ADDR', '')}:{timezone.now():%Y%m%d%H%M}"
    cache.add(name, 0, timeout=120)
    try:
        return bool(cache.incr(name) > SCANS_A_MINUTE)
    except ValueError:  # it ran out between the two
        return False


@login_required
@require_safe
def copies(request: HttpRequest) -> HttpResponse:
    """Every printed copy of the documents that one sees."""
    if not permissions.may_search(request.user):
        raise PermissionDenied
    today = timezone.localdate()
    wanted = "overdue" if request.GET.get("overdue") else request.GET.get("show", "out")
    wanted = wanted if wanted in FILTERS else "out"
    found = selectors.narrowed(selectors.visible_copies(request.user), wanted, on=today)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_of_copies": page,
        "rows": [(copy, buttons(copy, request.user)) for copy in page],
        "shown": wanted,
        "today": today,
        "filters": [("out", _("In use")), ("recalled", _("To be collected")), ("overdue", _("Overdue")),
                    ("all", _("All"))],
    }  # fmt: skip
    return render(request, "documents/copies.html", context)


def buttons(copy: Distribution, user: Any) -> list[dict[str, Any]]:
    """What the user can do with a copy now."""
    return [
        {"label": verb.title(Distribution), "href": reverse("documents:copy-verb", args=[copy.uuid, verb.name])}
        for verb in verbs.OF_A_COPY
        if verb.is_offered(copy, user)
    ]


@login_required
@require_safe
def copy_pdf(request: HttpRequest, key: UUID) -> HttpResponse:
    """The copy on paper, with its number, place and code on every sheet."""
    copy = get_object_or_404(selectors.visible_copies(request.user), uuid=key)
    revision = selectors.revisions().get(pk=copy.revision_id)
    if not permissions.may_give_out(request.user, revision) and copy.holder_id != request.user.pk:
        raise PermissionDenied
    evidence.record_copy(revision, by=request.user, what=_("printed copy %(no)d") % {"no": copy.no})
    context = {
        **sheet(page_of(Revision), revision, request.user),
        **pdfs.control(revision, copy),
        "printed": timezone.now(),
        "printed_by": request.user,
    }
    return answer(request, "documents/pdf.html", context, f"{revision.number}-copy-{copy.no}.pdf")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def copy_verb(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """Collected, destroyed, recalled, not found."""
    copy = get_object_or_404(selectors.visible_copies(request.user), uuid=key)
    verb = named(verbs.OF_A_COPY, name)
    if verb is None:
        raise Http404(name)
    if not verb.is_allowed(request.user, copy):
        raise PermissionDenied
    form = verb.form(posted(request), user=request.user, verb=verb)
    if form.is_valid() and form.attempt(verb.service, copy, by=request.user):
        messages.success(request, _("Done: %(verb)s.") % {"verb": verb.title(Distribution)})
        return redirect("documents:copies")
    about = f"{copy.revision.number}, {_('copy')} {copy.no}: {copy.place} ({copy.status_label})"
    return show_verb(request, verb, form, back=reverse("documents:copies"), about=about, model=Distribution)
