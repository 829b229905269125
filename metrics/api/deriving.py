"""How a metric is worked out from others, and what is worked out from it."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from evidence.context import clock
from metrics import selectors
from metrics.api.looking import OfMetric
from metrics.models import Formula, FormulaInput, Metric
from people.models import User
from records.selectors import visible


class InputOut(serializers.ModelSerializer[FormulaInput]):
    metric = serializers.CharField(source="metric.number")

    class Meta:
        model = FormulaInput
        fields = ("name", "metric", "take", "weight")


class FormulaOut(serializers.ModelSerializer[Formula]):
    inputs = InputOut(many=True)
    declared_by = serializers.CharField(source="declared_by.username")
    words = serializers.SerializerMethodField(help_text="the formula in the titles of its inputs")

    class Meta:
        model = Formula
        fields = (
            "uuid", "kind", "inputs", "factor", "over", "expression", "words", "declared_at", "declared_by", "reason",
            "ended_at",
        )  # fmt: skip

    def get_words(self, formula: Formula) -> str:
        return "".join(piece.text for piece in selectors.told_formula(formula))


class GapOut(serializers.Serializer[Any]):
    period = serializers.CharField()
    why = serializers.CharField()


class DerivationOut(serializers.Serializer[Any]):
    """`in_force` is null for a metric whose values are measured, and for one that is retired."""

    in_force = FormulaOut(allow_null=True)
    before = FormulaOut(many=True)
    without_value = GapOut(many=True, help_text="the newest periods that are over and have no value")
    used_in = serializers.ListField(child=serializers.CharField(), help_text="metrics that are worked out from it")


class FormulaOfMetric(OfMetric):
    """The formula of a derived metric, those before it, and what is derived from the metric."""

    @extend_schema(responses=DerivationOut)
    def get(self, request: Request, number: str) -> Response:
        metric = self.metric(number)
        found = list(selectors.formulas_of(metric)) if metric.is_derived else []
        standing = [one for one in found if one.ended_at is None]
        seen = visible(Metric, cast(User, request.user)).values("pk")
        body = {
            "in_force": standing[0] if standing else None,
            "before": found[len(standing) :],
            "without_value": selectors.gaps(standing[0], at=clock()) if standing else [],
            "used_in": list(selectors.used_in(metric).filter(pk__in=seen).values_list("number", flat=True)),
        }
        return Response(DerivationOut(body).data)
