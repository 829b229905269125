"""Looking closer: every value of a metric, the same thing at several places, and what weighs most."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evidence import services as evidence
from metrics import charts, forms, permissions, selectors, verbs
from metrics.models import Metric
from records.selectors import sees_kind, visible
from ui.listing import BadCursor, Sort, window
from ui.views.lists import address
from ui.views.prints import answer

HALF_A_SHEET = 290  # two pictures stand beside one another
BY_TIME = Sort("observed_at", descending=True)


@login_required
@require_safe
def values(request: HttpRequest, number: str) -> HttpResponse:
    """Every value of a metric, the newest first, with what became of it."""
    seen = visible(Metric, request.user).select_related("site", "process", "owner")
    metric = get_object_or_404(seen, number=number)
    cursors = {name: request.GET.get(name, "") for name in ("after", "before")}
    try:
        found = window(selectors.all_values(metric), BY_TIME, **cursors)
    except BadCursor:
        return redirect("metrics:values", number=number)
    exclude = verbs.named("exclude")
    context = {
        "metric": metric,
        "rows": [selectors.told(row) for row in found.rows],
        "window": found,
        "may_exclude": exclude.is_offered(metric, request.user) and permissions.may_exclude(request.user, metric),
        "before": address(request.GET, before=found.before),
        "after": address(request.GET, after=found.after),
    }
    return render(request, "metrics/values.html", context)


@login_required
@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    """The same measure at several lines, shifts and sites."""
    _refuse_unless_seen(request)
    context = _compared(request)
    wrong = request.GET and context["form"].errors
    return render(request, "metrics/comparison.html", context, status=400 if wrong else 200)


@login_required
@require_safe
def comparison_pdf(request: HttpRequest) -> HttpResponse:
    """The same on paper."""
    _refuse_unless_seen(request)
    context = _compared(request)
    if not context["found"]:
        return redirect(f"{reverse('metrics:comparison')}?{request.GET.urlencode()}")
    context["pictures"] = [(row, {**picture, "width": HALF_A_SHEET}) for row, picture in context["pictures"]]
    asked = context["form"].cleaned_data
    return _on_paper(request, "comparison", context, _("the comparison of %(what)s") % {"what": asked["measure"]})


def _compared(request: HttpRequest) -> dict[str, Any]:
    measures = selectors.measures(request.user)
    asked: Any = request.GET or {"measure": measures[0][0] if measures else ""}
    form = forms.ComparisonForm(asked, user=request.user, measures=measures)
    found = selectors.comparison(request.user, **form.cleaned_data) if form.is_valid() else None
    pictures = [(row, charts.multiple(row, found)) for row in found.rows] if found else []
    measured = {"form": form, "found": found, "pictures": pictures, "has_measures": bool(measures)}
    return {**measured, "query": request.GET.urlencode()}


@login_required
@require_safe
def pareto(request: HttpRequest) -> HttpResponse:
    """What weighs most, and the rows behind each bar."""
    _refuse_unless_seen(request)
    context = _counted(request)
    form = context["form"]
    return render(request, "metrics/pareto.html", context, status=400 if form.is_bound and form.errors else 200)


@login_required
@require_safe
def pareto_pdf(request: HttpRequest) -> HttpResponse:
    """The same on paper, with the rows of the category that was asked for."""
    _refuse_unless_seen(request)
    context = _counted(request)
    if not context.get("chart"):
        return redirect(f"{reverse('metrics:pareto')}?{request.GET.urlencode()}")
    what = context["question"].of.title
    return _on_paper(request, "pareto", context, _("the Pareto chart of %(what)s") % {"what": what})


def _on_paper(request: HttpRequest, name: str, context: dict[str, Any], what: str) -> HttpResponse:
    """A page as PDF; that it was taken is written down."""
    user: Any = request.user
    evidence.record_copy(user, by=user, what=what)
    printed = {"printed": timezone.now(), "printed_by": user}
    return answer(request, f"metrics/{name}_pdf.html", {**context, **printed}, f"{name}.pdf")


def _counted(request: HttpRequest) -> dict[str, Any]:
    form = forms.ParetoForm(request.GET or None, user=request.user, today=timezone.localdate())
    question = form.question() if not form.is_bound or form.is_valid() else None
    context: dict[str, Any] = {"form": form, "question": question, "query": request.GET.urlencode()}
    if question:
        found = selectors.bars(question, request.user)
        key = form.chosen
        context |= {
            "bars": [(one, address(request.GET, category=one.key)) for one in found],
            "chart": charts.pareto_chart(found, str(form.amount_label)) if found else None,
            "amount_label": form.amount_label,
            "category": next((one.label for one in found if one.key == key), key),
            "behind": _behind(question, request.user, key),
        }
    return context


def _refuse_unless_seen(request: HttpRequest) -> None:
    if not sees_kind(request.user, Metric):
        raise PermissionDenied


def _behind(question: selectors.Question, user: Any, key: str) -> list[dict[str, Any]] | None:
    if not key:
        return None
    return [selectors.shown_row(question, row) for row in selectors.rows_behind(question, user, key)]
