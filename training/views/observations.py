"""What leaders have to look at, and how trainings went."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from records.selectors import as_child, manifestations
from training import permissions, selectors, verbs
from training.models import Observation
from ui.signing import dialog_of
from ui.views.plain import posted


@login_required
@require_safe
def observations(request: HttpRequest) -> HttpResponse:
    """Due ones first; then what was seen lately."""
    if not permissions.may_see_matrix(request.user):  # type: ignore[arg-type]
        raise PermissionDenied
    rows = selectors.observations_of(request.user)  # type: ignore[arg-type]
    today = timezone.localdate()
    due = [(row, row.due < today) for row in rows.filter(status="due").order_by("due", "id")[:200]]
    done = rows.exclude(status="due").order_by("-observed_at", "-id")[:50]
    context = {"due": due, "done": done, "summary": selectors.effectiveness_seen(request.user)}  # type: ignore[arg-type]
    return render(request, "training/observations.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def observation(request: HttpRequest, key: UUID) -> HttpResponse:
    """What is to be looked at, or what was seen; the leader signs."""
    row = get_object_or_404(selectors.observations_of(request.user), uuid=key)  # type: ignore[arg-type]
    verb = verbs.OBSERVE
    form: Any = None
    if verb.is_offered(row, request.user):
        form = _form(request, row)
        if form.is_bound and form.is_valid() and form.attempt(verb.service, row, by=request.user):
            messages.success(request, _("Signed. Thank you for looking."))
            return redirect("training:observations")
        if form.is_bound:
            row = get_object_or_404(selectors.observations_of(request.user), uuid=key)  # type: ignore[arg-type]
            form.show_again(row, _dialog(request, row))
    elif request.method == "POST":
        raise PermissionDenied
    return render(request, "training/observation.html", _context(row, form), status=_status(form))


def _status(form: Any) -> int:
    return int(form.status) if form is not None and form.is_bound else 200


def _form(request: HttpRequest, row: Observation) -> Any:
    sent = posted(request)
    dialog = dialog_of(request) if sent is not None else _dialog(request, row)
    return verbs.OBSERVE.form(sent, record=row, user=request.user, verb=verbs.OBSERVE, dialog=dialog)


def _dialog(request: HttpRequest, row: Observation) -> Any:
    return dialog_of(request).shown(row, by=request.user, meaning=verbs.OBSERVE.meaning_on(Observation))


def _context(row: Observation, form: Any) -> dict[str, Any]:
    revision = row.assignment.revision
    signature = row.signature
    return {
        "observation": row,
        "assignment": row.assignment,
        "revision": revision or row.assignment.requirement.what,
        "steps": list(revision.steps.all()) if revision else [],
        "form": form,
        "meaning": verbs.OBSERVE.signing_meaning(Observation),
        "digest": form.dialog.digest if form is not None and form.dialog else "",
        "signatures": manifestations(as_child(signature.record), [signature]) if signature else [],
    }
