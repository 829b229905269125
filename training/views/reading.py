"""The operator's path at a shared tablet: my standards, what changed, questions, sign."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence.refusals import Refused
from people.models import KioskSession
from records.models import Attachment
from records.states import Meaning
from training import forms, permissions, selectors, services, verbs
from training.models import Attempt, Reading
from training.views.standing import dialog_at, show, standing_only
from ui.views.plain import posted

LANGUAGE_NAMES = {
    "en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "it": "Italiano", "pl": "Polski",
    "pt": "Português", "cs": "Čeština", "tr": "Türkçe", "ro": "Română", "uk": "Українська", "hu": "Magyar",
}  # fmt: skip


@require_GET
@standing_only
def mine(request: HttpRequest, standing: KioskSession) -> HttpResponse:
    """What I have to do: at this station first."""
    person, today = standing.person, timezone.localdate()
    context = {
        "rows": selectors.waiting_at(person, standing.kiosk.station),
        "today": today,
        "may_assess": permissions.may_assess_anybody(person),
        "has_pin": getattr(person, "pin", None) is not None,
    }
    return show(request, standing, "mine", context)


@require_POST
@standing_only
def begin(request: HttpRequest, standing: KioskSession, key: UUID) -> HttpResponse:
    """Open a standard, or go on with it."""
    person = standing.person
    assignment = get_object_or_404(selectors.open_assignments(person), uuid=key)
    try:
        reading = services.begin_reading(assignment, by=person, kiosk=standing.kiosk)
    except Refused as refused:
        return show(request, standing, "refused", {"message": refused.message}, status=409)
    return _onward(reading)


def _onward(reading: Reading) -> HttpResponse:
    return redirect("training:kiosk-read", reading.uuid)


def _mine(standing: KioskSession, key: UUID) -> Reading:
    reading = selectors.reading_of(standing.person, key)
    if reading is None:
        raise Http404
    return reading


@require_GET
@standing_only
def read(request: HttpRequest, standing: KioskSession, key: UUID) -> HttpResponse:
    """One screen: a step that changed, old beside new."""
    reading = _mine(standing, key)
    found = selectors.stage(reading)
    if found != "read":
        return redirect(f"training:kiosk-{found}", reading.uuid)
    screen = _with_photos(reading, reading.screens[reading.place])
    known = selectors.languages_of(reading.revision)
    context = {
        "reading": reading,
        "revision": reading.revision,
        "screen": screen,
        "no": reading.place + 1,
        "count": len(reading.screens),
        "is_last": reading.place + 1 == len(reading.screens),
        "languages": [(code, LANGUAGE_NAMES.get(code, code.upper())) for code in known] if len(known) > 1 else [],
    }
    return show(request, standing, "read", context)


def _with_photos(reading: Reading, screen: dict[str, Any]) -> dict[str, Any]:
    """Where the tablet gets the photos of a step: it is no login, so it has addresses of its own."""
    urls = {
        f"{name}_url": reverse("training:kiosk-photo", args=[reading.uuid, screen[name]])
        for name in ("photo", "photo_before")
        if screen.get(name)
    }
    return {**screen, **urls}


@require_POST
@standing_only
def turn(request: HttpRequest, standing: KioskSession, key: UUID, way: str) -> HttpResponse:
    """On, back, all of it, another language. `place` says from which screen, so that a repeat changes nothing."""
    reading, person = _mine(standing, key), standing.person
    given = request.POST.get("place", "")
    place = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else -1
    if way == "on":
        services.turn_page(reading, by=person, place=place)
    elif way == "back":
        services.turn_back(reading, by=person, place=place)
    elif way == "all":
        services.show_otherwise(reading, by=person, is_whole=not reading.is_whole)
    elif way == "language":
        services.show_otherwise(reading, by=person, language=request.POST.get("language", "")[:8])
    else:
        raise Http404
    return _onward(reading)


@require_http_methods(["GET", "POST"])
@standing_only
def quiz(request: HttpRequest, standing: KioskSession, key: UUID) -> HttpResponse:
    """One to three questions about what changed."""
    reading = _mine(standing, key)
    if request.method == "POST":
        return _answer(request, standing, reading)
    if selectors.stage(reading) != "quiz":
        return _onward(reading)
    attempt = selectors.tried(reading)  # whoever comes back sees what was wrong, and is not asked the same for nothing
    return _tell(request, standing, reading, attempt) if attempt else _ask(request, standing, reading)


def _ask(request: HttpRequest, standing: KioskSession, reading: Reading, error: str = "") -> HttpResponse:
    context = {
        "reading": reading,
        "revision": reading.revision,
        "draw": reading.draw["uuid"],
        "questions": selectors.without_answers(reading.draw["questions"]),
        "is_needed": selectors.needs_quiz(reading.assignment),
        "error": error,
    }
    return show(request, standing, "quiz", context, status=422 if error else 200)


def _answer(request: HttpRequest, standing: KioskSession, reading: Reading) -> HttpResponse:
    person = standing.person
    try:
        if request.POST.get("do") == "again":
            return _onward(services.ask_again(reading, by=person))
        if request.POST.get("do") == "leave-out":
            return _onward(services.leave_out(reading, by=person))
        draw, answers = forms.answers_of(request.POST)
        attempt = services.answer(reading, by=person, draw=draw, answers=answers)
        if attempt.right == attempt.asked:
            return redirect("training:kiosk-sign", reading.uuid)  # one press less; what was right is said there
    except Refused as refused:
        if selectors.stage(reading) == "quiz" and refused.code == "answers-missing":
            return _ask(request, standing, reading, refused.message)
        return show(request, standing, "refused", {"message": refused.message, "reading": reading}, status=409)
    return _tell(request, standing, reading, attempt)


def _tell(request: HttpRequest, standing: KioskSession, reading: Reading, attempt: Attempt) -> HttpResponse:
    """What was right, and why."""
    context = {
        "reading": reading,
        "revision": reading.revision,
        "attempt": attempt,
        "is_needed": selectors.needs_quiz(reading.assignment),
    }
    return show(request, standing, "answered", context)


@require_http_methods(["GET", "POST"])
@standing_only
def sign(request: HttpRequest, standing: KioskSession, key: UUID) -> HttpResponse:
    """Badge or name, and PIN: the signature."""
    reading = _mine(standing, key)
    if selectors.stage(reading) != "sign":
        return redirect(f"training:kiosk-{selectors.stage(reading)}", reading.uuid)
    assignment, person = reading.assignment, standing.person
    assignment.revision, assignment.person = reading.revision, person
    practised = selectors.is_practised(assignment)
    verb, service = (verbs.CONFIRM, services.confirm_read) if practised else (verbs.ACKNOWLEDGE, services.acknowledge)
    dialog, sent = dialog_at(request, standing), posted(request)
    if sent is None:
        dialog = dialog.shown(assignment, by=person, meaning=Meaning.ACKNOWLEDGED)
    form = forms.SignHereForm(sent, record=assignment, user=person, verb=verb, dialog=dialog)
    if form.is_bound and form.is_valid() and form.attempt(service, assignment, by=person, reading=reading):
        return redirect("training:kiosk-done", reading.uuid)
    if form.is_bound:
        reading = _mine(standing, key)
        if reading.ended_at:  # the answer to the first try was lost on its way
            return redirect("training:kiosk-done", reading.uuid)
        form.show_again(assignment, dialog.shown(assignment, by=person, meaning=Meaning.ACKNOWLEDGED))
    context = {
        "reading": reading,
        "revision": reading.revision,
        "form": form,
        "digest": form.dialog.digest if form.dialog else "",
        "statement": services.STATEMENT,
        "is_practised": practised,
    }
    return show(request, standing, "sign", context, status=form.status if form.is_bound else 200)


@require_GET
@standing_only
def done(request: HttpRequest, standing: KioskSession, key: UUID) -> HttpResponse:
    """Signed; and what waits next."""
    reading = _mine(standing, key)
    if reading.ended_at is None:
        return _onward(reading)
    rows = [row for row in selectors.waiting_at(standing.person, standing.kiosk.station) if not row.is_read]
    context = {
        "reading": reading,
        "revision": reading.revision,
        "rows": rows[:1],
        "more": max(len(rows) - 1, 0),
        "is_practised": selectors.is_practised(reading.assignment),
    }
    return show(request, standing, "done", context)


@require_GET
@standing_only
def photo(request: HttpRequest, standing: KioskSession, key: UUID, digest: str) -> HttpResponseBase:
    """A photo of a step that is shown in one's own reading."""
    reading = _mine(standing, key)
    shown = {screen.get(name) for screen in reading.screens for name in ("photo", "photo_before")}
    of = [reading.revision_id, reading.since_id]
    found = Attachment.objects.filter(record__in=[pk for pk in of if pk], sha256=digest).first()
    if digest not in shown or found is None or not found.content_type.startswith("image/"):
        raise Http404
    return FileResponse(found.file.open("rb"), content_type=found.content_type)


@require_GET
@standing_only
def to_assess(request: HttpRequest, standing: KioskSession) -> HttpResponse:
    """For an assessor: who waits to show what."""
    rows = selectors.to_assess(selectors.waiting_for_assessor(), standing.kiosk.station)
    return show(
        request, standing, "to_assess", {"rows": [row for row in rows if permissions.may_assess(standing.person, row)]}
    )


@require_http_methods(["GET", "POST"])
@standing_only
def assess(request: HttpRequest, standing: KioskSession, key: UUID) -> HttpResponse:
    """The assessor's checklist, item by item, and the signature below it."""
    assignment = selectors.waiting_for_assessor().filter(uuid=key).first()
    if assignment is None:
        get_object_or_404(selectors.assessments(), assignment__uuid=key, assessor=standing.person, result="passed")
        return redirect("training:kiosk-assess-list")  # the answer to the first try was lost on its way
    if not permissions.may_assess(standing.person, assignment):
        raise PermissionDenied
    form = forms.practical_form(assignment, request, standing.person, dialog_at(request, standing))
    if form.is_bound and form.is_valid() and form.judge(by=standing.person, kiosk=standing.kiosk):
        return redirect("training:kiosk-assess-list")
    if form.is_bound:
        form.show_again(assignment, form.dialog.shown(assignment, by=standing.person, meaning=Meaning.VERIFIED))
    context = {"assignment": assignment, "form": form}
    return show(request, standing, "assess", context, status=form.status if form.is_bound else 200)
