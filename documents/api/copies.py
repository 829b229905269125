"""Printed copies over REST. One is given out by the verb "give-out" of its revision."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from documents import permissions, selectors, verbs
from documents.models import Distribution
from ui.api.doors import ApiDoor
from ui.api.lines import line_etag, perform_on
from ui.api.once import repeatable
from ui.api.records import check_names, limit
from ui.api.schema import results_of
from ui.verbs import named


class CopySerializer(serializers.ModelSerializer[Distribution]):
    document = serializers.CharField(source="revision.document.number")
    revision = serializers.CharField(source="revision.number")
    holder = serializers.CharField(source="holder.username")
    station = serializers.CharField(source="station.code", allow_null=True, default=None)
    given_by = serializers.CharField(source="given_by.username")
    ended_by = serializers.CharField(source="ended_by.username", allow_null=True, default=None)

    class Meta:
        model = Distribution
        fields = (
            "uuid", "document", "revision", "no", "place", "station", "holder", "status", "given_by", "given_at",
            "recalled_at", "collect_by", "ended_at", "ended_by",
        )  # fmt: skip


class CopyDoor(ApiDoor):
    """Base: whoever sees documents sees their copies."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not permissions.may_search(request.user):  # type: ignore[arg-type]
            raise PermissionDenied

    def one(self, key: UUID) -> Distribution:
        return get_object_or_404(selectors.visible_copies(self.request.user), uuid=key)  # type: ignore[arg-type]


class Copies(CopyDoor):
    """Printed copies: `show` is out, recalled, overdue or all."""

    @extend_schema(
        parameters=[OpenApiParameter("show", str), OpenApiParameter("limit", int)],
        responses=results_of(CopySerializer),
    )
    def get(self, request: Request) -> Response:
        check_names(request.query_params, {"show", "limit"})
        seen = selectors.visible_copies(request.user)  # type: ignore[arg-type]
        found = selectors.narrowed(seen, request.query_params.get("show", "all"), on=timezone.localdate())
        return Response({"results": CopySerializer(found[: limit(request.query_params)], many=True).data})


class OneCopy(CopyDoor):
    """A printed copy, with the tag that its verbs ask for."""

    @extend_schema(responses=CopySerializer)
    def get(self, request: Request, key: UUID) -> Response:
        copy = self.one(key)
        return Response(CopySerializer(copy).data, headers={"ETag": line_etag(copy)})


class CopyVerb(CopyDoor):
    """POST collect, destroy, recall or report-lost."""

    @extend_schema(request=None, responses=CopySerializer)
    @repeatable
    def post(self, request: Request, key: UUID, name: str) -> Response:
        copy = self.one(key)
        verb = named(verbs.OF_A_COPY, name)
        if verb is None:
            raise Http404(name)
        perform_on(self, verb, copy)
        copy = self.one(key)
        return Response(CopySerializer(copy).data, headers={"ETag": line_etag(copy)})
