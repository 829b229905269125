"""What the pages of metrics draw, as data: the chart, every value, places side by side, and what weighs most."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from evidence.context import clock
from metrics import forms, selectors
from metrics.models import Metric
from metrics.selectors import Told
from records.selectors import sees_kind, visible
from ui.api.doors import ApiDoor
from ui.api.problems import BadInput
from ui.api.records import limit, turned
from ui.listing import BadCursor, Sort, window
from ui.registry import marks_of

BY_TIME = Sort("observed_at", descending=True)


class PointOut(serializers.Serializer[Any]):
    day = serializers.DateField()
    value = serializers.FloatField()
    phase = serializers.CharField()
    beyond = serializers.BooleanField(help_text="outside the frozen limits")
    rules = serializers.ListField(child=serializers.CharField(), help_text="run rules that it completes")
    lower = serializers.FloatField(allow_null=True, help_text="its own limit, where limits depend on n")
    upper = serializers.FloatField(allow_null=True)


class PhaseOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    start = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    centre = serializers.FloatField()
    lower = serializers.FloatField(allow_null=True)
    upper = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()


class LeftOutOut(serializers.Serializer[Any]):
    day = serializers.DateField()
    value = serializers.FloatField()
    reason = serializers.CharField()


class MarkOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.CharField(allow_blank=True)


class ProgressOut(serializers.Serializer[Any]):
    status = serializers.CharField()
    silent_since = serializers.DateField(allow_null=True)
    before = serializers.FloatField(allow_null=True)
    after = serializers.FloatField(allow_null=True)
    now = serializers.FloatField(allow_null=True)
    kept = serializers.FloatField(allow_null=True)
    kept_low = serializers.FloatField(allow_null=True)
    kept_high = serializers.FloatField(allow_null=True)
    words = serializers.CharField()


class CapabilityOut(serializers.Serializer[Any]):
    cp = serializers.FloatField(allow_null=True)
    cpk = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    indicative = serializers.BooleanField()
    stable = serializers.BooleanField()


class SpreadOut(serializers.Serializer[Any]):
    n = serializers.IntegerField()
    mean = serializers.FloatField()
    sigma_within = serializers.FloatField(allow_null=True)
    sigma_overall = serializers.FloatField()
    within = CapabilityOut(allow_null=True)
    overall = CapabilityOut(allow_null=True)


class ChartOut(serializers.Serializer[Any]):
    metric = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    periods = serializers.IntegerField(help_text="where fewer points are given, each stretch keeps its extremes")
    points = PointOut(many=True)
    phases = PhaseOut(many=True)
    excluded = LeftOutOut(many=True)
    slipping_since = serializers.DateField(allow_null=True)
    marks = MarkOut(many=True)
    watches = ProgressOut(many=True)
    spread = SpreadOut(allow_null=True)


class ValueOut(serializers.Serializer[Told]):
    uuid = serializers.UUIDField(source="row.uuid")
    observed_at = serializers.DateTimeField(source="row.observed_at")
    recorded_at = serializers.DateTimeField(source="row.recorded_at")
    value = serializers.DecimalField(24, 9, source="row.value", allow_null=True)
    n = serializers.DecimalField(24, 9, source="row.n")
    source = serializers.CharField(source="row.source.code")  # type: ignore[assignment]
    late = serializers.BooleanField(source="row.late")
    corrects = serializers.UUIDField(source="row.corrects_id", allow_null=True)
    counts = serializers.BooleanField(help_text="neither corrected nor struck out nor excluded")
    excluded = serializers.BooleanField(source="is_excluded")
    reasons = serializers.ListField(child=serializers.CharField())


class ValuesOut(serializers.Serializer[Any]):
    results = ValueOut(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    total = serializers.IntegerField(allow_null=True, help_text="Exact up to 1,000; null beyond.")


class ComparedOut(serializers.Serializer[Any]):
    metric = serializers.CharField(source="metric.number")
    place = serializers.CharField()
    mean = serializers.FloatField()
    sigma = serializers.FloatField()
    n = serializers.IntegerField()
    verdict = serializers.CharField(allow_blank=True)


class ComparisonOut(serializers.Serializer[Any]):
    measure = serializers.CharField()
    results = ComparedOut(many=True, help_text="the best first; means of the last twelve periods")


class BarOut(serializers.Serializer[Any]):
    category = serializers.CharField(source="key", help_text="… for what is left over")
    label = serializers.CharField()  # type: ignore[assignment]
    amount = serializers.FloatField(source="bar.amount")
    share = serializers.FloatField(source="bar.share")
    cumulative = serializers.FloatField(source="bar.cumulative")
    before = serializers.FloatField(source="bar.before", allow_null=True)
    vital = serializers.BooleanField(source="bar.vital")


class BehindOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.CharField()
    day = serializers.DateField()


class ParetoOut(serializers.Serializer[Any]):
    of = serializers.CharField()
    by = serializers.CharField()
    results = BarOut(many=True)
    behind = BehindOut(many=True, help_text="the rows of the category that was asked for")


class OfMetric(ApiDoor):
    """Base: a metric that the caller sees."""

    def metric(self, number: str) -> Metric:
        seen = visible(Metric, self.request.user).select_related("site", "process", "owner")  # type: ignore[arg-type]
        return get_object_or_404(seen, number=number)


class Chart(OfMetric):
    """What the chart of a metric shows, with what happened, what its watches say and how its values lie."""

    @extend_schema(responses=ChartOut)
    def get(self, request: Request, number: str) -> Response:
        metric = self.metric(number)
        data = selectors.chart_data(metric)
        at = clock()
        body = {
            "metric": metric.number,
            "unit": metric.unit,
            "periods": data.shown_of,
            "points": data.points,
            "phases": data.phases,
            "excluded": data.left_out,
            "slipping_since": data.slipping_since,
            "marks": marks_of(metric, request.user),
            "watches": [selectors.remembered(watched, at=at) for watched in selectors.watches_of(metric)],
            "spread": selectors.spread(metric, data),
        }
        return Response(ChartOut(body).data)


class Values(OfMetric):
    """Every value of a metric, the newest first, with what became of it."""

    @extend_schema(
        responses=ValuesOut,
        parameters=[OpenApiParameter("after"), OpenApiParameter("before"), OpenApiParameter("limit", int)],
    )
    def get(self, request: Request, number: str) -> Response:
        query = request.query_params
        rows = selectors.all_values(self.metric(number))
        cursors = {name: query.get(name, "") for name in ("after", "before")}
        try:
            found = window(rows, BY_TIME, size=limit(query), **cursors)
        except BadCursor as error:
            raise BadInput.of({"after": "This is no cursor of ours."}) from error
        body = {
            "results": [selectors.told(row) for row in found.rows],
            "next": turned(request, after=found.after),
            "previous": turned(request, before=found.before),
            "total": found.total,
        }
        return Response(ValuesOut(body).data)


class AskedDoor(ApiDoor):
    """Base: whoever sees metrics at any site."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not sees_kind(request.user, Metric):  # type: ignore[arg-type]
            raise PermissionDenied


class Comparisons(AskedDoor):
    """The same measure at several lines, shifts and sites."""

    @extend_schema(
        responses=ComparisonOut,
        parameters=[OpenApiParameter("measure", required=True), OpenApiParameter("site"), OpenApiParameter("shift")],
    )
    def get(self, request: Request) -> Response:
        user: Any = request.user
        form = forms.ComparisonForm(request.query_params, user=user, measures=selectors.measures(user))
        _check(form)
        found = selectors.comparison(user, **form.cleaned_data)
        if found is None:
            raise Http404
        return Response(ComparisonOut({"measure": form.cleaned_data["measure"], "results": found.rows}).data)


class Paretos(AskedDoor):
    """What weighs most by category, and the newest rows behind one of them."""

    @extend_schema(
        responses=ParetoOut,
        parameters=[
            OpenApiParameter("of", required=True),
            *map(
                OpenApiParameter, ("by", "amount", "first", "last", "before_first", "before_last", "site", "category")
            ),
        ],
    )
    def get(self, request: Request) -> Response:
        form = forms.ParetoForm(request.query_params, user=request.user, today=timezone.localdate())
        _check(form)
        question, user = form.question(), request.user
        behind = selectors.rows_behind(question, user, form.chosen) if form.chosen else []  # type: ignore[arg-type]
        body = {
            "of": question.of.slug,
            "by": question.by,
            "results": selectors.bars(question, user),  # type: ignore[arg-type]
            "behind": [selectors.shown_row(question, row) for row in behind],
        }
        return Response(ParetoOut(body).data)


def _check(form: Any) -> None:
    if not form.is_valid():
        raise BadInput.of({field: str(errors[0]) for field, errors in form.errors.items()})
