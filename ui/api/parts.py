"""Actions, remarks and files of any record, over the API."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from records import permissions
from records import services as records
from records.models import Action, Attachment, Comment
from ui.api.lines import check_line, line_etag
from ui.api.once import repeatable
from ui.api.problems import BadInput
from ui.api.records import KindDoor, body_of
from ui.api.strict import misfits
from ui.forms.parts import ACTION_FORMS, ActionForm, CommentForm, FileForm
from ui.forms.verb import VerbForm

SERVICES: dict[str, Any] = {
    "finish": records.finish_action,
    "verify": records.verify_action,
    "reopen": records.reopen_action,
    "withdraw": records.withdraw_action,
}


def valid(form_class: type[VerbForm], body: dict[str, Any], user: Any, files: Any = None) -> dict[str, Any]:
    """The facts of a form filled from JSON. Raises BadInput."""
    form = form_class(body, files, user=user)
    if wrong := misfits(form, body):
        raise BadInput.of(wrong)
    if not form.is_valid():
        raise BadInput.of_form(form)
    return form.facts


def action_data(action: Action) -> dict[str, Any]:
    return {
        "uuid": str(action.uuid),
        "etag": line_etag(action),
        "what": action.what,
        "who": action.who.username,
        "due": action.due,
        "status": action.status,
        "result": action.result,
        "done_at": action.done_at,
        "verified_at": action.verified_at,
    }


class ActionsApi(KindDoor):
    def get(self, request: Any, number: str) -> Response:
        lines = self.record(number).actions.select_related("who")
        return Response({"results": [action_data(line) for line in lines]})

    @repeatable
    def post(self, request: Any, number: str) -> Response:
        record = self.record(number)
        if not permissions.may_add_action(request.user, record):
            raise PermissionDenied
        facts = valid(ActionForm, body_of(request), request.user)
        return Response(action_data(records.add_action(record, by=request.user, **facts)), status=201)


class ActApi(KindDoor):
    """POST finishes, verifies, reopens or withdraws an action; If-Match takes the `etag` of its row."""

    @repeatable
    def post(self, request: Any, number: str, key: uuid.UUID, verb: str) -> Response:
        record = self.record(number)
        action = get_object_or_404(Action.objects.select_related("who"), record_id=record.pk, uuid=key)
        action.record = record
        if verb not in SERVICES:
            raise Http404
        if not permissions.allowed(request.user, action, verb):
            raise PermissionDenied
        check_line(request, action)
        facts = valid(ACTION_FORMS[verb], body_of(request), request.user)
        done = SERVICES[verb](action, by=request.user, **facts)
        return Response(action_data(done), headers={"ETag": line_etag(done)})


def comment_data(comment: Comment) -> dict[str, Any]:
    return {"uuid": str(comment.uuid), "text": comment.text, "author": comment.author.username, "at": comment.at}


class CommentsApi(KindDoor):
    def get(self, request: Any, number: str) -> Response:
        found = self.record(number).comments.select_related("author")
        return Response({"results": [comment_data(comment) for comment in found]})

    @repeatable
    def post(self, request: Any, number: str) -> Response:
        record = self.record(number)
        if not permissions.may_comment(request.user, record):
            raise PermissionDenied
        facts = valid(CommentForm, body_of(request), request.user)
        return Response(comment_data(records.comment(record, by=request.user, **facts)), status=201)


def file_data(file: Attachment) -> dict[str, Any]:
    return {"uuid": str(file.uuid), "name": file.name, "size": file.size, "sha256": file.sha256, "at": file.added_at}


class FilesApi(KindDoor):
    """POST takes multipart/form-data with the field `file`."""

    parser_classes = [MultiPartParser]

    def get(self, request: Any, number: str) -> Response:
        return Response({"results": [file_data(file) for file in self.record(number).attachments.all()]})

    @repeatable
    def post(self, request: Any, number: str) -> Response:
        record = self.record(number)
        if not permissions.may_attach(request.user, record):
            raise PermissionDenied
        facts = valid(FileForm, {}, request.user, request.FILES)
        return Response(file_data(records.attach(record, by=request.user, **facts)), status=201)
