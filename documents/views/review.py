"""The review of a revision: its text with remarks, who is asked, and the routes of types."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents import permissions, selectors, verbs
from documents.forms import RemarkForm
from documents.models import Remark, Revision
from documents.selectors import OPEN_REVIEW
from ui.forms import VerbForm
from ui.registry import page_of
from ui.scope import record_for
from ui.verbs import Verb, named, offered
from ui.views.plain import posted
from ui.views.records import buttons, crumbs


def _revision(request: HttpRequest, number: str) -> Revision:
    found: Revision = record_for(page_of(Revision), request.user, number)
    return found


def review_url(revision: Revision) -> str:
    return reverse("documents:review", args=(revision.number,))


def _show(request: HttpRequest, revision: Revision, form: RemarkForm | None, status: int = 200) -> HttpResponse:
    page, user = page_of(Revision), request.user
    text = selectors.marked_text(revision)
    context = {
        "record": revision,
        "page": page,
        "crumbs": [*crumbs(page), (revision.number, revision.get_absolute_url())],
        "review": selectors.review_of(revision, user),
        "text": text,
        "remarks": [(placed, _acts(placed, user)) for placed in text.remarks],
        "steps": list(revision.steps.all()),
        "base": selectors.base_of(revision),
        "buttons": buttons(page, revision, user),
        "form": form,
    }
    return render(request, "documents/review.html", context, status=status)


def _acts(placed: selectors.Placed, user: Any) -> list[tuple[str, Any, str]]:
    """What the user may do to a remark: (name, label, address)."""
    remark = placed.remark
    base = f"/revisions/{remark.revision.number}/remarks/{remark.uuid}"
    return [(verb.name, verb.title(Remark), f"{base}/{verb.name}/") for verb in offered(verbs.REMARK, remark, user)]


def _form(request: HttpRequest, revision: Revision) -> RemarkForm | None:
    may = revision.status in OPEN_REVIEW and permissions.may_remark(request.user, revision)
    return RemarkForm(user=request.user, verb=verbs.ADD_REMARK, initial=_begin(request)) if may else None


def _begin(request: HttpRequest) -> dict[str, str]:
    """A link at a step or a field begins a remark there."""
    return {name: request.GET[name] for name in ("place", "target") if name in request.GET}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_page(request: HttpRequest, number: str) -> HttpResponse:
    """A revision to be reviewed: its text, the remarks in the margin, and who was asked. POST adds a remark."""
    revision = _revision(request, number)
    if request.method != "POST":
        return _show(request, revision, _form(request, revision))
    if not permissions.may_remark(request.user, revision):
        raise PermissionDenied
    form = RemarkForm(request.POST, user=request.user, verb=verbs.ADD_REMARK)
    if form.is_valid() and form.attempt(verbs.ADD_REMARK.service, revision, by=request.user):
        messages.success(request, _("Your remark was added."))
        return redirect(f"{review_url(revision)}#note-{form.result.uuid}")
    return _show(request, revision, form, form.status)


def remark_of(revision: Revision, key: UUID) -> Remark:
    """A remark on this revision, or an unsettled one of an earlier revision of its document."""
    found = Remark.objects.select_related("revision", "author")
    return get_object_or_404(found, uuid=key, revision__document=revision.document_id)


@login_required
@require_http_methods(["GET", "POST"])
def remark_verb(request: HttpRequest, number: str, key: UUID, name: str) -> HttpResponse:
    """Answer, settle or reopen a remark."""
    revision = _revision(request, number)
    remark = remark_of(revision, key)
    verb = named(verbs.REMARK, name)
    if verb is None:
        raise Http404(name)
    if not verb.is_allowed(request.user, remark):
        raise PermissionDenied
    form: VerbForm = verb.form(posted(request), record=remark, user=request.user, verb=verb)
    if form.is_bound and form.is_valid() and form.attempt(verb.service, remark, by=request.user):
        return redirect(f"{review_url(revision)}#note-{remark.uuid}")
    return _show_verb(request, verb, form, Remark, remark, record=revision, back=f"{review_url(revision)}#note-{key}")


def _show_verb(
    request: HttpRequest, verb: Verb, form: VerbForm, model: type[Any], subject: Any, *, record: Any, back: str
) -> HttpResponse:
    context = {
        "record": record,
        "verb": verb,
        "title": verb.title(model),
        "tone": "primary",
        "crumbs": [],
        "form": form,
        "back": back,
        "is_possible": verb.is_possible(subject) if model is Remark else True,
    }
    return render(request, "ui/verb.html", context, status=form.status if form.is_bound else 200)


@login_required
@require_safe
def routes(request: HttpRequest) -> HttpResponse:
    """Every document type with its route."""
    if not permissions.may_set_route(request.user):
        raise PermissionDenied
    return render(request, "documents/routes.html", {"types": selectors.routed_types()})


@login_required
@require_http_methods(["GET", "POST"])
def route(request: HttpRequest, code: str) -> HttpResponse:
    """Set the route of one type."""
    if not permissions.may_set_route(request.user):
        raise PermissionDenied
    type = get_object_or_404(selectors.routed_types(), code=code)
    form: VerbForm = verbs.SET_ROUTE.form(posted(request), record=type, user=request.user, verb=verbs.SET_ROUTE)
    if form.is_bound and form.is_valid() and form.attempt(verbs.SET_ROUTE.service, type, by=request.user):
        messages.success(request, _("The route of %(type)s is set.") % {"type": type})
        return redirect("documents:routes")
    context = {"type": type, "form": form}
    return render(request, "documents/route.html", context, status=form.status if form.is_bound else 200)
