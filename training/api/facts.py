"""Who may run what, who can what, and what held on a past day, over REST."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from people.models import Station
from people.selectors import visible_people, visible_shifts, visible_stations
from records.selectors import visible
from training import permissions, selectors
from training.forms.narrowing import WhenFilters, key_of
from training.models import Assignment, Competence, Skill
from ui.api.doors import ApiDoor
from ui.api.problems import BadInput
from ui.api.records import check_names, limit
from ui.api.schema import results_of


class CompetenceSerializer(serializers.ModelSerializer[Competence]):
    """How far a person came with a skill, on a day."""

    person = serializers.CharField(source="person.username")
    skill = serializers.CharField(source="skill.number")
    level = serializers.CharField(source="letter")
    assessor = serializers.CharField(source="assessor.username", default=None, allow_null=True)
    revision = serializers.CharField(source="revision.number", default=None, allow_null=True)

    class Meta:
        model = Competence
        fields = ("uuid", "person", "skill", "level", "assessor", "assessed_on", "valid_until", "evidence", "revision")


class StandingSerializer(serializers.Serializer[Any]):
    """One person before a station, with what is missing in words."""

    person = serializers.CharField(source="person.username")
    name = serializers.CharField(source="person.full_name")
    shift = serializers.CharField(source="person.shift")
    qualified = serializers.BooleanField(source="is_qualified")
    missing = serializers.ListField(child=serializers.CharField())


class AtStationSerializer(serializers.Serializer[Any]):
    """Everybody of a shift before a station on a day."""

    station = serializers.SerializerMethodField()
    on = serializers.DateField()
    shift = serializers.CharField()
    wanted = serializers.IntegerField()
    needs = serializers.SerializerMethodField()
    people = StandingSerializer(many=True)

    def get_station(self, found: Any) -> str:
        return key_of(found.station)

    def get_needs(self, found: Any) -> list[str]:
        return [need.label for need in found.needs]


class CoverSerializer(serializers.Serializer[Any]):
    """One station and shift: how many may run it, and how many must."""

    station = serializers.CharField()
    shift = serializers.CharField()
    have = serializers.IntegerField()
    wanted = serializers.IntegerField()
    single_point_of_failure = serializers.BooleanField()


class StandardThenSerializer(serializers.Serializer[Any]):
    """A document with what was in effect on the day."""

    document = serializers.CharField()
    revision = serializers.CharField(allow_null=True)
    qualified = serializers.ListField(child=serializers.CharField(), required=False)


class LearntSerializer(serializers.Serializer[Any]):
    """One line of a training record."""

    record = serializers.CharField()
    title = serializers.CharField()
    method = serializers.CharField()
    reason = serializers.CharField()
    status = serializers.CharField()
    completed_at = serializers.DateTimeField()
    valid_until = serializers.DateField(allow_null=True)
    signed_by = serializers.CharField(allow_null=True)


class AsOfSerializer(serializers.Serializer[Any]):
    """What was so at the end of a day, of what was asked for."""

    on = serializers.DateField()
    station = AtStationSerializer(required=False)
    standards = StandardThenSerializer(many=True, required=False)
    person = serializers.CharField(required=False)
    competences = CompetenceSerializer(many=True, required=False)
    record = LearntSerializer(many=True, required=False)


def checked(request: Request, *names: str) -> WhenFilters:
    """The filters of a request. Raises BadInput for what is unknown or does not fit."""
    check_names(request.query_params, set(names))
    filters = WhenFilters(request.query_params, user=request.user)
    if not filters.is_valid():
        raise BadInput.of({name: str(errors) for name, errors in filters.errors.items()})
    return filters


class Qualified(ApiDoor):
    """Who may run a station: `?station=MUC/RING-1`, with `on` and `shift` another day or one shift only."""

    @extend_schema(
        responses=AtStationSerializer,
        parameters=[OpenApiParameter("station", required=True), OpenApiParameter("on"), OpenApiParameter("shift")],
    )
    def get(self, request: Request) -> Response:
        filters = checked(request, "station", "on", "shift")
        station: Station | None = filters.value("station")
        if station is None:
            raise BadInput.of({"station": "Say which station, such as MUC/RING-1."})
        shift = request.query_params.get("shift", "")
        on = filters.value("on") or timezone.localdate()
        names = set(visible_shifts(request.user).filter(site=station.site_id).values_list("name", flat=True))  # type: ignore[arg-type]
        if shift and shift not in names:
            raise BadInput.of({"shift": "This site has no such shift."})
        return Response(AtStationSerializer(selectors.at_station(station, on=on, shift=shift)).data)


class Coverage(ApiDoor):
    """Have and wanted of each station and shift today."""

    @extend_schema(responses=results_of(CoverSerializer))
    def get(self, request: Request) -> Response:
        check_names(request.query_params, set())
        found = selectors.coverage(visible_stations(request.user), on=timezone.localdate())  # type: ignore[arg-type]
        rows = [
            {
                "station": key_of(one.station),
                "shift": row.shift,
                "have": row.whole.have,
                "wanted": row.whole.wanted,
                "single_point_of_failure": row.whole.is_single,
            }
            for one in found
            for row in one.shifts
        ]
        return Response({"results": CoverSerializer(rows, many=True).data})


class Competences(ApiDoor):
    """Assessments, newest first: `?person=` and `?skill=` to narrow, `?limit=` for how many."""

    @extend_schema(
        responses=results_of(CompetenceSerializer),
        parameters=[OpenApiParameter(name) for name in ("person", "skill", "limit")],
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        check_names(query, {"person", "skill", "limit"})
        user: Any = request.user
        rows = Competence.objects.filter(skill__in=visible(Skill, user).values("pk"))
        rows = rows | Competence.objects.filter(person=user)
        if query.get("person"):
            rows = rows.filter(person__username=query["person"])
        if query.get("skill"):
            rows = rows.filter(skill__number=query["skill"])
        rows = rows.select_related("person", "skill", "assessor", "revision").order_by("-assessed_on", "-id")
        return Response({"results": CompetenceSerializer(rows[: limit(query)], many=True).data})


class QualifiedThen(ApiDoor):
    """What was in effect and who was qualified at the end of a day: `?on=` with a station, document or person."""

    @extend_schema(
        responses=AsOfSerializer,
        parameters=[OpenApiParameter(name) for name in ("on", "station", "document", "person")],
    )
    def get(self, request: Request) -> Response:
        user: Any = request.user
        if not permissions.may_see_matrix(user):
            raise PermissionDenied
        filters = checked(request, "on", "station", "document", "person")
        on = filters.day(timezone.localdate())
        return Response({"on": on, **_then(filters, user, on)})


def _then(filters: WhenFilters, user: Any, on: Any) -> dict[str, Any]:
    if station := filters.value("station"):
        found, standards = selectors.station_on(station, on=on)
        return {"station": AtStationSerializer(found).data, "standards": [_standard(one) for one in standards]}
    if document := filters.value("document"):
        one = selectors.standard_on(document, on=on)
        return {"standards": [{**_standard(one), "qualified": [person.username for person in one.people]}]}
    if person := filters.value("person"):
        seen = get_object_or_404(visible_people(user), pk=person.pk)
        then = selectors.person_on(seen, user, [], on=on)
        competences = CompetenceSerializer(then.competences, many=True).data
        learnt = LearntSerializer([_learnt(row, how) for row, how in then.record], many=True).data
        return {"person": seen.username, "competences": competences, "record": learnt}
    raise BadInput.of({"station": "Name a station, a document or a person."})


def _learnt(row: Assignment, how: str) -> dict[str, Any]:
    return {
        "record": row.signed_record.number,
        "title": row.title,
        "method": how,
        "reason": row.reason,
        "status": row.status,
        "completed_at": row.completed_at,
        "valid_until": row.valid_until,
        "signed_by": row.signature.signer_name if row.signature else None,
    }


def _standard(one: Any) -> dict[str, Any]:
    return {"document": one.document.number, "revision": one.revision.number if one.revision else None}
