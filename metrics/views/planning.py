from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents.models import Revision
from metrics import selectors, verbs
from metrics.models import Signal
from metrics.states import Alarm
from records.selectors import sees_kind
from ui.filters import filters_for
from ui.registry import page_of
from ui.scope import record_for
from ui.verbs import offered
from ui.views.plain import posted
from ui.views.records import crumbs, do_url

MOST_SIGNALS = 50


@login_required
@require_http_methods(["GET", "POST"])
def plan_part(request: HttpRequest, number: str, part: str, key: str, name: str) -> HttpResponse:
    """Change one row or failure mode of a draft of a control plan, or take it out."""
    page = page_of(Revision)
    revision = record_for(page, request.user, number)
    verb, held = verbs.of_part(part, name), selectors.part_of(revision, part, key)
    if verb is None or held is None:
        raise Http404(key)
    if not verb.is_allowed(request.user, revision):
        raise PermissionDenied
    begin = {"version": revision.version}
    form = verb.form(posted(request), record=held, user=request.user, verb=verb, initial=begin)
    if form.is_valid() and form.attempt(verb.service, revision, by=request.user, key=key):
        messages.success(request, _("Done: %(verb)s.") % {"verb": verb.label})
        return redirect(revision)
    context = {
        "record": revision,
        "verb": verb,
        "title": f"{verb.label}: {held}",
        "button": verb.label,
        "tone": verb.tone or "primary",
        "crumbs": [*crumbs(page), (revision.number, revision.get_absolute_url())],
        "form": form,
        "back": revision.get_absolute_url(),
        "is_possible": verb.is_possible(revision),
    }
    return render(request, "ui/verb.html", context, status=form.status if form.is_bound else 200)


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Signals that nobody has concluded, the worst first, each with what can be done about it."""
    if not sees_kind(request.user, Signal):
        raise PermissionDenied
    names = ("alarm", "status", "site", "owner")
    waiting = selectors.inbox(request.user, with_capas=bool(request.GET.get("status")))
    filters = filters_for(Signal, names)(request.GET, queryset=waiting, request=request)  # type: ignore[arg-type]
    found = list(filters.qs[: MOST_SIGNALS + 1])
    context = {
        "filters": filters,
        "is_filtered": any(request.GET.get(name) for name in names),
        "rows": [(signal, answers(signal, request.user)) for signal in found[:MOST_SIGNALS]],
        "more": len(found) > MOST_SIGNALS,
        "precision": selectors.precision(request.user),
    }
    return render(request, "metrics/inbox.html", context)


def answers(signal: Signal, user: Any) -> list[tuple[Any, str]]:
    """What the user can do about a signal now: label and address of each. One of "better" proposes a better level."""
    level, found = verbs.named("rebaseline"), _own_answers(signal, user)
    if signal.alarm == Alarm.BETTER and level.is_offered(signal.metric, user):
        found.append((level.label, do_url(signal.metric, level)))
    return found


def _own_answers(signal: Signal, user: Any) -> list[tuple[Any, str]]:
    return [(verb.title(Signal), do_url(signal, verb)) for verb in offered(page_of(Signal).verbs, signal, user)]
