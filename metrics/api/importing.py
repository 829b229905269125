"""Files of values over REST: upload, look at what would become of each value, say how it is read, import."""

from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from metrics import permissions, selectors, verbs
from metrics.files import Layout
from metrics.forms import ArrangeValuesForm, ImportValuesForm, UploadValuesForm
from metrics.models import ImportLayout, ValueImport
from people.models import User
from ui.api.doors import ApiDoor
from ui.api.once import repeatable
from ui.api.problems import BadInput
from ui.api.records import beginning, body_of, filled
from ui.api.schema import results_of
from ui.api.strict import misfits
from ui.forms import VerbForm

MOST_LISTED = 200


class UploadValuesSerializer(serializers.Serializer[Any]):
    site = serializers.CharField()
    file = serializers.FileField(help_text="CSV or XLSX")
    layout = serializers.CharField(required=False, help_text="name of a kept layout of the site")


class LayoutSerializer(serializers.Serializer[Any]):
    """`columns` say by their place, counted from 0, what they hold: a fact, or "=" and the number of a metric."""

    columns = serializers.DictField(child=serializers.CharField())
    metric = serializers.CharField()
    dates = serializers.CharField()
    decimal = serializers.CharField()
    zone = serializers.CharField()
    sheet = serializers.CharField()


class UnderstoodSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    metric = serializers.CharField(source="metric.number")
    observed_at = serializers.DateTimeField()
    value = serializers.CharField()
    n = serializers.CharField()
    note = serializers.CharField()
    is_new = serializers.BooleanField()
    is_late = serializers.BooleanField()


class WrongValueSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    column = serializers.CharField()
    message = serializers.CharField()


class BatchSerializer(serializers.Serializer[Any]):
    uuid = serializers.UUIDField()
    digest = serializers.CharField()
    stored = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    refused = serializers.IntegerField()


class ValueImportSerializer(serializers.ModelSerializer[ValueImport]):
    site = serializers.CharField(source="site.code")
    made_by = serializers.CharField(source="made_by.username")
    batch = BatchSerializer(allow_null=True)

    class Meta:
        model = ValueImport
        fields = ("uuid", "name", "site", "made_by", "made_at", "done_at", "batch")


class LookSerializer(ValueImportSerializer):
    """With how it is read and, until it is imported, what would become of its values."""

    layout = LayoutSerializer()
    seen = serializers.CharField(help_text="names the layout of this look; `confirm` is sent it")
    headings = serializers.ListField(child=serializers.CharField(), required=False)
    sheets = serializers.ListField(child=serializers.CharField(), required=False)
    missing = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="headings of the kept layout that the file lacks"
    )
    lack = serializers.CharField(required=False, help_text="why no value can be read")
    new = serializers.IntegerField(required=False)
    known = serializers.IntegerField(required=False, help_text="values that were stored before")
    late = serializers.IntegerField(required=False)
    faulty = serializers.IntegerField(required=False)
    first = UnderstoodSerializer(many=True, required=False)
    faults = WrongValueSerializer(many=True, help_text="the first of the wrong values; of an import, of those left out")

    class Meta(ValueImportSerializer.Meta):
        fields = (  # type: ignore[assignment]
            *ValueImportSerializer.Meta.fields, "layout", "seen", "headings", "sheets", "missing", "lack",
            "new", "known", "late", "faulty", "first", "faults",
        )  # fmt: skip


class ImportLayoutSerializer(serializers.ModelSerializer[ImportLayout]):
    site = serializers.CharField(source="site.code")
    kept_by = serializers.CharField(source="kept_by.username")
    layout = serializers.DictField()

    class Meta:
        model = ImportLayout
        fields = ("uuid", "site", "name", "kept_by", "kept_at", "layout")


class ValueImportDoor(ApiDoor):
    """Base: whoever records values at a site."""

    @property
    def person(self) -> User:
        return cast(User, self.request.user)

    def one(self, key: UUID) -> ValueImport:
        kept = get_object_or_404(selectors.value_imports(self.person), uuid=key)
        if not permissions.may_take_in(self.person, kept):
            raise PermissionDenied
        return kept

    def represent(self, kept: ValueImport) -> dict[str, Any]:
        layout = Layout.of(kept.layout)
        data: dict[str, Any] = dict(ValueImportSerializer(kept).data) | {"layout": layout.kept(), "seen": layout.digest}
        if kept.done_at:
            return data | {"faults": [_fault(*one) for one in kept.faults]}
        peek, found = selectors.peek(kept), selectors.look(kept)
        counts = {name: getattr(found, name) for name in ("lack", "new", "known", "late", "faulty")}
        faults = [_fault(one.value.row, one.value.heading, one.message) for one in found.faults]
        first = UnderstoodSerializer(found.first, many=True).data
        peeked = {"headings": peek.headings, "sheets": peek.sheets, "missing": peek.missing}
        return data | peeked | counts | {"first": first, "faults": faults}

    def checked(self, form: VerbForm, body: dict[str, Any]) -> VerbForm:
        """The form, if the body fits it. Raises BadInput."""
        if wrong := misfits(form, body):
            raise BadInput.of(wrong)
        if not form.is_valid():
            raise BadInput.of_form(form)
        return form


def _fault(row: int, column: str, message: str) -> dict[str, Any]:
    return {"row": row, "column": column, "message": message}


class RecordersOnly(ValueImportDoor):
    """Base of the views that belong to no import."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not permissions.may_record_values(self.person):
            raise PermissionDenied


class ValueImports(RecordersOnly):
    """GET lists imports; POST takes multipart/form-data: `site`, `file` (CSV or XLSX), perhaps a kept `layout`.

    Nothing is stored yet: the answer says how the file is read and what would become of its values.
    """

    parser_classes = [MultiPartParser]

    @extend_schema(responses=results_of(ValueImportSerializer))
    def get(self, request: Request) -> Response:
        found = [one for one in selectors.value_imports(self.person)[:MOST_LISTED] if self._may(one)]
        return Response({"results": ValueImportSerializer(found, many=True).data})

    def _may(self, kept: ValueImport) -> bool:
        return permissions.may_take_in(self.person, kept)

    @extend_schema(request=UploadValuesSerializer, responses={201: LookSerializer})
    @repeatable
    def post(self, request: Request) -> Response:
        data: Any = request.data
        body = {name: data[name] for name in data if name not in request.FILES}
        verb = verbs.UPLOAD_VALUES
        form = self.checked(UploadValuesForm(body, request.FILES, user=self.person, verb=verb), body)
        if not verb.is_allowed(self.person, form.cleaned_data["site"]):
            raise PermissionDenied
        return Response(self.represent(verb.service(by=self.person, **form.facts)), status=201)


class OneValueImport(ValueImportDoor):
    """An import: how the file is read, and what would become of its values or did."""

    @extend_schema(responses=LookSerializer)
    def get(self, request: Request, key: UUID) -> Response:
        return Response(self.represent(self.one(key)))


class ArrangeValues(ValueImportDoor):
    """Say how the file is read; what is not named stays as it is.

    `column_0` and so on hold a fact (observed_at, time, metric, value, n, subgroup, event_id, note, unit), "=" and the
    number of a metric, or nothing. `metric` is that of all values, `dates` one of ymd, dmy and mdy, `decimal` the sign,
    `zone` a time zone, `sheet` one of the workbook; `keep_as` keeps it all by a name, and with `replace_kept` in the
    place of what somebody else keeps by it.
    """

    @extend_schema(
        request={
            "application/json": {
                "type": "object",
                "properties": {"replace_kept": {"type": "boolean"}},
                "additionalProperties": {"type": "string"},
            }
        },
        responses=LookSerializer,
    )
    @repeatable
    def post(self, request: Request, key: UUID) -> Response:
        kept, verb, body = self.one(key), verbs.ARRANGE_VALUES, body_of(request)
        asked: dict[str, Any] = {"peek": selectors.peek(kept), "record": kept, "user": self.person, "verb": verb}
        begin = beginning(ArrangeValuesForm(**asked))
        form = self.checked(ArrangeValuesForm({**begin, **body}, **asked), body)
        verb.service(kept, by=self.person, **form.facts)
        return Response(self.represent(self.one(key)))


class ConfirmValues(ValueImportDoor):
    """Store all values of the file as one batch, or with `leave_wrong` those that are right. Once.

    `seen` comes from the look: where the file is read otherwise by now, the answer is 409 "layout-changed".
    """

    @extend_schema(
        request={
            "application/json": {
                "type": "object",
                "properties": {"seen": {"type": "string"}, "leave_wrong": {"type": "boolean"}},
                "required": ["seen"],
            }
        },
        responses=LookSerializer,
    )
    @repeatable
    def post(self, request: Request, key: UUID) -> Response:
        kept, verb, body = self.one(key), verbs.IMPORT_VALUES, body_of(request)
        form = self.checked(ImportValuesForm(body, user=self.person, verb=verb), body)
        verb.service(kept, by=self.person, **form.facts)
        return Response(self.represent(self.one(key)))


class ImportLayouts(RecordersOnly):
    """How files of a kind are read, kept by name."""

    @extend_schema(responses=results_of(ImportLayoutSerializer))
    def get(self, request: Request) -> Response:
        found = selectors.import_layouts(self.person)[:MOST_LISTED]
        return Response({"results": ImportLayoutSerializer(found, many=True).data})


class RemoveLayout(ValueImportDoor):
    """Keep a layout no longer: for whoever keeps it, or may replace it. What was read like it stays as it is."""

    @extend_schema(request={"application/json": {"type": "object"}}, responses=ImportLayoutSerializer)
    @repeatable
    def post(self, request: Request, key: UUID) -> Response:
        verb, layout = verbs.REMOVE_LAYOUT, get_object_or_404(selectors.import_layouts(self.person), uuid=key)
        if not verb.is_allowed(self.person, layout):
            raise PermissionDenied
        form, told = filled(verb, body_of(request), user=self.person), ImportLayoutSerializer(layout).data
        verb.service(layout, by=self.person, **form.facts)
        return Response(told)
