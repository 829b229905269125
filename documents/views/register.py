"""Document types, finding documents by their words, and what was in force on a day."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from documents import permissions, selectors, verbs
from documents.forms import AsOfForm
from documents.models import DocumentType
from evidence import services as evidence
from ui.verbs import Verb, named
from ui.views.plain import posted, show_verb
from ui.views.prints import answer
from ui.views.records import refuse_unless

MOST_AS_OF = 500


@login_required
@require_safe
def types(request: HttpRequest) -> HttpResponse:
    """The sorts of documents with their rules."""
    refuse_unless(permissions.may_search(request.user))
    context = {
        "types": selectors.types().order_by("-is_active", "name"),
        "may": permissions.may_keep_types(request.user),
    }
    return render(request, "documents/types.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_type(request: HttpRequest) -> HttpResponse:
    """Add a sort of document."""
    refuse_unless(verbs.ADD_TYPE.is_allowed(request.user, None))
    return _attempt(request, verbs.ADD_TYPE, reverse("documents:types"))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def type_verb(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Change the rules of a sort of document, or take it out of use."""
    kind = get_object_or_404(DocumentType, code=code)
    verb = named(verbs.OF_A_TYPE, name)
    if verb is None:
        raise Http404(name)
    refuse_unless(verb.is_allowed(request.user, kind))
    return _attempt(request, verb, reverse("documents:types"), kind)


def _attempt(request: HttpRequest, verb: Verb, back: str, *subject: Any) -> HttpResponse:
    record = subject[0] if subject else None
    form = verb.form(posted(request), record=record, user=request.user, verb=verb)
    if form.is_valid() and form.attempt(verb.service, *subject, by=request.user):
        messages.success(request, _("Done: %(verb)s.") % {"verb": verb.label})
        return redirect(back)
    return show_verb(request, verb, form, back=back, about=record or "")


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Documents by their words, the best on top, with the passage."""
    refuse_unless(permissions.may_search(request.user))
    words, asked = request.GET.get("q", "").strip()[:200], request.GET.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
    found = selectors.search(request.user, words, page=page)
    last = -(-found.total // selectors.A_PAGE)
    context = {
        "words": words,
        "found": found,
        "page": page,
        "before": page - 1 if page > 1 else None,
        "after": page + 1 if page < last else None,
    }
    return render(request, "documents/search.html", context)


@login_required
@require_safe
def as_of(request: HttpRequest) -> HttpResponse:
    """What was in force on a day, in a process or at a station."""
    refuse_unless(permissions.may_search(request.user))
    form, found = _asked(request)
    return render(request, "documents/as_of.html", {"form": form, "found": found, "query": request.GET.urlencode()})


@login_required
@require_safe
def as_of_pdf(request: HttpRequest) -> HttpResponse:
    """The same on paper."""
    refuse_unless(permissions.may_search(request.user))
    form, found = _asked(request)
    if not form.is_valid():
        return redirect("documents:as-of")
    day = form.cleaned_data["on"]
    what = _("what was in force on %(day)s") % {"day": day}
    evidence.record_copy(request.user, by=request.user, what=what)
    context = {"found": found, "form": form, "day": day, "printed": timezone.now(), "printed_by": request.user}
    return answer(request, "documents/as_of_pdf.html", context, f"in-force-{day}.pdf")


def _asked(request: HttpRequest) -> tuple[AsOfForm, list[Any]]:
    form = AsOfForm(request.GET or {"on": timezone.localdate().isoformat()}, user=request.user)
    if not form.is_valid():
        return form, []
    seen = selectors.effective_at(form.cleaned_data["on"], request.user, process=form.process_asked)
    return form, list(seen[:MOST_AS_OF])
