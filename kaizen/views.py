from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kaizen import selectors, verbs
from kaizen.models import Gain, SustainmentCheck
from records.selectors import visible
from ui.views.plain import posted


@login_required
@require_GET
def this_year(request: HttpRequest) -> HttpResponse:
    """The gains of the current year."""
    return redirect("kaizen:year-of", year=timezone.localdate().year)


@login_required
@require_GET
def year(request: HttpRequest, year: int) -> HttpResponse:
    """What has improved in a year, is it still holding, and how do we know."""
    today = timezone.localdate()
    if not selectors.FIRST_YEAR <= year <= today.year + 1:
        raise Http404
    rows = selectors.year_of_gains(request.user, year=year, on=today)
    context = {
        "year": year,
        "before": year - 1,
        "after": year + 1 if year < today.year else None,
        "rows": rows,
        "summary": selectors.summary_of(rows),
    }
    return render(request, "kaizen/year.html", context)


def _check(request: HttpRequest, key: UUID) -> SustainmentCheck:
    gains = visible(Gain, request.user).values("pk")
    return get_object_or_404(selectors.checks().filter(gain__in=gains), uuid=key)


@login_required
def check(request: HttpRequest, key: UUID) -> HttpResponse:
    """One sustainment check: what the records say, and the answer."""
    found = _check(request, key)
    verb = verbs.CHECK[0]
    if request.method == "POST" and not verb.is_allowed(request.user, found):
        raise PermissionDenied
    form = verb.form(posted(request), record=found, user=request.user, verb=verb)
    if request.method == "POST" and form.is_valid() and form.attempt(verb.service, found, by=request.user):
        return redirect(found.gain)
    context = {
        "check": found,
        "gain": found.gain,
        "locks": selectors.locks_of(found.gain, on=timezone.localdate()),
        "opens_on": selectors.opens_on(found, timezone.localdate()) if not form.is_bound else None,
        "form": form if verb.is_offered(found, request.user) else None,
    }
    return render(request, "kaizen/check.html", context, status=form.status if form.is_bound else 200)
