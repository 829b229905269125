"""List pages: search, filters, sorting, keyset pages, exports of exactly the filtered set, look-ups."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from evidence import services as evidence
from people import selectors as people
from records import selectors
from records.models import Record
from ui import exports, listing
from ui.cells import heading, shown
from ui.filters import RecordFilters, filters_of, sort_of, sort_path
from ui.registry import Column, NotRegistered, RecordPage, page_of_plural
from ui.scope import records_of
from ui.templatetags.ui import badge

PAGING = ("after", "before")
LOOKUPS = 20
ANY = "unknown"  # how a choice of yes, no or either sends the last


@dataclass(frozen=True)
class Heading:
    """A column's head, and where a click on it leads."""

    label: str
    href: str
    direction: str
    column: Column


@dataclass(frozen=True)
class Chip:
    """An active filter, and the address of the list without it."""

    label: str
    value: str
    href: str


def address(query: QueryDict, **changes: str) -> str:
    """The list's address with changes; None or "" drops a parameter; paging always starts anew."""
    pairs = [(key, value) for key, values in query.lists() for value in values if value]
    kept = [(key, value) for key, value in pairs if key not in changes and key not in PAGING]
    return "?" + urlencode([*kept, *((key, value) for key, value in changes.items() if value)])


def headings(page: RecordPage, query: QueryDict) -> list[Heading]:
    current = query.get("sort") or page.sort
    return [_heading(page, column, query, current) for column in page.columns]


def _heading(page: RecordPage, column: Column, query: QueryDict, current: str) -> Heading:
    label = heading(page, column)
    if not sort_path(page, column):
        return Heading(label, "", "", column)
    direction = {column.key: "ascending", f"-{column.key}": "descending"}.get(current, "")
    following = f"-{column.key}" if direction == "ascending" else column.key
    return Heading(label, address(query, sort=following), direction, column)


def chips(filters: RecordFilters, query: QueryDict) -> list[Chip]:
    """The active filters in words."""
    found = []
    for name, field in filters.form.fields.items():
        given = [value for key in (name, f"{name}_after", f"{name}_before") for value in query.getlist(key)]
        values = [value for value in given if value not in ("", ANY)]
        if values and name != "q":
            choices = dict(getattr(field.widget, "choices", ())) if not hasattr(field, "queryset") else {}
            text = ", ".join(str(choices.get(value, value)) for value in values)
            gone = dict.fromkeys((name, f"{name}_after", f"{name}_before"), "")
            found.append(Chip(str(field.label), text, address(query, **gone)))
    return found


@lru_cache(maxsize=4096)
def status_badge(model: type[Any], status: str, language: str | None) -> SafeString:
    """The badge of a status, made once for each language."""
    return badge(model.machine.label(status), model.machine.tone(status))


def cell(column: Column, record: Any, url: str) -> str:
    """A cell's content, safe to be shown."""
    if column.name == "status":
        return status_badge(record.model, record.status, get_language())
    if column.picture:
        return conditional_escape(column.picture(record))
    text = conditional_escape(shown(column.value(record)))
    if column.name in ("number", "title"):
        return mark_safe(f'<a href="{url}">{text}</a>')  # noqa: S308  both are escaped
    return text


def table_body(page: RecordPage, records: list[Any]) -> SafeString:
    """The rows of a list; joined in Python, because a template takes longer over them than over all the rest."""
    columns = [(format_html('<td class="{}">', css_of(column)), column) for column in page.columns]
    rows = []
    for record in records:
        url = conditional_escape(record.get_absolute_url())
        rows.append("".join(f"{begin}{cell(column, record, url)}</td>" for begin, column in columns))
    return format_html_join("\n", "<tr>{}</tr>", ((mark_safe(row),) for row in rows))  # noqa: S308  escaped by cell


CSS = {"number": "hf-key", "title": "hf-main"}


def css_of(column: Column) -> str:
    names = [CSS.get(column.key, ""), "hf-end" if column.end else ""]
    if column.key not in ("number", "title", "status") and not column.phone:
        names.append("hf-spare")
    return " ".join(name for name in names if name)


def filtered(request: HttpRequest, page: RecordPage) -> RecordFilters:
    return filters_of(page, request.GET, records_of(page, request.user), request)


@login_required
@require_safe
def record_list(request: HttpRequest, page: RecordPage) -> HttpResponse:
    """The list of a kind. The fields that narrow it come when they are asked for, or are in use: they take longer than
    the rows."""
    filters = filtered(request, page)
    if "filter-fields" in request.GET:
        return render(request, "ui/_filter_fields.html", {"filters": filters})
    sort = sort_of(page, request.GET)
    cursors = {name: request.GET.get(name, "") for name in PAGING}
    try:
        found = listing.window(filters.qs, sort, **cursors)
    except listing.BadCursor:
        return redirect(page.url + address(request.GET))
    active = chips(filters, request.GET)
    context = {
        "page": page,
        "filters": filters,
        "shows_fields": active or filters.form.errors,
        "window": found,
        "body": table_body(page, found.rows),
        "headings": [(head, css_of(head.column)) for head in headings(page, request.GET)],
        "chips": active,
        "before": address(request.GET, before=found.before),
        "after": address(request.GET, after=found.after),
        "query": address(request.GET),
        "may_create": bool(page.create and page.create.is_allowed(request.user, None)),
        "create_label": page.create.title(page.model) if page.create else "",
    }
    return render(request, "ui/list.html", context)


@login_required
@require_safe
def export_csv(request: HttpRequest, page: RecordPage) -> StreamingHttpResponse:
    """The filtered set as CSV."""
    rows = _ordered(request, page)
    _note_copy(request, page, "CSV")
    response = StreamingHttpResponse(
        exports.csv_pieces(exports.table(page, rows)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{_file_name(page)}.csv"'
    return response


@login_required
@require_safe
def export_xlsx(request: HttpRequest, page: RecordPage) -> FileResponse:
    """The filtered set as a workbook."""
    rows = _ordered(request, page)
    _note_copy(request, page, "XLSX")
    file = exports.xlsx_file(exports.table(page, rows), str(page.nouns))
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{_file_name(page)}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def _note_copy(request: HttpRequest, page: RecordPage, kind: str) -> None:
    """Whoever takes a list away is named for it."""
    what = f"{page.nouns} ({kind}) {request.GET.urlencode()}".strip()[:500]
    evidence.record_copy(request.user, by=request.user, what=what)  # type: ignore[arg-type]


def _ordered(request: HttpRequest, page: RecordPage) -> QuerySet[Any]:
    filters = filtered(request, page)
    if not filters.is_valid():
        raise Http404("These filters are not valid.")
    return filters.qs.order_by(*sort_of(page, request.GET).ordering(backwards=False))


def _file_name(page: RecordPage) -> str:
    return f"{page.plural}-{timezone.localdate():%Y-%m-%d}"


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Records of every kind; a whole number leads straight to its record."""
    words = request.GET.get("q", "").strip()
    exact = selectors.visible(Record, request.user).filter(number__iexact=words).first() if words else None
    if exact is not None:
        return redirect(exact)
    found = list(selectors.search(request.user, words, most=100)) if words else []
    return render(request, "ui/search.html", {"words": words, "found": found})


@login_required
@require_safe
def lookup(request: HttpRequest, plural: str) -> JsonResponse:
    """Suggestions for a field that takes a record's number, or a user name under `people`."""
    words = request.GET.get("q", "").strip()
    finder = _people if plural == "people" else _records
    return JsonResponse({"results": finder(request.user, plural, words)})


def _people(user: Any, plural: str, words: str) -> list[dict[str, str]]:
    found = people.visible_people(user).filter(Q(full_name__icontains=words) | Q(username__istartswith=words))
    return [{"value": person.username, "text": person.full_name} for person in found[:LOOKUPS]]


def _records(user: Any, plural: str, words: str) -> list[dict[str, str]]:
    seen = selectors.visible(_model(plural), user).order_by("-pk")
    found = selectors.matching(seen, words) if words else seen
    return [{"value": record.number, "text": str(record)} for record in found[:LOOKUPS]]


def _model(plural: str) -> type[Any]:
    if plural == "records":
        return Record
    try:
        return page_of_plural(plural).model
    except NotRegistered:
        raise Http404(plural) from None
