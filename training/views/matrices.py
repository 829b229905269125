"""The matrices: people × standards and people × skills, on the page and as files of exactly what it shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from documents.models import Document
from evidence.refusals import Refused
from people.models import User
from people.selectors import visible_people
from records.selectors import visible
from training import permissions, selectors, services
from training.forms.narrowing import HowForm, MatrixFilters
from training.models import Skill
from training.selectors import MatrixRow
from training.states import Level
from ui import exports
from ui.views.prints import answer

PEOPLE_A_PAGE = 50
MOST_COLUMNS = 300
MOST_PRINTED = 1000
COLUMNS_A_SHEET = 18
STANDARDS, SKILLS = "standards", "skills"


@dataclass(frozen=True)
class Chosen:
    """One matrix as it is narrowed down for one user."""

    kind: str
    filters: MatrixFilters
    people: QuerySet[User]
    columns: Sequence[Document | Skill]
    today: date

    def rows(self, people: Any) -> list[MatrixRow]:
        if self.kind == SKILLS:
            return selectors.skill_matrix(people, self.columns, on=self.today)  # type: ignore[arg-type]
        return selectors.matrix(people, self.columns, on=self.today)  # type: ignore[arg-type]

    @property
    def title(self) -> str:
        return _("Skills matrix") if self.kind == SKILLS else _("Training matrix")


def _chosen(request: HttpRequest, kind: str) -> Chosen:
    user: Any = request.user
    if not permissions.may_see_matrix(user):
        raise PermissionDenied
    today, filters = timezone.localdate(), MatrixFilters(request.GET or {}, user=user)
    narrowed = filters.narrowed
    of: Any = selectors.skills_of if kind == SKILLS else selectors.documents_of
    columns = list(of(user, narrowed, on=today)[:MOST_COLUMNS])
    return Chosen(kind, filters, selectors.people_of(user, narrowed, on=today), columns, today)


@login_required
@require_safe
def matrix(request: HttpRequest, kind: str = STANDARDS) -> HttpResponse:
    """Fifty people a page, with what each station has and needs."""
    chosen = _chosen(request, kind)
    page = Paginator(chosen.people, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    rows = chosen.rows(page.object_list)
    stations = selectors.stations_of(request.user, chosen.filters.narrowed)  # type: ignore[arg-type]
    query = request.GET.copy()
    query.pop("page", None)
    coverage = selectors.coverage(stations, on=chosen.today, shift=chosen.filters.narrowed.shift)
    context = {
        "kind": kind,
        "levels": list(Level),
        "title": chosen.title,
        "filters": chosen.filters,
        "columns": chosen.columns,
        "rows": rows,
        "page": page,
        "query": f"?{query.urlencode()}" if query else "?",
        "coverage": coverage,
        "at_risk": sum(one.is_at_risk for one in coverage),
        "able": [selectors.able(rows, place) for place in range(len(chosen.columns))] if kind == SKILLS else [],
        "may_assign": permissions.may_open_requirement(request.user),  # type: ignore[arg-type]
    }
    return render(request, "training/matrix.html", context)


@login_required
@require_safe
def matrix_xlsx(request: HttpRequest, kind: str = STANDARDS) -> FileResponse:
    """The same people and columns as a workbook, all of them."""
    chosen = _chosen(request, kind)
    file = exports.xlsx_file(_table(chosen), chosen.title)
    return FileResponse(file, as_attachment=True, filename=f"{kind}-matrix.xlsx", content_type=exports.XLSX)


def _table(chosen: Chosen) -> Iterator[list[Any]]:
    yield [_("Person"), _("Job roles"), _("Shift"), *(_label(one) for one in chosen.columns)]
    people = chosen.people
    for start in range(0, people.count(), 500):
        for row in chosen.rows(people[start : start + 500]):
            told = [cell.says if cell.kind != "none" else "" for cell in row.cells]
            yield [str(row.person), row.roles, row.person.shift, *told]


def _label(column: Document | Skill) -> str:
    return f"{column.short} {column.title}" if isinstance(column, Skill) else f"{column.number} {column.title}"


@login_required
@require_safe
def matrix_pdf(request: HttpRequest, kind: str = STANDARDS) -> HttpResponse:
    """The same on paper, across; wide ones on several sheets."""
    chosen = _chosen(request, kind)
    rows = chosen.rows(chosen.people[:MOST_PRINTED])
    sheets = [
        (
            chosen.columns[start : start + COLUMNS_A_SHEET],
            [(row, row.cells[start : start + COLUMNS_A_SHEET]) for row in rows],
        )
        for start in range(0, len(chosen.columns), COLUMNS_A_SHEET)
    ]
    context = {
        "kind": kind,
        "levels": list(Level),
        "title": chosen.title,
        "sheets": sheets,
        "narrowed": _said(chosen.filters),
        "printed": timezone.now(),
        "printed_by": request.user,
    }
    return answer(request, "training/pdf/matrix.html", context, f"{kind}-matrix.pdf")


def _said(filters: MatrixFilters) -> str:
    """What it is narrowed to, in words."""
    shown = ((field.label, filters.value(field.name)) for field in filters)
    return ", ".join(f"{label}: {value}" for label, value in shown if value)


@login_required
@require_POST
@never_cache
def assign_cells(request: HttpRequest, kind: str = STANDARDS) -> HttpResponse:
    """What was ticked: first what it would do, then doing it."""
    user: Any = request.user
    if not permissions.may_open_requirement(user):
        raise PermissionDenied
    pairs, how = _ticked(request, kind), HowForm(request.POST if "go" in request.POST else None)
    back = "training:matrix" if kind == STANDARDS else "training:skills-matrix"
    if not pairs:
        messages.info(request, _("Tick what is to be learnt, then press the button."))
        return redirect(back)
    try:
        if "go" in request.POST and how.is_valid():
            made = services.assign_chosen(pairs, by=user, **{name: v for name, v in how.cleaned_data.items() if v})
            told = ngettext("%(n)d training was assigned.", "%(n)d trainings were assigned.", len(made))
            messages.success(request, told % {"n": len(made)})
            return redirect(back)
        planned = services.plan(pairs, by=user)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(back)
    context = {"planned": planned, "how": how, "kind": kind, "cells": request.POST.getlist("cell"), "back": back}
    return render(request, "training/assign_cells.html", context)


def _ticked(request: HttpRequest, kind: str) -> list[tuple[User, Any]]:
    """The people and columns of the ticked cells that the user sees; others are as if not ticked."""
    user: Any = request.user
    keys = [cell.split("-") for cell in request.POST.getlist("cell")[: services.MOST_CHOSEN + 1]]
    pairs = [(int(a), int(b)) for a, b in (key for key in keys if len(key) == 2) if _is_key(a) and _is_key(b)]
    people = visible_people(user).in_bulk({person for person, _column in pairs})
    model: Any = Skill if kind == SKILLS else Document
    columns = visible(model, user).in_bulk({column for _person, column in pairs})
    return [(people[a], columns[b]) for a, b in dict.fromkeys(pairs) if a in people and b in columns]


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
