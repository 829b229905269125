"""What verifying the ledger found, and what was done about it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from records import permissions, selectors
from records import services as records
from ui.forms.parts import HandleForm
from ui.views.records import refuse_unless

MOST = 200


@login_required
@require_safe
def integrity(request: HttpRequest) -> HttpResponse:
    """Faults of the records that one sees, those that are open on top."""
    return _show(request)


@login_required
@require_POST
def handle(request: HttpRequest, key: int) -> HttpResponse:
    """Say what was done about a fault."""
    fault = get_object_or_404(selectors.visible_faults(request.user), pk=key)  # type: ignore[arg-type]
    refuse_unless(permissions.may_handle_fault(request.user, fault))  # type: ignore[arg-type]
    form = HandleForm(request.POST, user=request.user, prefix=f"fault-{key}")
    if form.is_valid() and form.attempt(records.handle_fault, fault, by=request.user):
        messages.success(request, _("Noted."))
        return redirect("ui:integrity")
    return _show(request, {key: form})


def _show(request: HttpRequest, forms: dict[int, Any] | None = None) -> HttpResponse:
    user: Any = request.user
    refuse_unless(permissions.may_see_faults(user))
    rows = []
    for fault in selectors.visible_faults(user).order_by(F("handled_at").asc(nulls_first=True), "-found_at")[:MOST]:
        may = fault.handled_at is None and permissions.may_handle_fault(user, fault)
        blank = HandleForm(user=user, prefix=f"fault-{fault.pk}") if may else None
        rows.append({"fault": fault, "form": (forms or {}).get(fault.pk, blank)})
    return render(request, "ui/integrity.html", {"rows": rows}, status=422 if forms else 200)
