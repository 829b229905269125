"""Import of an old register over REST: upload, look at every row, confirm."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from documents import permissions, selectors, verbs
from documents.forms import MappingForm, UploadForm
from documents.models import RegisterImport
from ui.api.doors import ApiDoor
from ui.api.once import repeatable
from ui.api.problems import BadInput
from ui.api.records import body_of
from ui.api.schema import results_of
from ui.api.strict import misfits


class UploadSerializer(serializers.Serializer[Any]):
    site = serializers.CharField()
    sheet = serializers.FileField()
    archive = serializers.FileField(required=False)
    folder = serializers.ListField(child=serializers.FileField(), required=False)


class RowSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    texts = serializers.DictField(child=serializers.CharField())
    faults = serializers.ListField(child=serializers.CharField())


class ImportSerializer(serializers.ModelSerializer[RegisterImport]):
    site = serializers.CharField(source="site.code")
    made_by = serializers.CharField(source="made_by.username")

    class Meta:
        model = RegisterImport
        fields = ("uuid", "name", "site", "made_by", "made_at", "done_at", "mapping")


class ImportDoor(ApiDoor):
    """Base: quality managers, at their sites."""

    def one(self, key: UUID) -> RegisterImport:
        kept = get_object_or_404(selectors.visible_imports(self.request.user), uuid=key)  # type: ignore[arg-type]
        if not permissions.may_take_over(self.request.user, kept):  # type: ignore[arg-type]
            raise PermissionDenied
        return kept

    def represent(self, kept: RegisterImport) -> dict[str, Any]:
        """The import with what every row would become, until it has."""
        data: dict[str, Any] = dict(ImportSerializer(kept).data)
        if kept.done_at is None:
            found = selectors.preview(kept, on=timezone.localdate())
            rows = RowSerializer(found.rows, many=True).data
            data |= {"headings": found.headings, "rows": rows, "is_sound": found.is_sound}
        return data


class Imports(ImportDoor):
    """GET lists imports; POST takes multipart/form-data: `site`, `sheet` (XLSX) and perhaps its files.

    They come as `archive` (a zip), or each as a part named `folder`.
    """

    parser_classes = [MultiPartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not permissions.may_import(request.user):  # type: ignore[arg-type]
            raise PermissionDenied

    @extend_schema(responses=results_of(ImportSerializer))
    def get(self, request: Request) -> Response:
        found = selectors.visible_imports(request.user)[:200]  # type: ignore[arg-type]
        return Response({"results": ImportSerializer(found, many=True).data})

    @extend_schema(request=UploadSerializer, responses=ImportSerializer)
    @repeatable
    def post(self, request: Request) -> Response:
        data: Any = request.data
        body = {name: data[name] for name in data if name not in request.FILES}
        form = UploadForm(body, request.FILES, user=request.user, verb=verbs.UPLOAD)
        if wrong := misfits(form, body):
            raise BadInput.of(wrong)
        if not form.is_valid():
            raise BadInput.of_form(form)
        if not verbs.UPLOAD.is_allowed(request.user, form.cleaned_data["site"]):
            raise PermissionDenied
        kept = verbs.UPLOAD.service(by=request.user, **form.facts)
        return Response(self.represent(kept), status=201)


class OneImport(ImportDoor):
    """An import with every row."""

    @extend_schema(responses=ImportSerializer)
    def get(self, request: Request, key: UUID) -> Response:
        return Response(self.represent(self.one(key)))


class MapColumns(ImportDoor):
    """Say which column holds which fact: its place, counted from 0, as a text; "-" for none."""

    @extend_schema(request=None, responses=ImportSerializer)
    @repeatable
    def post(self, request: Request, key: UUID) -> Response:
        kept = self.one(key)
        headings = selectors.preview(kept, on=timezone.localdate()).headings
        body = body_of(request)
        form = MappingForm(body, headings=headings, record=kept, user=request.user, verb=verbs.MAP_COLUMNS)
        if wrong := misfits(form, body):
            raise BadInput.of(wrong)
        if not form.is_valid():
            raise BadInput.of_form(form)
        return Response(self.represent(verbs.MAP_COLUMNS.service(kept, by=request.user, **form.facts)))


class ConfirmImport(ImportDoor):
    """Have all rows taken over by a job, or none: answers with the job's page."""

    @extend_schema(request=None, responses={202: OpenApiTypes.OBJECT})
    @repeatable
    def post(self, request: Request, key: UUID) -> Response:
        kept = self.one(key)
        if body := body_of(request):
            raise BadInput.of(dict.fromkeys(body, "There is no such field."))
        job = verbs.CONFIRM_IMPORT.service(kept, by=request.user)
        return Response({"job": str(job.uuid), "url": f"/jobs/{job.uuid}/"}, status=202)
