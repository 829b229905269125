from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from evidence.refusals import Refused
from metrics import forms, permissions, selectors, services
from metrics.models import Metric
from records.selectors import sees_kind
from ui.views.plain import posted


@login_required
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """The values of a shift on one page; all are stored or none."""
    user: Any = request.user
    if not permissions.may_record_values(user):
        raise PermissionDenied
    place = forms.PlaceForm(request.GET or {"site": user.site.code if user.site else ""}, user=user)
    here = place.is_valid() and permissions.may_record_values(user, place.cleaned_data["site"])
    metrics = selectors.sheet(**_place(place)) if here else []
    today = timezone.localdate().isoformat()
    form = forms.SheetForm(posted(request), metrics=metrics, today=today)
    if form.is_valid() and _stored(request, form):
        return redirect(request.get_full_path())
    context = {"place": place, "form": form, "has_metrics": bool(metrics), "reads": sees_kind(user, Metric)}
    return render(request, "metrics/sheet.html", context, status=422 if form.is_bound else 200)


def _place(place: forms.PlaceForm) -> dict[str, Any]:
    return {name: place.cleaned_data[name] for name in ("site", "station", "shift")}


def _stored(request: HttpRequest, form: forms.SheetForm) -> bool:
    given = form.given()
    try:
        receipt = services.record_together(
            given, by=request.user, observed_at=form.cleaned_data["observed_at"], token=form.cleaned_data["token"]
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    if receipt.batch is None:
        form.tell(given, receipt.rows)
        return False
    n = receipt.stored
    stored = ngettext("%(n)d value stored.", "%(n)d values stored.", n) % {"n": n}
    messages.success(request, stored if n else _("These values were stored before."))
    return True
