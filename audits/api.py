"""Checklists over REST: what audits ask."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audits import permissions, selectors, verbs
from audits.forms import TrailForm
from audits.models import Checklist, CheckQuestion
from ui.api.doors import ApiDoor
from ui.api.lines import line_etag, perform_on
from ui.api.once import repeatable
from ui.api.problems import BadInput
from ui.api.records import body_of, check_names, filled, limit, turned
from ui.api.schema import results_of


class QuestionSerializer(serializers.ModelSerializer[CheckQuestion]):
    document = serializers.CharField(source="document.number", allow_null=True, default=None)
    protects = serializers.CharField(source="protects.number", allow_null=True, default=None)

    class Meta:
        model = CheckQuestion
        fields = ("uuid", "text", "clause", "aspect", "document", "protects", "asked_from", "asked_until")


class ChecklistSerializer(serializers.ModelSerializer[Checklist]):
    site = serializers.CharField(source="site.code")
    process = serializers.CharField(source="process.code", allow_null=True, default=None)

    class Meta:
        model = Checklist
        fields = ("uuid", "name", "type", "site", "process", "is_active")


class ChecklistDoor(ApiDoor):
    """Base of the views of checklists."""

    def one(self, key: UUID) -> Checklist:
        seen = selectors.visible_checklists(self.request.user).select_related("site", "process")  # type: ignore[arg-type]
        return get_object_or_404(seen, uuid=key)

    def represent(self, checklist: Checklist) -> dict[str, Any]:
        questions = checklist.questions.select_related("document", "protects")
        return {**ChecklistSerializer(checklist).data, "questions": QuestionSerializer(questions, many=True).data}


class Checklists(ChecklistDoor):
    """GET lists the checklists that you see, POST writes one with its questions."""

    @extend_schema(responses=results_of(ChecklistSerializer))
    def get(self, request: Request) -> Response:
        seen = selectors.visible_checklists(request.user).select_related("site", "process")  # type: ignore[arg-type]
        return Response({"results": ChecklistSerializer(seen[:500], many=True).data})

    @extend_schema(request=None, responses=ChecklistSerializer)
    @repeatable
    def post(self, request: Request) -> Response:
        verb = verbs.NEW_CHECKLIST
        if not verb.is_allowed(request.user, None):
            raise PermissionDenied
        form = filled(verb, body_of(request), user=request.user)
        if not verb.is_allowed(request.user, form.cleaned_data["site"]):
            raise PermissionDenied
        return Response(self.represent(verb.service(by=request.user, **form.facts)), status=201)


class OneChecklist(ChecklistDoor):
    """A checklist with its questions."""

    @extend_schema(responses=ChecklistSerializer)
    def get(self, request: Request, key: UUID) -> Response:
        checklist = self.one(key)
        return Response(self.represent(checklist), headers={"ETag": line_etag(checklist)})


class AddQuestion(ChecklistDoor):
    """Add a question: `text`, `clause`, `aspect`, `document`."""

    @extend_schema(request=None, responses=ChecklistSerializer)
    @repeatable
    def post(self, request: Request, key: UUID) -> Response:
        checklist = self.one(key)
        perform_on(self, verbs.ADD_QUESTION, checklist)
        return Response(self.represent(checklist), headers={"ETag": line_etag(checklist)})


class FieldValueSerializer(serializers.Serializer[selectors.FieldValue]):
    name = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class TrailSerializer(serializers.Serializer[selectors.Entry]):
    entry = serializers.IntegerField(source="id")
    at = serializers.DateTimeField()
    by = serializers.CharField(source="who")
    login = serializers.CharField()
    record = serializers.CharField(source="record.number", allow_null=True, default=None)
    what = serializers.CharField()
    did = serializers.CharField(source="op")
    changes = FieldValueSerializer(source="fields", many=True)
    reason = serializers.CharField()
    request = serializers.CharField()
    reviewed = serializers.BooleanField()


class Trail(ApiDoor):
    """GET the trail of all changes, newest first, filtered as on its page. Older ones follow `next`."""

    @extend_schema(responses=results_of(TrailSerializer))
    def get(self, request: Request) -> Response:
        if not permissions.may_read_trail(request.user):
            raise PermissionDenied
        form = TrailForm(request.query_params, user=request.user)
        check_names(request.query_params, {*form.fields, "limit"})
        if not form.is_valid():
            raise BadInput.of_form(form)
        most = limit(request.query_params)
        query = selectors.Query(*permissions.trail_sites(request.user), **form.facts)
        found = selectors.entries(query, before=form.cleaned_data["before"], most=most + 1)
        shown = selectors.marked(found[:most])
        older = turned(request, before=str(shown[-1].id)) if len(found) > most else None
        return Response({"results": TrailSerializer(shown, many=True).data, "next": older})
