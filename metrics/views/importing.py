"""A file of values, from upload over a look at what would become of each to the batch that it is stored as."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evidence.refusals import Refused
from metrics import permissions, selectors, verbs
from metrics.files import Layout
from metrics.models import Metric, ValueImport
from records.selectors import sees_kind
from ui.exports import csv_pieces
from ui.refusals import status_of
from ui.views.plain import posted, show_verb
from ui.views.verbs import may_here

MOST_EARLIER = 50


def _one(request: HttpRequest, key: UUID) -> ValueImport:
    """An import at a site of one's own; anything else does not exist."""
    kept = get_object_or_404(selectors.value_imports(request.user), uuid=key)  # type: ignore[arg-type]
    if not permissions.may_take_in(request.user, kept):  # type: ignore[arg-type]
        raise PermissionDenied
    return kept


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def value_imports(request: HttpRequest) -> HttpResponse:
    """Earlier imports, and the form for another one."""
    user: Any = request.user
    if not permissions.may_record_values(user):
        raise PermissionDenied
    verb = verbs.UPLOAD_VALUES
    sent = [request.POST, request.FILES] if request.method == "POST" else []
    form = verb.form(*sent, user=user, verb=verb, initial={"site": user.site.code if user.site else ""})
    if form.is_valid() and may_here(verb, form, user) and form.attempt(verb.service, by=user):
        return redirect("metrics:value-import", key=form.result.uuid)
    context = {
        "form": form,
        "imports": [
            kept for kept in selectors.value_imports(user)[:MOST_EARLIER] if permissions.may_take_in(user, kept)
        ],
        "layouts": [(one, permissions.may_remove_layout(user, one)) for one in selectors.import_layouts(user)],
    }
    return render(request, "metrics/value_imports.html", context, status=form.status if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def remove_import_layout(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep a layout no longer."""
    verb, layout = verbs.REMOVE_LAYOUT, get_object_or_404(selectors.import_layouts(request.user), uuid=key)  # type: ignore[arg-type]
    if not verb.is_allowed(request.user, layout):
        raise PermissionDenied
    form = verb.form(posted(request), user=request.user, verb=verb)
    if form.is_valid() and form.attempt(verb.service, layout, by=request.user):
        messages.success(request, _("“%(name)s” is kept no longer.") % {"name": layout.name})
        return redirect("metrics:value-imports")
    return show_verb(request, verb, form, about=layout.name, back=reverse("metrics:value-imports"))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def value_import(request: HttpRequest, key: UUID) -> HttpResponse:
    """What every value would become; POST says otherwise how the file is read."""
    kept = _one(request, key)
    if kept.done_at:
        return _show(request, kept)
    verb, sent = verbs.ARRANGE_VALUES, [request.POST] if request.method == "POST" else []
    form = verb.form(*sent, peek=selectors.peek(kept), record=kept, user=request.user, verb=verb)
    if form.is_valid() and form.attempt(verb.service, kept, by=request.user):
        return redirect("metrics:value-import", key=kept.uuid)
    return _show(request, kept, form=form, found=selectors.look(kept))


def _show(request: HttpRequest, kept: ValueImport, *, form: Any = None, found: Any = None) -> HttpResponse:
    context = {
        "kept": kept,
        "form": form,
        "found": found,
        "confirm": _confirm(request, kept),
        "metrics": selectors.metrics_of_batch(kept.batch) if kept.batch else [],
        "reads": sees_kind(request.user, Metric),  # type: ignore[arg-type]
    }
    return render(request, "metrics/value_import.html", context, status=form.status if form and form.is_bound else 200)


def _confirm(request: HttpRequest, kept: ValueImport) -> Any:
    """Its form carries which layout the page shows."""
    verb = verbs.IMPORT_VALUES
    return verb.form(user=request.user, verb=verb, initial={"seen": Layout.of(kept.layout).digest})


@login_required
@require_safe
def value_import_errors(request: HttpRequest, key: UUID) -> HttpResponse:
    """What is wrong in a file, as CSV; of an imported one, what was left out."""
    kept = _one(request, key)
    pieces = "".join(csv_pieces(_table(kept.faults if kept.done_at else _faults(kept))))
    headers = {"Content-Disposition": 'attachment; filename="errors.csv"'}
    return HttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)


def _faults(kept: ValueImport) -> Iterator[list[Any]]:
    try:
        for one in selectors.faults_in(kept):
            yield [one.value.row, one.value.heading, one.message]
    except Refused as refusal:
        yield ["", "", refusal.message]


def _table(faults: Iterable[list[Any]]) -> Iterator[list[Any]]:
    yield [_("Row"), _("Column"), _("What is wrong")]
    yield from faults


@login_required
@require_POST
def confirm_value_import(request: HttpRequest, key: UUID) -> HttpResponse:
    """Store all values of the file, or those that are right."""
    kept, verb = _one(request, key), verbs.IMPORT_VALUES
    if kept.done_at:
        return redirect("metrics:value-import", key=kept.uuid)
    form = verb.form(request.POST, user=request.user, verb=verb)
    if form.is_valid() and form.attempt(verb.service, kept, by=request.user):
        return redirect("metrics:value-import", key=kept.uuid)
    refused = form.refusal or Refused(_("Open the import and look at its values before you import them."), "invalid")
    told = {"message": refused.message, "back": reverse("metrics:value-import", args=[kept.uuid])}
    return render(request, "ui/refused.html", told, status=status_of(refused))
