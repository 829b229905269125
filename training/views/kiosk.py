"""The shared tablet: enrolling it, coming to it with a badge or a PIN, choosing a PIN, leaving it."""

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence.context import acting
from evidence.refusals import Refused
from people import permissions, selectors, services
from people.models import Kiosk, KioskSession, User
from people.selectors import system_user
from people.states import Outcome
from training import forms
from training import selectors as training
from training import services as trainings
from training.views.standing import (
    YEARS,
    has_first_pin,
    leave,
    person_cookie,
    set_cookie,
    show,
    standing_at,
    standing_at_all,
    tablet_cookie,
    tablet_only,
)
from ui.views.plain import posted


@require_GET
@tablet_only
def home(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """The first screen: the station, its standards by title, and a field that waits for a badge."""
    if standing_at(request):
        return redirect("training:kiosk-mine")
    return _home(request, kiosk, standard=request.GET.get("standard", "")[:40])


def _home(request: HttpRequest, kiosk: Kiosk, *, standard: str = "", error: str = "") -> HttpResponse:
    standards = list(training.standards_here(kiosk.station))
    chosen = next((one for one in standards if one.document.number == standard), None)
    context = {"station": kiosk.station, "standards": standards, "chosen": chosen, "error": error}
    return render(request, "training/kiosk/home.html", context, status=422 if error else 200)


@require_GET
@tablet_only
def scanned(request: HttpRequest, kiosk: Kiosk, number: str) -> HttpResponse:
    """The code of a standard was scanned: whoever comes next begins with it."""
    return redirect(f"/kiosk/?standard={number}")


@require_GET
@tablet_only
def names(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """Without a badge: the own name and the PIN."""
    return _names(request, kiosk)


def _names(request: HttpRequest, kiosk: Kiosk, *, error: str = "") -> HttpResponse:
    crew = list(selectors.crew_of(kiosk.station, on=timezone.localdate())[:60])
    given = request.POST if request.method == "POST" else request.GET
    context = {
        "station": kiosk.station,
        "crew": crew,
        "chosen": given.get("username", "")[:60],
        "standard": given.get("standard", "")[:40],
        "error": error,
    }
    return render(request, "training/kiosk/names.html", context, status=422 if error else 200)


@require_POST
@tablet_only
def come(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """Somebody comes: by a badge, or by name and PIN."""
    badge, username = request.POST.get("badge", "").strip()[:40], request.POST.get("username", "").strip()[:60]
    known = selectors.people_at(kiosk.station)
    if badge:
        person = known.filter(badge=badge).first()
        if person is None:
            error = _("This badge is not known here. Pick your name, or tell your supervisor.")
            return _home(request, kiosk, standard=request.POST.get("standard", "")[:40], error=error)
        return _arrive(request, kiosk, person, how="badge")
    person = known.filter(username__iexact=username).first() if username else None
    try:
        right = _is_pin(request, person, request.POST.get("pin", ""))
    except Refused as refused:
        return _names(request, kiosk, error=refused.message)
    if person is None or not right:
        return _names(request, kiosk, error=_("Name or PIN is not right."))
    return _arrive(request, kiosk, person, how="name and PIN")


def _is_pin(request: HttpRequest, person: User | None, pin: str) -> bool:
    """Counted before it is looked at. Raises Refused("pin-locked") after too many wrong ones."""
    if person is None:
        return False
    system = system_user()
    attempt = services.begin_pin(person, by=system, address=request.META.get("REMOTE_ADDR", ""))
    if attempt.outcome == Outcome.REFUSED:
        services.tell_failed(attempt, person, by=system, note="PIN")
        raise Refused(
            _("Too many wrong PINs. Wait a quarter of an hour, or ask your supervisor for a new one."),
            code="pin-locked",
        )
    if not selectors.pin_is_right(person, pin):
        services.tell_failed(attempt, person, by=system, note="PIN")
        return False
    services.conclude_attempt(attempt, by=system)
    return True


def _arrive(request: HttpRequest, kiosk: Kiosk, person: User, *, how: str) -> HttpResponse:
    with acting(person):
        standing, secret = services.begin_kiosk_session(kiosk, person, by=person, how=how)
        response = redirect(_first_screen(request, standing, person))
    set_cookie(response, person_cookie(), secret, seconds=24 * 3600)  # the server knows when it is over
    return response


def _first_screen(request: HttpRequest, standing: KioskSession, person: User) -> Any:
    """A PIN of one's own first; then the standard whose code was scanned; else the list."""
    if has_first_pin(person):
        return "training:kiosk-pin"
    wanted = training.open_of_document(person, request.POST.get("standard", "")[:40])
    if wanted is None:
        return "training:kiosk-mine"
    try:
        return f"/kiosk/read/{trainings.begin_reading(wanted, by=person, kiosk=standing.kiosk).uuid}/"
    except Refused:
        return "training:kiosk-mine"


@require_http_methods(["GET", "POST"])
@standing_at_all
def pin(request: HttpRequest, standing: KioskSession) -> HttpResponse:
    """Choose the own PIN, knowing the one before."""
    person, form = standing.person, forms.NewPinForm(posted(request))
    if form.is_bound and form.is_valid() and _chosen(request, person, form):
        return redirect("training:kiosk-mine")
    return show(
        request,
        standing,
        "pin",
        {"form": form, "is_first": has_first_pin(person)},
        status=422 if form.is_bound else 200,
    )


def _chosen(request: HttpRequest, person: User, form: forms.NewPinForm) -> bool:
    try:
        if not _is_pin(request, person, form.cleaned_data["before"]):
            form.add_error("before", _("This is not your PIN."))
            return False
        services.choose_pin(person, by=person, pin=form.cleaned_data["pin"])
    except Refused as refused:
        form.add_error(None, refused.message)
        return False
    return True


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Leave the tablet. Nothing of it is in the next one's way."""
    standing = standing_at(request)
    if standing:
        services.end_kiosk_session(standing, by=standing.person)
    return leave()


@require_POST
@standing_at_all
def alive(request: HttpRequest, standing: KioskSession) -> HttpResponse:
    """Somebody touched the screen."""
    return HttpResponse(status=204)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Make this browser the shared tablet of a station; the supervisor's own session ends with it."""
    if not permissions.may_enrol_kiosk(request.user):
        raise PermissionDenied
    form = forms.EnrolForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        station = form.cleaned_data["station"]
        if permissions.may_enrol_kiosk(request.user, station.site_id):
            _kiosk, secret = services.enrol_kiosk(station, by=request.user, name=form.cleaned_data["name"])
            logout(request)
            response = redirect("training:kiosk")
            set_cookie(response, tablet_cookie(), secret, YEARS)
            return response
        form.add_error(None, _("You may not do this at that site."))
    return render(request, "training/kiosk/enrol.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_GET
def kiosks(request: HttpRequest) -> HttpResponse:
    """The shared tablets of one's sites."""
    if not permissions.may_enrol_kiosk(request.user):
        raise PermissionDenied
    rows = [
        (row, row.revoked_at is None and permissions.may_enrol_kiosk(request.user, row.station.site_id))
        for row in selectors.kiosks_seen_by(request.user)[:200]
    ]
    return render(request, "training/kiosks.html", {"rows": rows})


@login_required
@require_GET
def sheet(request: HttpRequest, key: Any) -> HttpResponse:
    """To hang up at the station: a code for each of its standards, which the tablet scans."""
    kiosk = get_object_or_404(selectors.kiosks_seen_by(request.user), uuid=key)
    if not permissions.may_enrol_kiosk(request.user, kiosk.station.site_id):
        raise PermissionDenied
    rows = [
        (one, segno.make(f"{settings.BASE_URL.rstrip('/')}/kiosk/d/{one.document.number}/").svg_data_uri(scale=4))
        for one in training.standards_here(kiosk.station)
    ]
    return render(request, "training/kiosk_sheet.html", {"station": kiosk.station, "rows": rows})


@login_required
@require_POST
def revoke(request: HttpRequest, key: Any) -> HttpResponse:
    """A tablet is lost, or stands elsewhere now."""
    kiosk = get_object_or_404(selectors.kiosks_seen_by(request.user), uuid=key)
    if not permissions.may_enrol_kiosk(request.user, kiosk.station.site_id):
        raise PermissionDenied
    try:
        services.revoke_kiosk(kiosk, by=request.user)
        messages.success(request, _("The tablet was revoked."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("training:kiosks")
