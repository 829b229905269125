"""Questions, what was answered, assessed and acknowledged, and the shared tablets, over REST."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from documents.models import Document, Revision
from people import permissions as people
from people import services
from people.models import Kiosk
from people.selectors import kiosks_seen_by
from records.selectors import visible
from training import permissions, selectors, verbs
from training.models import Acknowledgement, Assessment, Attempt, Question, Requirement
from ui.api.doors import ApiDoor
from ui.api.lines import line_etag, perform_on
from ui.api.once import repeatable
from ui.api.problems import BadInput
from ui.api.records import body_of, check_names, filled
from ui.api.schema import results_of
from ui.verbs import named

MOST = 500
ABOUT = OpenApiParameter("revision", required=True)


class QuestionSerializer(serializers.ModelSerializer[Question]):
    """A question with what is right: for those who write them."""

    document = serializers.CharField(source="document.number")

    class Meta:
        model = Question
        fields = (
            "uuid", "document", "step_key", "kind", "text", "options", "explanation", "translations", "version",
            "retired_at",
        )  # fmt: skip


class QuestionDoor(ApiDoor):
    """Base of the views of questions: those of documents that one sees, for whoever may see what is right."""

    def document(self, number: str) -> Document:
        document = get_object_or_404(visible(Document, self.request.user), number=number)  # type: ignore[arg-type]
        if not permissions.may_see_answers(self.request.user, document):  # type: ignore[arg-type]
            raise PermissionDenied
        return document

    def question(self, key: UUID) -> Question:
        seen = visible(Document, self.request.user).values("pk")  # type: ignore[arg-type]
        found = get_object_or_404(Question.objects.select_related("document"), uuid=key, document__in=seen)
        if not permissions.may_see_answers(self.request.user, found):  # type: ignore[arg-type]
            raise PermissionDenied
        return found

    def represent(self, question: Question) -> dict[str, Any]:
        return dict(QuestionSerializer(question).data)


class Questions(QuestionDoor):
    """GET the questions of a document (`?document=`), POST another: its fields and `document`."""

    @extend_schema(responses=results_of(QuestionSerializer), parameters=[OpenApiParameter("document", required=True)])
    def get(self, request: Request) -> Response:
        check_names(request.query_params, {"document"})
        bank = selectors.question_bank(self.document(request.query_params.get("document", "")))
        return Response({"results": QuestionSerializer(bank.select_related("document")[:MOST], many=True).data})

    @extend_schema(request=None, responses={201: QuestionSerializer})
    @repeatable
    def post(self, request: Request) -> Response:
        body = dict(body_of(request))
        document, verb = self.document(_number(body.pop("document", ""))), verbs.ADD_QUESTION
        if not verb.is_allowed(request.user, document):
            raise PermissionDenied
        form = filled(verb, body, user=request.user, record=document)
        question = verb.service(document, by=request.user, **form.facts)
        return Response(self.represent(question), status=201, headers={"ETag": line_etag(question)})


def _number(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise BadInput.of({"document": "The number of a document."})
    return value


class OneQuestion(QuestionDoor):
    """A question with what is right."""

    @extend_schema(responses=QuestionSerializer)
    def get(self, request: Request, key: UUID) -> Response:
        question = self.question(key)
        return Response(self.represent(question), headers={"ETag": line_etag(question)})


class QuestionVerb(QuestionDoor):
    """Say a question otherwise (`edit`), or ask it no more (`retire`)."""

    @extend_schema(request=None, responses=QuestionSerializer)
    def post(self, request: Request, key: UUID, name: str) -> Response:
        question = self.question(key)
        verb = named(verbs.OF_A_QUESTION, name)
        if verb is None:
            raise Http404(name)
        perform_on(self, verb, question)
        question = self.question(key)
        return Response(self.represent(question), headers={"ETag": line_etag(question)})


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    """A quiz as it was asked and answered."""

    person = serializers.CharField(source="person.username")
    revision = serializers.CharField(source="revision.number")

    class Meta:
        model = Attempt
        fields = (
            "uuid", "person", "revision", "no", "questions", "right", "asked", "pass_mark", "is_passed", "language",
            "shown_at", "answered_at",
        )  # fmt: skip


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """A practical assessment with its items as they were shown and answered."""

    person = serializers.CharField(source="person.username")
    assessor = serializers.CharField(source="assessor.username")
    revision = serializers.CharField(source="revision.number", allow_null=True, default=None)

    class Meta:
        model = Assessment
        fields = ("uuid", "person", "assessor", "revision", "items", "result", "note", "at")


class AcknowledgementSerializer(serializers.ModelSerializer[Acknowledgement]):
    """When somebody opened, read and acknowledged a revision, and the digest of what was seen."""

    person = serializers.CharField(source="person.username")
    revision = serializers.CharField(source="revision.number", allow_null=True, default=None)
    since = serializers.CharField(source="since.number", allow_null=True, default=None)

    class Meta:
        model = Acknowledgement
        fields = (
            "uuid", "person", "revision", "since", "opened_at", "read_at", "acknowledged_at", "dwell", "seen",
            "seen_digest", "statement", "statement_version", "language", "station",
        )  # fmt: skip


class OfRevision(ApiDoor):
    """GET what was done about a revision (`?revision=`): one's own; all of it for those who plan or audit training."""

    shape: type[serializers.ModelSerializer[Any]]
    rows: QuerySet[Any]

    def found(self, request: Request) -> QuerySet[Any]:
        check_names(request.query_params, {"revision"})
        number, user = request.query_params.get("revision", ""), request.user
        revision = get_object_or_404(visible(Revision, user), number=number)  # type: ignore[arg-type]
        rows = self.rows.all().filter(revision=revision)
        if permissions.may_see_answers(user, revision.document):  # type: ignore[arg-type]
            seen = visible(Requirement, user).values("pk")  # type: ignore[arg-type]
            return rows.filter(Q(person=user) | Q(assignment__requirement__in=seen))
        return rows.filter(person=user)

    def answer(self, request: Request) -> Response:
        return Response({"results": self.shape(self.found(request)[:MOST], many=True).data})


class Attempts(OfRevision):
    """Quiz attempts, newest first."""

    shape, rows = AttemptSerializer, selectors.attempts()

    @extend_schema(responses=results_of(AttemptSerializer), parameters=[ABOUT])
    def get(self, request: Request) -> Response:
        return self.answer(request)


class Assessments(OfRevision):
    """Practical assessments, newest first."""

    shape, rows = AssessmentSerializer, selectors.assessments()

    @extend_schema(responses=results_of(AssessmentSerializer), parameters=[ABOUT])
    def get(self, request: Request) -> Response:
        return self.answer(request)


class Acknowledgements(OfRevision):
    """Acknowledgements, newest first."""

    shape, rows = AcknowledgementSerializer, selectors.acknowledgements()

    @extend_schema(responses=results_of(AcknowledgementSerializer), parameters=[ABOUT])
    def get(self, request: Request) -> Response:
        return self.answer(request)


class KioskSerializer(serializers.ModelSerializer[Kiosk]):
    """A shared tablet at its station. Its secret is told to its browser alone."""

    site = serializers.CharField(source="station.site.code")
    station = serializers.CharField(source="station.code")
    enrolled_by = serializers.CharField(source="enrolled_by.username")

    class Meta:
        model = Kiosk
        fields = ("uuid", "name", "site", "station", "enrolled_by", "enrolled_at", "last_seen_at", "revoked_at")


class Kiosks(ApiDoor):
    """The shared tablets of one's sites."""

    @extend_schema(responses=results_of(KioskSerializer))
    def get(self, request: Request) -> Response:
        if not people.may_enrol_kiosk(request.user):  # type: ignore[arg-type]
            raise PermissionDenied
        seen = kiosks_seen_by(request.user)[:MOST]  # type: ignore[arg-type]
        return Response({"results": KioskSerializer(seen, many=True).data})


class RevokeKiosk(ApiDoor):
    """A tablet is lost, or stands elsewhere now: it is no longer one, at once."""

    @extend_schema(request=None, responses=KioskSerializer)
    def post(self, request: Request, key: UUID) -> Response:
        kiosk = get_object_or_404(kiosks_seen_by(request.user), uuid=key)  # type: ignore[arg-type]
        if not people.may_enrol_kiosk(request.user, kiosk.station.site_id):  # type: ignore[arg-type]
            raise PermissionDenied
        services.revoke_kiosk(kiosk, by=request.user)  # type: ignore[arg-type]
        return Response(KioskSerializer(get_object_or_404(kiosks_seen_by(request.user), uuid=key)).data)  # type: ignore[arg-type]
