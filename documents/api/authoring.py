"""Writing drafts by program and from the editor of the pages: pictures, Word files, what is not saved yet, sheets."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from documents import forms, permissions, selectors, services
from documents.models import Revision, Translation
from documents.standard_work import Sheet
from evidence.models import Event
from ui.api.doors import ApiDoor
from ui.api.lines import check_line, line_etag
from ui.api.once import repeatable
from ui.api.parts import file_data, valid
from ui.api.problems import BadInput
from ui.api.records import body_of, check_match, etag
from ui.api.schema import results_of
from ui.forms.parts import FileForm
from ui.registry import page_of
from ui.scope import record_for


class PictureSerializer(serializers.Serializer[Any]):
    sha256 = serializers.CharField()
    url = serializers.CharField(help_text="The address that a text shows the picture with.")
    name = serializers.CharField()


class LeftOutSerializer(serializers.Serializer[Any]):
    document = serializers.CharField(required=False)
    revision = serializers.CharField()
    body = serializers.CharField()
    left_out = serializers.ListField(child=serializers.CharField())


class AutosaveSerializer(serializers.Serializer[Any]):
    """What the editor tells: `fields` as a form would send them, or nothing to say only that it is open."""

    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    fields_ = serializers.CharField(max_length=services.LONGEST_AUTOSAVE, required=False, allow_blank=True)

    def get_fields(self) -> dict[str, Any]:
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        return found


class TypedSerializer(AutosaveSerializer):
    saved_at = serializers.DateTimeField()


class KeptSerializer(serializers.Serializer[Any]):
    """What was typed and not saved, if anything."""

    kept = TypedSerializer(allow_null=True)


class BarSerializer(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    what = serializers.CharField()
    worker = serializers.IntegerField()
    work = serializers.CharField()
    start = serializers.DecimalField(max_digits=12, decimal_places=1)
    end = serializers.DecimalField(max_digits=12, decimal_places=1)


class LoadSerializer(serializers.Serializer[Any]):
    worker = serializers.IntegerField()
    manual = serializers.DecimalField(max_digits=12, decimal_places=1)
    walk = serializers.DecimalField(max_digits=12, decimal_places=1)
    wait = serializers.DecimalField(max_digits=12, decimal_places=1)
    cycle = serializers.DecimalField(max_digits=12, decimal_places=1)
    over_takt = serializers.BooleanField()


class SheetSerializer(serializers.Serializer[Any]):
    takt_seconds = serializers.DecimalField(max_digits=8, decimal_places=1, allow_null=True)
    cycle_seconds = serializers.DecimalField(max_digits=12, decimal_places=1)
    operators_needed = serializers.IntegerField(allow_null=True)
    workers = LoadSerializer(many=True)
    bars = BarSerializer(many=True)


class TranslationSerializer(serializers.Serializer[Any]):
    language = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    reaction_plan = serializers.CharField()
    steps = serializers.DictField()
    translated_by = serializers.CharField()
    translated_at = serializers.DateTimeField()
    checked = serializers.BooleanField(help_text="Compared with the text as it is now.")
    checked_by = serializers.CharField(allow_null=True)
    checked_at = serializers.DateTimeField(allow_null=True)
    etag = serializers.CharField()


class RevisionDoor(ApiDoor):
    """Base of the views of one revision."""

    def revision(self, number: str) -> Revision:
        found: Revision = record_for(page_of(Revision), self.request.user, number)
        return found

    def draft(self, number: str) -> Revision:
        """The revision, for somebody who may write it. Raises PermissionDenied."""
        found, user = self.revision(number), self.request.user
        if not permissions.may_edit_revision(user, found):  # type: ignore[arg-type]
            raise PermissionDenied
        return found


class Pictures(RevisionDoor):
    """POST takes multipart/form-data with the field `file`: a picture for the text or a step of a draft."""

    parser_classes = [MultiPartParser]

    @extend_schema(responses=results_of(PictureSerializer))
    def get(self, request: Any, number: str) -> Response:
        return Response({"results": [picture_data(one) for one in selectors.pictures_of(self.revision(number))]})

    @extend_schema(request={"multipart/form-data": {"type": "object"}}, responses={201: PictureSerializer})
    @repeatable
    def post(self, request: Any, number: str) -> Response:
        draft = self.draft(number)
        facts = valid(FileForm, {}, request.user, request.FILES)
        return Response(picture_data(services.add_picture(draft, by=request.user, **facts)), status=201)


def picture_data(file: Any) -> dict[str, Any]:
    return {**file_data(file), "url": f"/pictures/{file.sha256}/"}


class Word(RevisionDoor):
    """POST takes multipart/form-data with the field `file`: a Word file becomes the text of a draft. With If-Match."""

    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": {"type": "object"}}, responses=LeftOutSerializer)
    @repeatable
    def post(self, request: Any, number: str) -> Response:
        draft = self.draft(number)
        check_match(request, draft)
        facts = valid(forms.WordForm, {}, request.user, request.FILES)
        made = services.import_word(draft, by=request.user, **facts)
        return Response(imported_data(made), headers={"ETag": etag(made.revision)})


class FromWord(ApiDoor):
    """POST takes multipart/form-data: `file`, `site`, `type`, `title`, and as wanted `process` and `owner`."""

    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": {"type": "object"}}, responses={201: LeftOutSerializer})
    @repeatable
    def post(self, request: Any) -> Response:
        if not permissions.may_open_document(request.user):
            raise PermissionDenied
        body = {name: value for name, value in request.data.items() if name != "file"}
        facts = valid(forms.CreateFromWordForm, body, request.user, request.FILES)
        if not permissions.may_open_document(request.user, facts["site"]):
            raise PermissionDenied
        made = services.open_from_word(by=request.user, **facts)
        number = made.revision.document.number
        answer = Response({"document": number, **imported_data(made)}, status=201)
        answer["Location"] = f"/api/v1/documents/{number}/"
        return answer


def imported_data(made: services.Imported) -> dict[str, Any]:
    return {"revision": made.revision.number, "body": made.body, "left_out": list(made.left_out)}


class Autosave(RevisionDoor):
    """What its writer has typed and not saved. POST keeps it and tells who else writes; DELETE forgets it."""

    @extend_schema(responses={200: KeptSerializer})
    def get(self, request: Any, number: str) -> Response:
        found = selectors.autosave_of(self.draft(number), request.user)
        kept = {"version": found.version, "fields": found.fields, "saved_at": found.saved_at} if found else None
        return Response({"kept": kept})

    @extend_schema(request=AutosaveSerializer, responses=None)
    def post(self, request: Any, number: str) -> Response:
        draft = self.draft(number)
        told = AutosaveSerializer(data=body_of(request))
        if not told.is_valid():
            raise BadInput.of({name: str(errors[0]) for name, errors in told.errors.items()})
        facts = told.validated_data
        kept = services.autosave(draft, by=request.user, **facts) if "fields" in facts else None
        others = services.keep_presence(draft, by=request.user)
        return Response(
            {
                "saved_at": kept.saved_at if kept else None,
                "version": draft.version,
                "others": [{"name": str(one.person), "since": one.since} for one in others],
                "conflict": conflict_data(draft, facts["version"]),
            }
        )

    @extend_schema(responses={204: None})
    def delete(self, request: Any, number: str) -> Response:
        draft = self.draft(number)
        services.discard_autosave(draft, by=request.user)
        return Response(status=204)


def conflict_data(draft: Revision, version: int) -> dict[str, Any] | None:
    """Who has saved since that version."""
    if version == draft.version:
        return None
    saved: Event | None = selectors.last_change(draft)
    return {"by": saved.actor_name if saved else "", "at": saved.at if saved else timezone.now()}


class Leave(RevisionDoor):
    """POST tells that the editor was closed."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Any, number: str) -> Response:
        services.leave(self.draft(number), by=request.user)
        return Response(status=204)


NO_SHEET: dict[str, Any] = {"cycle_seconds": Decimal(0), "operators_needed": None, "workers": [], "bars": []}


class StandardWork(RevisionDoor):
    """The combination table and the balance of workers, from the times of the steps."""

    @extend_schema(responses=SheetSerializer)
    def get(self, request: Any, number: str) -> Response:
        revision = self.revision(number)
        sheet = selectors.sheet_of(revision, list(revision.steps.all()))
        found = sheet_data(sheet) if sheet else {**NO_SHEET, "takt_seconds": revision.takt_seconds}
        return Response(SheetSerializer(found).data)


def sheet_data(sheet: Sheet) -> dict[str, Any]:
    workers = [
        {"worker": load.worker, "manual": load.manual, "walk": load.walk, "wait": load.wait, "cycle": load.cycle,
         "over_takt": load.is_over(sheet.takt)}
        for load in sheet.loads
    ]  # fmt: skip
    return {
        "takt_seconds": sheet.takt,
        "cycle_seconds": sheet.cycle,
        "operators_needed": sheet.operators,
        "workers": workers,
        "bars": sheet.bars,
    }


class Translations(RevisionDoor):
    """GET lists; POST makes or replaces the translation of one language. Replacing takes If-Match with its `etag`."""

    @extend_schema(responses=results_of(TranslationSerializer))
    def get(self, request: Any, number: str) -> Response:
        revision = self.revision(number)
        digest = selectors.text_digest(revision)
        found = [translation_data(one, digest) for one in selectors.translations_of(revision)]
        return Response({"results": found, "text_digest": digest})

    @extend_schema(request=None, responses={201: TranslationSerializer})
    @repeatable
    def post(self, request: Any, number: str) -> Response:
        revision = self.revision(number)
        if not permissions.may_translate(request.user, revision):
            raise PermissionDenied
        facts = valid(forms.TranslationForm, body_of(request), request.user)
        before = selectors.translation_of(revision, facts["language"])
        if before:
            check_line(request, before)
        made = services.translate(revision, by=request.user, **facts)
        return Response(translation_data(made, selectors.text_digest(revision)), status=200 if before else 201)


def translation_data(one: Translation, digest: str) -> dict[str, Any]:
    return {
        "language": one.language,
        "title": one.title,
        "body": one.body,
        "reaction_plan": one.reaction_plan,
        "steps": one.steps,
        "translated_by": one.made_by.username,
        "translated_at": one.made_at,
        "checked": selectors.is_checked(one, digest),
        "checked_by": one.checked_by.username if one.checked_by else None,
        "checked_at": one.checked_at,
        "etag": line_etag(one),
    }
