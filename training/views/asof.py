"""On that day, at that station: what was in effect, and who was qualified."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.selectors import visible_stations
from training import permissions, selectors
from training.forms.narrowing import WhenFilters
from ui.views.prints import answer


def then(user: Any, filters: WhenFilters, on: date) -> dict[str, Any]:
    """What was so on that day, of what was asked for first: a station, a document or a person."""
    if station := filters.value("station"):
        found, standards = selectors.station_on(station, on=on)
        return {"station": station, "found": found, "standards": standards}
    if document := filters.value("document"):
        return {"standard": selectors.standard_on(document, on=on)}
    if person := filters.value("person"):
        return {"then": selectors.person_on(person, user, list(visible_stations(user)), on=on)}
    return {}


def _context(request: HttpRequest) -> dict[str, Any]:
    if not permissions.may_see_matrix(request.user):  # type: ignore[arg-type]
        raise PermissionDenied
    today = timezone.localdate()
    filters = WhenFilters({"on": today.isoformat(), **request.GET.dict()}, user=request.user)
    on = filters.day(today)
    return {"filters": filters, "on": on, "query": request.GET.urlencode(), **then(request.user, filters, on)}


@login_required
@require_safe
def as_of(request: HttpRequest) -> HttpResponse:
    return render(request, "training/as_of.html", _context(request))


@login_required
@require_safe
def as_of_pdf(request: HttpRequest) -> HttpResponse:
    context = {**_context(request), "printed": timezone.now(), "printed_by": request.user}
    return answer(request, "training/pdf/as_of.html", context, f"as-of-{context['on']}.pdf")
