"""Control plans, gauges and the signals to answer over REST, beside what the registry makes."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from documents.models import Revision
from metrics import models, selectors, verbs
from records.selectors import sees, sees_kind
from ui.api.doors import ApiDoor
from ui.api.once import repeatable
from ui.api.records import body_of, check_match, check_may, etag, filled
from ui.api.schema import results_of
from ui.registry import page_of
from ui.scope import record_for

MOST_SIGNALS = 200


def number(name: str) -> serializers.CharField:
    """A record by its number."""
    return serializers.CharField(source=f"{name}.number", allow_null=True, default=None)


class HeadSerializer(serializers.ModelSerializer[models.ControlPlan]):
    class Meta:
        model = models.ControlPlan
        fields = models.ControlPlan.FIELDS


class RowSerializer(serializers.ModelSerializer[models.ControlPlanRow]):
    standard, metric, instrument = number("standard"), number("metric"), number("instrument")
    reaction_document = number("reaction_document")
    reaction_role = serializers.CharField(source="reaction_role.code", allow_null=True, default=None)

    class Meta:
        model = models.ControlPlanRow
        fields = (
            "key", "position", "process_no", "operation", "equipment", "standard", "step_key", "characteristic_no",
            "characteristic", "about", "special", "specification", "instrument", "gauge", "sample_size", "frequency",
            "control", "method", "metric", "reaction_plan", "reaction_document", "reaction_role",
        )  # fmt: skip


class FailureSerializer(serializers.ModelSerializer[models.FailureMode]):
    standard, answer = number("standard"), number("answer")
    rpn = serializers.IntegerField(source="score.rpn")
    rpn_after = serializers.IntegerField(source="score_after.rpn", allow_null=True, default=None)
    asks_for_action = serializers.BooleanField()

    class Meta:
        model = models.FailureMode
        fields = (
            "key", "position", "operation", "standard", "step_key", "mode", "effect", "severity", "cause",
            "occurrence", "control", "detection", "rpn", "row_key", "action", "answer", "severity_after",
            "occurrence_after", "detection_after", "rpn_after", "asks_for_action", "evidence", "scored_again_on",
        )  # fmt: skip


class PlanSerializer(serializers.Serializer[Any]):
    revision = serializers.CharField()
    head = HeadSerializer(allow_null=True)
    rows = RowSerializer(many=True)
    failure_modes = FailureSerializer(many=True)


class CalibrationSerializer(serializers.ModelSerializer[models.Calibration]):
    certificate = serializers.CharField(source="certificate.uuid", allow_null=True, default=None)
    recorded_by = serializers.CharField(source="recorded_by.username")

    class Meta:
        model = models.Calibration
        fields = (
            "uuid", "done_on", "done_by", "as_found", "found_good", "as_left", "passed", "due_on", "certificate_no",
            "certificate", "note", "recorded_by", "recorded_at",
        )  # fmt: skip


class InQuestionSerializer(serializers.Serializer[Any]):
    metric = serializers.CharField(source="metric.number")
    n = serializers.IntegerField()
    first = serializers.DateTimeField(allow_null=True)
    last = serializers.DateTimeField(allow_null=True)


class ValueSerializer(serializers.Serializer[Any]):
    uuid = serializers.UUIDField()
    metric = serializers.CharField(source="metric.number")
    value = serializers.DecimalField(max_digits=24, decimal_places=9)
    observed_at = serializers.DateTimeField()


class DoubtSerializer(serializers.Serializer[Any]):
    """Empty lists while no calibration found the gauge outside its limits."""

    calibration = serializers.UUIDField(allow_null=True)
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    metrics = InQuestionSerializer(many=True)
    values = ValueSerializer(many=True)


class WaitingSerializer(serializers.ModelSerializer[models.Signal]):
    site = serializers.CharField(source="site.code")
    owner = serializers.CharField(source="owner.username")
    metric = serializers.CharField(source="metric.number")
    gauge_trouble = serializers.CharField(source="metric.gauge_trouble")

    class Meta:
        model = models.Signal
        fields = ("number", "title", "alarm", "status", "onset", "loss", "site", "owner", "metric", "gauge_trouble")


class PrecisionSerializer(serializers.Serializer[Any]):
    alarm = serializers.CharField()
    true = serializers.IntegerField()
    decided = serializers.IntegerField()


class InboxSerializer(serializers.Serializer[Any]):
    results = WaitingSerializer(many=True)
    precision = PrecisionSerializer(many=True)


class PlanDoor(ApiDoor):
    """Base of the views of one control plan."""

    def revision(self, number: str) -> Revision:
        found: Revision = record_for(page_of(Revision), self.request.user, number)
        if not found.document.type.is_control_plan:
            raise Http404
        return found

    def represent(self, revision: Revision) -> Response:
        plan = selectors.plan_of(revision, self.request.user)  # type: ignore[arg-type]
        held = {
            "revision": revision.number,
            "head": plan.head,
            "rows": [one.row for one in plan.rows],
            "failure_modes": [one.mode for one in plan.failures],
        }
        return Response(PlanSerializer(held).data, headers={"ETag": etag(revision)})


class ControlPlan(PlanDoor):
    """The control plan of a revision: head, rows, failure modes. Its verbs ask for the ETag of the revision."""

    @extend_schema(responses=PlanSerializer)
    def get(self, request: Request, number: str) -> Response:
        return self.represent(self.revision(number))


class ControlPlanPart(PlanDoor):
    """Do a verb to one row (`rows`: edit, drop) or failure mode (`failure-modes`: edit, score-again, drop)."""

    @extend_schema(
        request={"application/json": {"type": "object"}},
        responses=PlanSerializer,
        parameters=[OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True)],
    )
    @repeatable
    def post(self, request: Request, number: str, part: str, key: str, name: str) -> Response:
        revision = self.revision(number)
        verb, held = verbs.of_part(part, name), selectors.part_of(revision, part, key)
        if verb is None or held is None:
            raise Http404
        check_may(self, verb, revision)
        check_match(request, revision)
        form = filled(verb, body_of(request), user=request.user, record=held)
        verb.service(revision, key=key, by=request.user, **form.facts)
        return self.represent(self.revision(number))


class GaugeDoor(ApiDoor):
    """Base of the views of one gauge."""

    def gauge(self, number: str) -> models.Gauge:
        found: models.Gauge = record_for(page_of(models.Gauge), self.request.user, number)
        return found


class Calibrations(GaugeDoor):
    """The calibrations of a gauge, newest first."""

    @extend_schema(responses=results_of(CalibrationSerializer))
    def get(self, request: Request, number: str) -> Response:
        found = selectors.calibrations_of(self.gauge(number))[:500]
        return Response({"results": CalibrationSerializer(found, many=True).data})


class ResultsInQuestion(GaugeDoor):
    """What was measured since a gauge, that was then found wrong, was last known to be right (7.1.5.2)."""

    @extend_schema(responses=DoubtSerializer)
    def get(self, request: Request, number: str) -> Response:
        doubt, user = selectors.last_doubt(self.gauge(number)), request.user
        if doubt is None:
            return Response({"calibration": None, "since": None, "until": None, "metrics": [], "values": []})
        said = {
            "calibration": doubt.calibration.uuid,
            "since": doubt.since,
            "until": doubt.until,
            "metrics": [one for one in doubt.found if sees(user, one.metric)],  # type: ignore[arg-type]
            "values": selectors.values_in_question(doubt, user),  # type: ignore[arg-type]
        }
        return Response(DoubtSerializer(said).data)


class SignalsToAnswer(ApiDoor):
    """Open signals, the worst first, and how many of the last decided ones were true."""

    @extend_schema(responses=InboxSerializer)
    def get(self, request: Request) -> Response:
        if not sees_kind(request.user, models.Signal):  # type: ignore[arg-type]
            raise PermissionDenied
        found = selectors.inbox(request.user)[:MOST_SIGNALS]  # type: ignore[arg-type]
        said = {"results": found, "precision": selectors.precision(request.user)}  # type: ignore[arg-type]
        return Response(InboxSerializer(said).data)
