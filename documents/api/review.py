"""Review over REST: remarks, who is asked, the redline, and the routes of types."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from documents import permissions, selectors, verbs
from documents.models import Approval, Remark, Revision
from documents.selectors import Placed
from ui.api.doors import ApiDoor
from ui.api.lines import line_etag, perform_on
from ui.api.once import repeatable
from ui.api.records import body_of, check_names, filled
from ui.api.schema import request_of, results_of
from ui.registry import page_of
from ui.scope import record_for
from ui.verbs import named, offered


class RemarkSerializer(serializers.ModelSerializer[Remark]):
    """A remark on a revision."""

    author = serializers.CharField(source="author.username")
    revision = serializers.CharField(source="revision.number")

    class Meta:
        model = Remark
        fields = ("uuid", "revision", "place", "exact", "target", "text", "author", "at", "status", "answer")


class ApprovalSerializer(serializers.ModelSerializer[Approval]):
    """One question of a round of review."""

    asked = serializers.CharField(source="asked.username", allow_null=True, default=None)
    answered_by = serializers.CharField(source="answered_by.username", allow_null=True, default=None)
    answered_for = serializers.CharField(source="answered_for.username", allow_null=True, default=None)

    class Meta:
        model = Approval
        fields = (
            "uuid",
            "round",
            "stage",
            "task",
            "whom",
            "asked",
            "status",
            "answered_by",
            "answered_for",
            "answered_at",
        )


class RevisionDoor(ApiDoor):
    """Base of the views below one revision."""

    def revision(self, number: str) -> Revision:
        found: Revision = record_for(page_of(Revision), self.request.user, number)
        return found

    def remark(self, revision: Revision, key: UUID) -> Remark:
        found = Remark.objects.select_related("revision", "author", "answered_by")
        return get_object_or_404(found, uuid=key, revision__document=revision.document_id)

    def represent(self, placed: Placed) -> dict[str, Any]:
        remark = placed.remark
        base = f"/api/v1/revisions/{remark.revision.number}/remarks/{remark.uuid}/"
        can = [
            {"verb": verb.name, "url": f"{base}{verb.name}/"}
            for verb in offered(verbs.REMARK, remark, self.request.user)
        ]
        facts = {"is_lost": placed.is_lost, "is_changed": placed.is_changed}
        return {**RemarkSerializer(remark).data, **facts, "links": {"available": can}}

    def placed(self, revision: Revision, remark: Remark) -> dict[str, Any]:
        found = selectors.marked_text(revision).remarks
        shown = next((one for one in found if one.remark.pk == remark.pk), None)
        return self.represent(shown) if shown else dict(RemarkSerializer(remark).data)


class Remarks(RevisionDoor):
    """Remarks on a revision and the unsettled ones of those before it, in the order of the text. POST adds one."""

    @extend_schema(responses=results_of(RemarkSerializer))
    def get(self, request: Request, number: str) -> Response:
        found = selectors.marked_text(self.revision(number)).remarks
        return Response({"results": [self.represent(one) for one in found]})

    @extend_schema(request=request_of(verbs.ADD_REMARK.form, "Remark"), responses={201: RemarkSerializer})
    @repeatable
    def post(self, request: Request, number: str) -> Response:
        revision = self.revision(number)
        if not permissions.may_remark(request.user, revision):
            raise PermissionDenied
        form = filled(verbs.ADD_REMARK, body_of(request), user=request.user)
        made = verbs.ADD_REMARK.service(revision, by=request.user, **form.facts)
        made.revision = revision
        return Response(self.placed(revision, made), status=201, headers={"ETag": line_etag(made)})


class OneRemark(RevisionDoor):
    """One remark, with the tag that its verbs ask for."""

    @extend_schema(responses=RemarkSerializer)
    def get(self, request: Request, number: str, key: UUID) -> Response:
        revision = self.revision(number)
        remark = self.remark(revision, key)
        return Response(self.placed(revision, remark), headers={"ETag": line_etag(remark)})


class RemarkVerb(RevisionDoor):
    """Answer, settle or reopen a remark."""

    @extend_schema(request=None, responses=RemarkSerializer)
    @repeatable
    def post(self, request: Request, number: str, key: UUID, name: str) -> Response:
        revision = self.revision(number)
        verb = named(verbs.REMARK, name)
        if verb is None:
            raise Http404(name)
        perform_on(self, verb, self.remark(revision, key))
        remark = self.remark(revision, key)
        return Response(self.placed(revision, remark), headers={"ETag": line_etag(remark)})


class Approvals(RevisionDoor):
    """Who was asked for a revision and answered, the last round first. Answers are the verbs review and approve."""

    @extend_schema(responses=results_of(ApprovalSerializer))
    def get(self, request: Request, number: str) -> Response:
        found = selectors.approvals_of(self.revision(number))
        return Response({"results": ApprovalSerializer(found, many=True).data})


class RedlineApi(RevisionDoor):
    """What is otherwise than in another revision: by default the one that was in force before, else `?with=`."""

    @extend_schema(responses=OpenApiTypes.OBJECT, parameters=[OpenApiParameter("with")])
    def get(self, request: Request, number: str) -> Response:
        check_names(request.query_params, {"with"})
        revision = self.revision(number)
        others = selectors.comparable(revision)
        try:
            other = selectors.laid_beside(revision, others, request.query_params.get("with", ""))
        except Revision.DoesNotExist as unknown:
            raise Http404 from unknown
        if other is None:
            return Response({"before": None, "after": number, "is_changed": False})
        return Response(_told(selectors.redline_of(*selectors.in_order(other, revision))))


def _told(found: selectors.Redline) -> dict[str, Any]:
    return {
        "before": found.before.number,
        "after": found.after.number,
        "is_changed": found.is_changed,
        "is_coarse": found.is_coarse,
        "training": found.proposal.verdict,
        "reasons": list(found.proposal.reasons),
        "facts": [_field(diff) for diff in found.facts],
        "steps": [
            {
                "key": step.change.key,
                "change": step.change.change,
                "is_moved": step.change.is_moved,
                "position_before": step.number_before,
                "position_after": step.number_after,
                "fields": [_field(diff) for diff in step.fields],
            }
            for step in found.steps
        ],
        "text": "".join(block.both for block in found.blocks) if found.is_text_changed else "",
        "parts": [_field(diff) for diff in found.parts],
    }


def _field(diff: selectors.FieldDiff) -> dict[str, Any]:
    return {"name": diff.name, "before": diff.before, "after": diff.after}


class RouteSerializer(serializers.Serializer[Any]):
    """A document type and who reviews and approves its revisions."""

    code = serializers.CharField()
    name = serializers.CharField()
    asks_change_request = serializers.BooleanField()
    steps = serializers.ListField(child=serializers.DictField())


class RouteDoor(ApiDoor):
    """Base of the views of routes: only who sets them reads them."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not permissions.may_set_route(request.user):
            raise PermissionDenied


class Routes(RouteDoor):
    """Every document type with its route."""

    @extend_schema(responses=results_of(RouteSerializer))
    def get(self, request: Request) -> Response:
        return Response({"results": [_route(type) for type in selectors.routed_types()]})


class OneRoute(RouteDoor):
    """The route of a type. POST puts another in its place."""

    @extend_schema(responses=RouteSerializer)
    def get(self, request: Request, code: str) -> Response:
        return Response(_route(get_object_or_404(selectors.routed_types(), code=code)))

    @extend_schema(request=request_of(verbs.SET_ROUTE.form, "Route"), responses=RouteSerializer)
    @repeatable
    def post(self, request: Request, code: str) -> Response:
        type = get_object_or_404(selectors.routed_types(), code=code)
        form = filled(verbs.SET_ROUTE, body_of(request), user=request.user, record=type)
        verbs.SET_ROUTE.service(type, by=request.user, **form.facts)
        return Response(_route(get_object_or_404(selectors.routed_types(), code=code)))


def _route(type: Any) -> dict[str, Any]:
    steps = [step.content() for step in type.route.all()]
    return {"code": type.code, "name": type.name, "asks_change_request": type.asks_change_request, "steps": steps}
