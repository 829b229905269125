"""Document types, clauses, search and what was in force, over REST."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from documents import permissions, selectors, verbs
from documents.forms import AsOfForm
from documents.models import Clause, DocumentType
from ui.api.doors import ApiDoor
from ui.api.once import repeatable
from ui.api.problems import BadInput
from ui.api.records import body_of, check_names, filled
from ui.api.schema import results_of
from ui.verbs import Verb, named

MOST_AS_OF = 500


class TypeSerializer(serializers.ModelSerializer[DocumentType]):
    class Meta:
        model = DocumentType
        fields = (
            "code", "name", "has_steps", "is_control_plan", "is_external", "readiness", "ready_share", "training_days",
            "review_months", "retention_years", "is_active",
        )  # fmt: skip


class ClauseSerializer(serializers.ModelSerializer[Clause]):
    class Meta:
        model = Clause
        fields = ("code", "standard", "edition", "number", "title")


class RegisterDoor(ApiDoor):
    """Base: whoever sees documents reads these."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not permissions.may_search(request.user):  # type: ignore[arg-type]
            raise PermissionDenied


class Types(RegisterDoor):
    """GET lists the sorts of documents, POST adds one."""

    @extend_schema(responses=results_of(TypeSerializer))
    def get(self, request: Request) -> Response:
        return Response({"results": TypeSerializer(selectors.types(), many=True).data})

    @extend_schema(request=TypeSerializer, responses=TypeSerializer)
    @repeatable
    def post(self, request: Request) -> Response:
        verb = verbs.ADD_TYPE
        if not verb.is_allowed(request.user, None):
            raise PermissionDenied
        form = filled(verb, body_of(request), user=request.user)
        return Response(TypeSerializer(verb.service(by=request.user, **form.facts)).data, status=201)


class OneType(RegisterDoor):
    """A sort of document with its rules."""

    @extend_schema(responses=TypeSerializer)
    def get(self, request: Request, code: str) -> Response:
        return Response(TypeSerializer(get_object_or_404(DocumentType, code=code)).data)


class TypeVerb(RegisterDoor):
    """POST changes the rules ("edit": what is not named stays) or takes a sort out of use ("retire")."""

    @extend_schema(request=None, responses=TypeSerializer)
    @repeatable
    def post(self, request: Request, code: str, name: str) -> Response:
        kind = get_object_or_404(DocumentType, code=code)
        verb = _named(verbs.OF_A_TYPE, name)
        if not verb.is_allowed(request.user, kind):
            raise PermissionDenied
        form = filled(verb, body_of(request), user=request.user, record=kind)
        return Response(TypeSerializer(verb.service(kind, by=request.user, **form.facts)).data)


def _named(several: tuple[Verb, ...], name: str) -> Verb:
    verb = named(several, name)
    if verb is None:
        raise Http404(name)
    return verb


class Clauses(RegisterDoor):
    """The clauses that documents can answer."""

    @extend_schema(responses=results_of(ClauseSerializer))
    def get(self, request: Request) -> Response:
        return Response({"results": ClauseSerializer(selectors.clauses(), many=True).data})


class HitSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(source="document.number")
    title = serializers.CharField(source="document.title")
    type = serializers.CharField(source="document.type.code")
    status = serializers.CharField(source="document.status")
    current_revision = serializers.IntegerField(source="document.current_no", allow_null=True)
    passage = serializers.CharField(help_text="HTML: the words stand in <mark>, everything else is escaped.")
    url = serializers.CharField(source="document.get_absolute_url")


class FindingsSerializer(serializers.Serializer[Any]):
    results = HitSerializer(source="hits", many=True)
    total = serializers.IntegerField(help_text="At most 1,000.")
    is_near = serializers.BooleanField(help_text="Nothing has these words; these are like them.")
    instead = serializers.CharField(help_text="The words that were taken in their place; empty where they were not.")


class Search(RegisterDoor):
    """Documents by their words, the best first, 20 a page."""

    @extend_schema(
        parameters=[OpenApiParameter("q", str, required=True), OpenApiParameter("page", int)],
        responses=FindingsSerializer,
    )
    def get(self, request: Request) -> Response:
        check_names(request.query_params, {"q", "page"})
        words, page = request.query_params.get("q", "").strip(), request.query_params.get("page", "1")
        if not words:
            raise BadInput.of({"q": "Say what you look for."})
        if not (page.isascii() and page.isdigit() and len(page) < 4 and int(page)):
            raise BadInput.of({"page": "Give a number from 1."})
        return Response(FindingsSerializer(selectors.search(request.user, words, page=int(page))).data)  # type: ignore[arg-type]


class InForceSerializer(serializers.Serializer[Any]):
    number = serializers.CharField()
    document = serializers.CharField(source="document.number")
    title = serializers.CharField()
    type = serializers.CharField(source="document.type.code")
    process = serializers.CharField(source="process.code", allow_null=True, default=None)
    effective_at = serializers.DateTimeField()
    superseded_at = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField(source="get_absolute_url")


class AsOf(RegisterDoor):
    """What was in force at the end of a day (`on`), in a process or at a station."""

    @extend_schema(
        parameters=[OpenApiParameter(name, str) for name in ("on", "process", "station")],
        responses=results_of(InForceSerializer),
    )
    def get(self, request: Request) -> Response:
        form = AsOfForm({"on": timezone.localdate(), **request.query_params.dict()}, user=request.user)
        check_names(request.query_params, set(form.fields))
        if not form.is_valid():
            raise BadInput.of_form(form)  # type: ignore[arg-type]
        found = selectors.effective_at(form.cleaned_data["on"], request.user, process=form.process_asked)  # type: ignore[arg-type]
        return Response({"results": InForceSerializer(found[:MOST_AS_OF], many=True).data})
