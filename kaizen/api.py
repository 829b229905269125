"""Besides the records: the year's gains, a gain's locks, and sustainment checks."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kaizen import selectors, verbs
from kaizen.models import Gain, SustainmentCheck
from kaizen.selectors import Lock, YearRow
from records.selectors import visible
from ui.api.doors import ApiDoor
from ui.api.lines import line_etag, perform_on
from ui.api.schema import results_of
from ui.verbs import offered


class LockSerializer(serializers.Serializer[Lock]):
    name = serializers.CharField()
    state = serializers.CharField()
    words = serializers.CharField()
    url = serializers.CharField()


class YearRowSerializer(serializers.Serializer[YearRow]):
    """One gain of the year: before, after and now in the metric's unit; what is kept; how we know."""

    gain = serializers.CharField(source="gain.number")
    title = serializers.CharField(source="gain.title")
    status = serializers.CharField(source="gain.status")
    metric = serializers.CharField(source="gain.metric.number")
    unit = serializers.CharField(source="gain.metric.unit")
    before = serializers.FloatField(allow_null=True)
    after = serializers.FloatField(allow_null=True)
    now = serializers.FloatField(allow_null=True)
    kept_percent = serializers.IntegerField(allow_null=True)
    words = serializers.CharField()
    locks = LockSerializer(many=True)


class CheckSerializer(serializers.ModelSerializer[SustainmentCheck]):
    gain = serializers.CharField(source="gain.number")
    audit = serializers.CharField(source="audit.number", allow_null=True, default=None)

    class Meta:
        model = SustainmentCheck
        fields = ("uuid", "gain", "day", "due", "status", "audit", "result", "note", "facts", "answered_at")


class YearSerializer(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    results = YearRowSerializer(many=True)


class GainLocksSerializer(serializers.Serializer[Any]):
    gain = serializers.CharField()
    status = serializers.CharField()
    locks = LockSerializer(many=True)


class Year(ApiDoor):
    """What improved in a year, whether it is still holding, and how we know."""

    @extend_schema(responses=YearSerializer)
    def get(self, request: Request, year: int) -> Response:
        today = timezone.localdate()
        if not selectors.FIRST_YEAR <= year <= today.year + 1:
            raise Http404
        rows = selectors.year_of_gains(request.user, year=year, on=today)  # type: ignore[arg-type]
        return Response({"year": year, "results": YearRowSerializer(rows, many=True).data})


class Locks(ApiDoor):
    """The five locks of a gain."""

    @extend_schema(responses=GainLocksSerializer)
    def get(self, request: Request, number: str) -> Response:
        gain = get_object_or_404(visible(Gain, request.user), number=number)  # type: ignore[arg-type]
        locks = selectors.locks_of(gain, on=timezone.localdate())
        return Response({"gain": gain.number, "status": gain.status, "locks": LockSerializer(locks, many=True).data})


class CheckDoor(ApiDoor):
    """Base of the views of sustainment checks."""

    def checks(self) -> Any:
        return selectors.checks().filter(gain__in=visible(Gain, self.request.user).values("pk"))  # type: ignore[arg-type]

    def represent(self, check: SustainmentCheck) -> dict[str, Any]:
        base = f"/api/v1/sustainment-checks/{check.uuid}/"
        can = [
            {"verb": verb.name, "url": f"{base}{verb.name}/"} for verb in offered(verbs.CHECK, check, self.request.user)
        ]
        return {**CheckSerializer(check).data, "links": {"self": base, "available": can}}


class Checks(CheckDoor):
    """Sustainment checks, soonest due first; `?gain=` narrows."""

    @extend_schema(responses=results_of(CheckSerializer))
    def get(self, request: Request) -> Response:
        found = self.checks().order_by("due", "id")
        if gain := request.query_params.get("gain"):
            found = found.filter(gain__number=gain)
        return Response({"results": CheckSerializer(found[:200], many=True).data})


class OneCheck(CheckDoor):
    """One sustainment check."""

    @extend_schema(responses=CheckSerializer)
    def get(self, request: Request, key: UUID) -> Response:
        check = get_object_or_404(self.checks(), uuid=key)
        return Response(self.represent(check), headers={"ETag": line_etag(check)})


class AnswerCheck(CheckDoor):
    """Answer a sustainment check: `result` and `note`."""

    @extend_schema(request=None, responses=CheckSerializer)
    def post(self, request: Request, key: UUID) -> Response:
        check = get_object_or_404(self.checks(), uuid=key)
        perform_on(self, verbs.CHECK[0], check)
        answered = get_object_or_404(self.checks(), uuid=key)
        return Response(self.represent(answered), headers={"ETag": line_etag(check)})
