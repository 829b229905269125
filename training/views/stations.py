"""Stations: what they need, and who may run them now. Read from a tablet at arm's length."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evidence.refusals import Refused
from people.models import Station
from people.selectors import visible_shifts, visible_stations
from training import permissions, selectors, services, verbs
from training.forms.narrowing import ShiftFilter
from training.models import StationNeed
from ui.views.plain import posted, show_verb


def station_for(request: HttpRequest, key: int) -> Station:
    """One that the user sees. Raises Http404."""
    return get_object_or_404(visible_stations(request.user), pk=key)  # type: ignore[arg-type]


@login_required
@require_safe
def stations(request: HttpRequest) -> HttpResponse:
    """All stations with the people that each shift has and needs; those at risk first."""
    rows = visible_stations(request.user)  # type: ignore[arg-type]
    found = selectors.coverage(rows, on=timezone.localdate())
    covered = {one.station.pk for one in found}
    context = {
        "coverage": sorted(found, key=lambda one: (not one.is_at_risk, str(one.station))),
        "others": [station for station in rows if station.pk not in covered],
    }
    return render(request, "training/stations.html", context)


@login_required
@require_safe
def station(request: HttpRequest, key: int) -> HttpResponse:
    """Who may run this station now, who nearly may, and what everybody else lacks."""
    chosen = station_for(request, key)
    shown = ShiftFilter(request.GET or {}, user=request.user)
    now = selectors.shift_now(chosen.site, at=timezone.now())
    asked = request.GET.get("shift")
    shift = (now.name if now else "") if asked is None else str(shown.value("shift") or "")
    on = shown.value("on") or timezone.localdate()
    context = {
        "station": chosen,
        "found": selectors.at_station(chosen, on=on, shift=shift),
        "shifts": visible_shifts(request.user).filter(site=chosen.site),  # type: ignore[arg-type]
        "shift": shift,
        "is_now": now is not None and now.name == shift,
        "on": on,
        "may_set": permissions.may_set_needs(request.user, chosen),  # type: ignore[arg-type]
    }
    return render(request, "training/station.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add_need(request: HttpRequest, key: int) -> HttpResponse:
    """Say what the station needs."""
    chosen, verb = station_for(request, key), verbs.NEED
    if not verb.is_allowed(request.user, chosen):
        raise PermissionDenied
    form = verb.form(posted(request), user=request.user, verb=verb)
    if form.is_bound and form.is_valid() and form.attempt(verb.service, chosen, by=request.user):
        return redirect("training:station", key)
    return show_verb(request, verb, form, back=f"/training/stations/{key}/", about=chosen)


@login_required
@require_POST
def end_need(request: HttpRequest, key: UUID) -> HttpResponse:
    """The station needs it no more, from today."""
    need = get_object_or_404(
        StationNeed.objects.select_related("station").filter(station__in=visible_stations(request.user)),  # type: ignore[arg-type]
        uuid=key,
    )
    if not permissions.may_set_needs(request.user, need.station):  # type: ignore[arg-type]
        raise PermissionDenied
    try:
        services.end_need(need, by=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("training:station", need.station_id)
