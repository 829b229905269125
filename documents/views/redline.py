"""Two revisions of a document laid beside one another, on a page and on paper."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents import selectors
from documents.models import Revision
from evidence import services as evidence
from ui.registry import page_of
from ui.scope import record_for
from ui.views.prints import answer
from ui.views.records import crumbs

SIDE, ONE = "side", "one"


def _context(request: HttpRequest, number: str) -> dict[str, Any]:
    page = page_of(Revision)
    revision = record_for(page, request.user, number)
    others = selectors.comparable(revision)
    try:
        other = selectors.laid_beside(revision, others, request.GET.get("with", ""))
    except Revision.DoesNotExist as unknown:
        raise Http404 from unknown
    found = selectors.redline_of(*selectors.in_order(other, revision)) if other else None
    return {"record": revision, "page": page, "other": other, "others": others, "redline": found}


@login_required
@require_safe
def redline_page(request: HttpRequest, number: str) -> HttpResponse:
    """What changed: facts, steps, text, side by side or in one column."""
    context = _context(request, number)
    view = SIDE if request.GET.get("view") == SIDE else ONE
    trail = [*crumbs(context["page"]), (number, context["record"].get_absolute_url())]
    return render(request, "documents/redline.html", {**context, "view": view, "crumbs": trail})


@login_required
@require_safe
def redline_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The same on paper."""
    context = _context(request, number)
    evidence.record_copy(context["record"], by=request.user, what=_("PDF of the changes"))  # type: ignore[arg-type]
    context = {**context, "printed": timezone.now(), "printed_by": request.user}
    return answer(request, "documents/redline_pdf.html", context, f"{number}-changes.pdf")
