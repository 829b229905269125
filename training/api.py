"""Assignments over REST: what I must read, opening and signing it; for supervisors the assessment."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from documents.models import Revision
from people.models import User
from records.selectors import content, content_digest, visible
from training import selectors, verbs
from training.models import Assignment, Requirement
from training.states import ASSIGNMENT
from ui.api.doors import ApiDoor
from ui.api.lines import line_etag, perform_on
from ui.verbs import Verb, offered

MOST = 200


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """One person's duty to be trained on one revision."""

    person = serializers.CharField(source="person.username")
    name = serializers.CharField(source="person.full_name")
    requirement = serializers.CharField(source="requirement.number")
    revision = serializers.CharField(source="revision.number")
    title = serializers.CharField(source="revision.title")

    class Meta:
        model = Assignment
        fields = (
            "uuid", "person", "name", "requirement", "revision", "title", "reason", "due", "status",
            "assigned_at", "opened_at", "completed_at",
        )  # fmt: skip


def seen_by(user: User) -> QuerySet[Assignment]:
    """One's own, and those of requirements that one sees."""
    requirements = visible(Requirement, user).values("pk")
    return selectors.assignments().filter(Q(person=user) | Q(requirement__in=requirements))


class AssignmentDoor(ApiDoor):
    """Base of the views of assignments."""

    def assignment(self, key: UUID) -> Assignment:
        return get_object_or_404(seen_by(self.request.user), uuid=key)  # type: ignore[arg-type]

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
        responses=AssignmentSerializer(many=True),
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
        revision = Revision.objects.select_related("document__type").get(pk=assignment.revision_id)
        shown = {"digest": content_digest(revision), "content": content(revision)}
        return Response({**self.represent(assignment), **shown}, headers={"ETag": line_etag(assignment)})


class AssignmentVerb(AssignmentDoor):
    """Open, acknowledge, assess, fail or waive an assignment. Signed verbs take `password` and `digest`."""

    @extend_schema(request=None, responses=AssignmentSerializer)
    def post(self, request: Request, key: UUID, name: str) -> Response:
        assignment = self.assignment(key)
        perform_on(self, _verb(name), assignment)
        return Response(self.represent(self.assignment(key)), headers={"ETag": line_etag(assignment)})


def _verb(name: str) -> Verb:
    found = next((verb for verb in verbs.ASSIGNMENT if verb.name == name), None)
    if found is None:
        raise Http404(name)
    return found
