"""An old register, from upload over a look at every row to the job that takes it over."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import permissions, selectors, sheets, verbs
from documents.forms import MappingForm
from documents.models import RegisterImport
from documents.sheets import FIELDS
from evidence.refusals import Refused
from ui.exports import XLSX
from ui.forms import VerbForm
from ui.refusals import status_of
from ui.views.verbs import may_here

MOST_SHOWN = 200


def _may(request: HttpRequest) -> None:
    if not permissions.may_import(request.user):
        raise PermissionDenied


def _one(request: HttpRequest, key: UUID) -> RegisterImport:
    """An import at a site of one's own; anything else does not exist."""
    kept = get_object_or_404(selectors.visible_imports(request.user), uuid=key)
    if not permissions.may_take_over(request.user, kept):
        raise PermissionDenied
    return kept


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Earlier imports, and the form for another one."""
    _may(request)
    verb = verbs.UPLOAD
    sent = [request.POST, request.FILES] if request.method == "POST" else []
    form = verb.form(*sent, user=request.user, verb=verb)
    if form.is_valid() and may_here(verb, form, request.user) and form.attempt(verb.service, by=request.user):
        return redirect("documents:import", key=form.result.uuid)
    context = {"form": form, "imports": selectors.visible_imports(request.user)[:50]}
    return render(request, "documents/imports.html", context, status=form.status if form.is_bound else 200)


@login_required
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """A workbook to fill in."""
    _may(request)
    headers = {"Content-Disposition": 'attachment; filename="register.xlsx"'}
    return HttpResponse(sheets.template(), content_type=XLSX, headers=headers)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def one_import(request: HttpRequest, key: UUID) -> HttpResponse:
    """What every row would become; POST says otherwise which column holds what."""
    kept = _one(request, key)
    found = selectors.preview(kept, on=timezone.localdate()) if kept.done_at is None else None
    form = None
    if found is not None:
        sent = [request.POST] if request.method == "POST" else []
        form = MappingForm(*sent, headings=found.headings, record=kept, user=request.user, verb=verbs.MAP_COLUMNS)
        if form.is_valid() and form.attempt(verbs.MAP_COLUMNS.service, kept, by=request.user):
            return redirect("documents:import", key=kept.uuid)
    return _show(request, kept, found, form)


def _show(request: HttpRequest, kept: RegisterImport, found: Any, form: Any, **more: Any) -> HttpResponse:
    made = selectors.register().filter(imported_by=kept).order_by("number")[:MOST_SHOWN] if kept.done_at else []
    rows = sorted(found.rows, key=lambda row: not row.faults)[:MOST_SHOWN] if found else []
    context = {
        "kept": kept,
        "found": found,
        "form": form,
        "columns": [one for one in FIELDS if found and one.name in found.mapping],
        "rows": [(row, [row.texts[one.name] for one in FIELDS if one.name in found.mapping]) for row in rows],
        "made": made,
        "adopt_url": reverse("ui:together", args=("revisions", "adopt")),
        **more,
    }
    return render(request, "documents/import.html", context, status=form.status if form and form.is_bound else 200)


@login_required
@require_POST
def confirm(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have all rows taken over by a job."""
    kept = _one(request, key)
    form = VerbForm(request.POST, user=request.user, verb=verbs.CONFIRM_IMPORT)
    if form.is_valid() and form.attempt(verbs.CONFIRM_IMPORT.service, kept, by=request.user):
        return redirect("ui:job", key=form.result.uuid)
    refused = form.refusal or Refused("", "")
    told = {"message": refused.message, "back": reverse("documents:import", args=[kept.uuid])}
    return render(request, "ui/refused.html", told, status=status_of(refused))
