"""The trail of all changes: filtered, exported, printed."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits import permissions, selectors
from audits.forms import TrailForm
from evidence import services as evidence
from ui.exports import csv_pieces
from ui.views.prints import answer

PAGE = 50
HEADINGS = ("entry", "at", "by", "login", "record", "what", "did", "field", "old", "new", "reason", "request")


def _asked(request: HttpRequest) -> tuple[TrailForm, selectors.Query]:
    """The filter and what it asks for. Raises PermissionDenied for whoever reads no trail at all."""
    if not permissions.may_read_trail(request.user):
        raise PermissionDenied
    form = TrailForm(request.GET, user=request.user)
    if not form.is_valid():
        return form, selectors.Query(frozenset(), everywhere=False)
    return form, selectors.Query(*permissions.trail_sites(request.user), **form.facts)


def _copied(request: HttpRequest, what: str) -> tuple[TrailForm, selectors.Query]:
    """The same for a copy that is taken away, which is noted. A filter that cannot be is no empty trail: BadRequest."""
    form, query = _asked(request)
    if not form.is_valid():
        raise BadRequest("This filter cannot be.")
    evidence.record_copy(request.user, by=request.user, what=what)  # type: ignore[arg-type]
    return form, query


@login_required
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Who changed what, field by field, newest first."""
    form, query = _asked(request)
    found = selectors.entries(query, before=form.cleaned_data.get("before"), most=PAGE + 1)
    shown = selectors.marked(found[:PAGE])
    given = {name: value for name, value in request.GET.items() if value and name != "before"}
    context = {
        "form": form,
        "entries": shown,
        "is_filtered": bool(given),
        "query": urlencode(given),
        "older": urlencode({**given, "before": shown[-1].id}) if len(found) > PAGE else "",
        "may_review": permissions.may_begin_review(request.user),
    }
    return render(request, "audits/trail.html", context)


def lines(found: list[selectors.Entry]) -> Iterator[list[Any]]:
    """One line for each field of each entry."""
    for entry in found:
        facts = [entry.id, entry.at.isoformat(), entry.who, entry.login, entry.record.number if entry.record else "",
                 entry.what, entry.op]  # fmt: skip
        for value in entry.fields or [selectors.FieldValue("", "", "", "")]:
            yield [*facts, value.name, value.old, value.new, entry.reason, entry.request]


def _all_lines(query: selectors.Query) -> Iterator[list[Any]]:
    yield list(HEADINGS)
    before: int | None = None
    while found := selectors.entries(query, before=before, most=1_000):
        yield from lines(found)
        before = found[-1].id


@login_required
@require_safe
def export_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered trail, all of it, a line for each field."""
    _form, query = _copied(request, _("trail as CSV"))
    response = StreamingHttpResponse(csv_pieces(_all_lines(query)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="trail-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


@login_required
@require_safe
def print_pdf(request: HttpRequest) -> HttpResponse:
    """The filtered trail on paper; what is longer than a thousand entries must be narrowed first."""
    form, query = _copied(request, _("trail as PDF"))
    count, _last = selectors.entry_count(query)
    if count > selectors.MOST_PRINTED:
        return render(
            request, "audits/trail_too_long.html", {"count": count, "most": selectors.MOST_PRINTED}, status=409
        )
    context = {
        "entries": selectors.marked(selectors.entries(query, most=selectors.MOST_PRINTED)),
        "form": form,
        "printed": timezone.now(),
        "printed_by": request.user,
    }
    return answer(request, "audits/pdf/trail.html", context, f"trail-{timezone.localdate():%Y-%m-%d}.pdf")
