"""Assignments over REST: what I must read, opening and signing it; for supervisors the assessment."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from people.models import User
from records import services as records
from records.selectors import as_child, content, content_digest, visible
from training import selectors, verbs
from training.models import Assignment, Requirement
from training.states import ACKNOWLEDGE, ASSIGNMENT
from ui.api.doors import ApiDoor
from ui.api.lines import line_etag, perform_on
from ui.api.problems import BadInput
from ui.api.records import asked_challenge, body_of, challenge_for, check_may
from ui.api.schema import Challenge, results_of
from ui.signing import dialog_of
from ui.verbs import Verb, named, offered

MOST, MOST_TOGETHER = 200, 50


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """One person's duty to be trained on one revision."""

    person = serializers.CharField(source="person.username")
    name = serializers.CharField(source="person.full_name")
    requirement = serializers.CharField(source="requirement.number")
    revision = serializers.CharField(source="revision.number", default=None, allow_null=True)
    title = serializers.CharField()
    method = serializers.SerializerMethodField()

    class Meta:
        model = Assignment
        fields = (
            "uuid", "person", "name", "requirement", "revision", "title", "method", "reason", "due", "status",
            "assigned_at", "opened_at", "completed_at", "valid_until",
        )  # fmt: skip

    def get_method(self, assignment: Assignment) -> str:
        return str(selectors.method_of(assignment))


def seen_by(user: User) -> QuerySet[Assignment]:
    """One's own, and those of requirements that one sees."""
    requirements = visible(Requirement, user).values("pk")
    return selectors.assignments().filter(Q(person=user) | Q(requirement__in=requirements))


class AssignmentDoor(ApiDoor):
    """Base of the views of assignments."""

    def assignment(self, key: UUID) -> Assignment:
        return get_object_or_404(seen_by(self.request.user), uuid=key)  # type: ignore[arg-type]

    def checked(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The body in that shape. Raises BadInput, also for fields that do not exist."""
        body = body_of(self.request)
        if unknown := {name: "There is no such field." for name in body if name not in shape().fields}:
            raise BadInput.of(unknown)
        found = shape(data=body)
        if not found.is_valid():
            raise BadInput.of({name: str(errors) for name, errors in found.errors.items()})
        return dict(found.validated_data)

    def represent(self, assignment: Assignment) -> dict[str, Any]:
        base = f"/api/v1/assignments/{assignment.uuid}/"
        can = [
            {"verb": verb.name, "url": f"{base}{verb.name}/", "signed": verb.is_signed(Assignment)}
            for verb in offered(verbs.ASSIGNMENT, assignment, self.request.user)
        ]
        return {**AssignmentSerializer(assignment).data, "links": {"self": base, "available": can}}


class Assignments(AssignmentDoor):
    """Assignments, soonest due first: `?person=me` for mine, `?status=` and `?revision=` to narrow."""

    @extend_schema(
        responses=results_of(AssignmentSerializer),
        parameters=[OpenApiParameter(name) for name in ("person", "status", "revision")],
    )
    def get(self, request: Request) -> Response:
        found = seen_by(request.user).order_by("due", "id")  # type: ignore[arg-type]
        person, status, revision = (request.query_params.get(name) for name in ("person", "status", "revision"))
        if person:
            found = found.filter(person__username=request.user.get_username() if person == "me" else person)
        if status:
            found = found.filter(status=status) if status in ASSIGNMENT.states.values else found.none()
        if revision:
            found = found.filter(revision__number=revision)
        return Response({"results": AssignmentSerializer(found[:MOST], many=True).data})


class OneAssignment(AssignmentDoor):
    """An assignment with the text to read and the digest that a signature of it seals."""

    @extend_schema(responses=AssignmentSerializer)
    def get(self, request: Request, key: UUID) -> Response:
        assignment = self.assignment(key)
        what = as_child(assignment.signed_record)
        shown = {"digest": content_digest(what), "content": content(what)}
        return Response({**self.represent(assignment), **shown}, headers={"ETag": line_etag(assignment)})


class AssignmentVerb(AssignmentDoor):
    """Open, acknowledge, assess, fail or waive an assignment. Signed verbs answer a challenge."""

    @extend_schema(request=None, responses=AssignmentSerializer)
    def post(self, request: Request, key: UUID, name: str) -> Response:
        assignment = self.assignment(key)
        perform_on(self, _verb(name), assignment)
        return Response(self.represent(self.assignment(key)), headers={"ETag": line_etag(assignment)})


class AssignmentChallenge(AssignmentDoor):
    """Open the signing dialog of a signed verb."""

    @extend_schema(request=None, responses={201: Challenge})
    def post(self, request: Request, key: UUID, name: str) -> Response:
        return Response(asked_challenge(self, _signed_verb(name), self.assignment(key)), status=201)


class Chosen(serializers.Serializer[Any]):
    """Which assignments: each is shown with a challenge of its own."""

    assignments = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_TOGETHER)


class Answered(serializers.Serializer[Any]):
    assignment = serializers.UUIDField()
    challenge = serializers.CharField(max_length=100)


class Together(serializers.Serializer[Any]):
    """User name and password once, and the challenge of each assignment."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    items = serializers.ListField(child=Answered(), min_length=1, max_length=MOST_TOGETHER)


class ShownTogether(AssignmentDoor):
    """Open the dialogs of several acknowledgements of one's own."""

    @extend_schema(request=Chosen, responses={201: Challenge(many=True)})
    def post(self, request: Request) -> Response:
        keys = self.checked(Chosen)["assignments"]
        shown = [
            {"assignment": str(key), **challenge_for(self, _verb(ACKNOWLEDGE.name), self.assignment(key))}
            for key in keys
        ]
        return Response({"results": shown}, status=201)


class SignTogether(AssignmentDoor):
    """Acknowledge several with one re-authentication. One that cannot be signed is refused alone."""

    @extend_schema(request=Together, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        sent, verb = self.checked(Together), _verb(ACKNOWLEDGE.name)
        chosen = [(self.assignment(one["assignment"]), one["challenge"]) for one in sent["items"]]
        for line, _challenge in chosen:
            check_may(self, verb, line)
        about, signing = chosen[0][0].signed_record, dialog_of(request).signing(sent)
        found = records.attempt_each(verb.service, chosen, by=request.user, signing=signing, about=about)  # type: ignore[arg-type]
        return Response({"results": [_outcome(one) for one in found]})


def _outcome(one: records.Outcome) -> dict[str, str]:
    told = {"assignment": str(one.subject.uuid), "revision": one.subject.signed_record.number}
    if one.refusal is None:
        return {**told, "result": "signed"}
    return {**told, "result": "refused", "code": one.refusal.code, "detail": one.refusal.message}


def _signed_verb(name: str) -> Verb:
    verb = _verb(name)
    if not verb.is_signed(Assignment):
        raise Http404(name)
    return verb


def _verb(name: str) -> Verb:
    found = named(verbs.ASSIGNMENT, name)
    if found is None:
        raise Http404(name)
    return found
