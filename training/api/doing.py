"""Needs of stations and observations at work, over REST."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from people.selectors import visible_stations
from training import permissions, services, verbs
from training.forms.competence import NeedForm
from training.forms.narrowing import StationField, key_of
from training.models import Observation, StationNeed
from training.selectors import observations_of
from ui.api.doors import ApiDoor
from ui.api.lines import check_line, line_etag, perform_on
from ui.api.once import repeatable
from ui.api.problems import BadInput
from ui.api.records import asked_challenge, body_of, check_names
from ui.api.schema import Challenge, results_of
from ui.api.strict import misfits

MOST = 500


class NeedSerializer(serializers.ModelSerializer[StationNeed]):
    """What somebody must know to run a station."""

    station = serializers.SerializerMethodField()
    document = serializers.CharField(source="document.number", default=None, allow_null=True)
    skill = serializers.CharField(source="skill.number", default=None, allow_null=True)

    class Meta:
        model = StationNeed
        fields = ("uuid", "station", "document", "skill", "level", "people", "since", "until")

    def get_station(self, need: StationNeed) -> str:
        return key_of(need.station)


class NeedAtForm(NeedForm):
    """The same with the station, which the page has in its address."""

    station = StationField()


class NeedDoor(ApiDoor):
    """Base of the views of needs."""

    def rows(self) -> Any:
        rows = StationNeed.objects.filter(station__in=visible_stations(self.request.user))  # type: ignore[arg-type]
        return rows.select_related("station__site", "document", "skill").order_by("station__code", "id")


class Needs(NeedDoor):
    """GET lists what stations need; POST says what one needs."""

    @extend_schema(responses=results_of(NeedSerializer))
    def get(self, request: Request) -> Response:
        check_names(request.query_params, set())
        return Response({"results": NeedSerializer(self.rows()[:MOST], many=True).data})

    @extend_schema(request=None, responses={201: NeedSerializer})
    @repeatable
    def post(self, request: Any) -> Response:
        user: Any = request.user
        if not permissions.may_open_requirement(user):
            raise PermissionDenied
        body = body_of(request)
        form = NeedAtForm(body, user=user, verb=verbs.NEED)
        if wrong := misfits(form, body):
            raise BadInput.of(wrong)
        if not form.is_valid():
            raise BadInput.of_form(form)
        facts = form.facts
        station = facts.pop("station")
        if not permissions.may_set_needs(user, station):
            raise PermissionDenied
        made = services.need(station, by=user, **facts)
        return Response(NeedSerializer(self.rows().get(pk=made.pk)).data, status=201)


class EndNeed(NeedDoor):
    """POST: from today it is not needed any more."""

    @extend_schema(request=None, responses=NeedSerializer)
    def post(self, request: Request, key: UUID) -> Response:
        need = get_object_or_404(self.rows(), uuid=key)
        if not permissions.may_set_needs(request.user, need.station):  # type: ignore[arg-type]
            raise PermissionDenied
        check_line(request, need)
        if body := body_of(request):
            raise BadInput.of(dict.fromkeys(body, "There is no such field."))
        services.end_need(need, by=request.user)  # type: ignore[arg-type]
        return Response(NeedSerializer(self.rows().get(pk=need.pk)).data, headers={"ETag": line_etag(need)})


class ObservationSerializer(serializers.ModelSerializer[Observation]):
    """What a leader looks at some weeks after a training, and what was seen."""

    person = serializers.CharField(source="assignment.person.username")
    observer = serializers.CharField(source="observer.username")
    requirement = serializers.CharField(source="assignment.requirement.number")
    title = serializers.CharField(source="assignment.title")

    class Meta:
        model = Observation
        fields = (
            "uuid", "person", "observer", "requirement", "title", "due", "status", "works_to_standard",
            "key_points_kept", "remark", "observed_at",
        )  # fmt: skip


class ObservationDoor(ApiDoor):
    def observation(self, key: UUID) -> Observation:
        return get_object_or_404(observations_of(self.request.user), uuid=key)  # type: ignore[arg-type]


class Observations(ObservationDoor):
    """What the user has to look at or sees, soonest due first."""

    @extend_schema(responses=results_of(ObservationSerializer))
    def get(self, request: Request) -> Response:
        check_names(request.query_params, set())
        rows = observations_of(request.user).order_by("due", "id")[:MOST]  # type: ignore[arg-type]
        return Response({"results": ObservationSerializer(rows, many=True).data})


class OneObservation(ObservationDoor):
    """One observation with its tag."""

    @extend_schema(responses=ObservationSerializer)
    def get(self, request: Request, key: UUID) -> Response:
        row = self.observation(key)
        return Response(ObservationSerializer(row).data, headers={"ETag": line_etag(row)})


class Observe(ObservationDoor):
    """POST signs what was seen. It answers a challenge."""

    @extend_schema(request=None, responses=ObservationSerializer)
    def post(self, request: Request, key: UUID) -> Response:
        row = self.observation(key)
        perform_on(self, verbs.OBSERVE, row)
        return Response(ObservationSerializer(self.observation(key)).data, headers={"ETag": line_etag(row)})


class ObserveChallenge(ObservationDoor):
    """Open the signing dialog of an observation."""

    @extend_schema(request=None, responses={201: Challenge})
    def post(self, request: Request, key: UUID) -> Response:
        return Response(asked_challenge(self, verbs.OBSERVE, self.observation(key)), status=201)
