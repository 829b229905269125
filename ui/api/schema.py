"""OpenAPI of the generic doors: requests from the fields of forms, answers from serializers."""

from functools import cache
from typing import Any

from django import forms
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from ui.api.serializers import serializer_for
from ui.forms.fields import JobRolesField, PeopleField, RecordsField
from ui.forms.rows import RowsField

PLAIN: tuple[tuple[type[forms.Field], type[serializers.Field]], ...] = (
    (forms.BooleanField, serializers.BooleanField),
    (forms.IntegerField, serializers.IntegerField),
    (forms.DateTimeField, serializers.DateTimeField),
    (forms.DateField, serializers.DateField),
    (forms.EmailField, serializers.EmailField),
    (forms.JSONField, serializers.JSONField),
    (forms.FileField, serializers.FileField),
)


class Problem(serializers.Serializer):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = serializers.ListField(child=serializers.DictField(), required=False)  # type: ignore[assignment]


class Challenge(serializers.Serializer):
    """A signing dialog: send `challenge` back with user name and password, within the seconds it lives."""

    challenge = serializers.CharField()
    meaning = serializers.CharField()
    expires_in = serializers.IntegerField()
    digest = serializers.CharField()
    content = serializers.DictField()


def as_serializer_field(field: forms.Field, name: str) -> serializers.Field:
    """What a form field takes in JSON."""
    about: dict[str, Any] = {"required": field.required, "help_text": str(field.help_text or field.label or "")}
    if isinstance(field, RowsField):
        return serializers.ListField(child=request_of(field.row_form, f"{name}Row")(), **about)
    if isinstance(field, RecordsField | PeopleField | JobRolesField | forms.MultipleChoiceField):
        return serializers.ListField(child=serializers.CharField(), **about)
    if isinstance(field, forms.DecimalField) and not isinstance(field, forms.IntegerField):
        return serializers.DecimalField(max_digits=field.max_digits, decimal_places=field.decimal_places, **about)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return serializers.ChoiceField(choices=_choices(field), **about)
    plain = next((known for kind, known in PLAIN if isinstance(field, kind)), serializers.CharField)
    return plain(**about)


def _choices(field: Any) -> list[tuple[Any, Any]]:
    return [(value, label) for value, label in field.choices if value != ""]


@cache
def request_of(form_class: type[Any], name: str, signed: bool = False) -> type[serializers.Serializer]:
    """The JSON that a form takes."""
    fields = {
        key: as_serializer_field(field, f"{name}{key.title()}")
        for key, field in form_class.base_fields.items()
        if key != "version"
    }
    if signed:
        fields["username"] = serializers.CharField(help_text="Your user name, again.")
        fields["password"] = serializers.CharField(write_only=True, help_text="Your password, again.")
        fields["challenge"] = serializers.CharField(help_text="From …/challenge/: what you read is what you sign.")
    return type(f"{name}Request", (serializers.Serializer,), fields)


@cache
def results_of(serializer: type[serializers.BaseSerializer]) -> type[serializers.Serializer]:
    """A list that is never cut into pages."""
    name = serializer.__name__.removesuffix("Serializer")
    return type(f"{name}Results", (serializers.Serializer,), {"results": serializer(many=True)})


def listing_of(model: type[Any]) -> type[serializers.Serializer]:
    fields = {
        "results": serializer_for(model)(many=True),
        "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True),
        "total": serializers.IntegerField(allow_null=True, help_text="Exact up to 1,000; null beyond."),
    }
    return type(f"{model.__name__}List", (serializers.Serializer,), fields)


KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Your name for this request: sent again under it, it is done once and answered as the first time.",
)


class KindSchema(AutoSchema):
    """Reads the page and the verb that a generic door was made for."""

    view: Any

    def get_tags(self) -> list[str]:
        return [self.view.page.plural]

    def get_operation_id(self) -> str:
        plural, kind = self.view.page.plural.replace("-", "_"), type(self.view).__name__
        verb = getattr(self.view, "verb", None)
        if verb and self._is_challenge:
            return f"{plural}_{verb.name.replace('-', '_')}_challenge"
        return f"{plural}_{verb.name.replace('-', '_')}" if verb else f"{plural}_{kind}_{self.method.lower()}"

    def _verb(self) -> Any:
        page = self.view.page
        if (verb := getattr(self.view, "verb", None)) is not None:
            return verb
        role = getattr(self.view, "role", "")
        return {("list", "POST"): page.create, ("detail", "PATCH"): page.verb("edit")}.get((role, self.method))

    def get_request_serializer(self) -> Any:
        verb = self._verb()
        if verb is None or self._is_challenge:
            return None
        model = self.view.page.model
        name = f"{model.__name__}{verb.name.title().replace('-', '')}"
        return request_of(verb.form, name, verb.name != "open" and verb.is_signed(model))

    def get_response_serializers(self) -> Any:
        model, role = self.view.page.model, getattr(self.view, "role", "")
        if role == "list" and self.method == "GET":
            return {200: listing_of(model), 400: Problem}
        if role == "list":
            return {201: serializer_for(model), 400: Problem, 403: Problem, 409: Problem}
        if role == "detail" and self.method == "GET":
            return {200: serializer_for(model), 404: Problem}
        if self._is_challenge:
            return {201: Challenge, 403: Problem, 404: Problem}
        if self._verb() is not None:
            answers = dict.fromkeys((400, 403, 404, 409, 412, 428), Problem)
            return {200: serializer_for(model), **answers}
        return {200: OpenApiTypes.OBJECT, 404: Problem}

    @property
    def _is_challenge(self) -> bool:
        return getattr(self.view, "role", "") == "challenge"

    def get_override_parameters(self) -> list[Any]:
        if self._is_challenge:
            return []
        if self._verb() is not None and getattr(self.view, "role", "") != "list":
            about = "The ETag of the record that you read."
            match = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description=about)
            return [match, *([KEY] if self.method == "POST" else [])]
        if getattr(self.view, "role", "") == "list" and self.method == "GET":
            names = [name if isinstance(name, str) else name[0] for name in self.view.page.filters]
            names = [name for name in names if name != "q"]
            return [OpenApiParameter(name, str) for name in ("q", *names, "sort", "after", "before", "limit")]
        return [KEY] if self.method == "POST" else []

    def get_description(self) -> str:  # type: ignore[override]
        verb = self._verb()
        return str(verb.title(self.view.page.model)) if verb else str(type(self.view).__doc__ or "")


class PlainSchema(AutoSchema):
    """A list and one of its lines have names of their own."""

    def get_operation_id(self) -> str:
        name, last = super().get_operation_id(), self.path.rstrip("/").rpartition("/")[2]
        if not last.startswith("{"):
            return name
        things, _, action = name.rpartition("_")
        return f"{things}_by_{last.strip('{}')}_{action}"


class DoorSchema(PlainSchema):
    """Reads what a plain door says of itself: `shape`, `listed`, `form` and `made`, the answers to POST by status."""

    view: Any

    def get_request_serializer(self) -> Any:
        form = getattr(self.view, "form", None) or getattr(getattr(self.view, "verb", None), "form", None)
        return request_of(form, type(self.view).__name__) if form and self.method == "POST" else None

    def get_response_serializers(self) -> Any:
        if self.method == "POST":
            return {status: shape() if shape else None for status, shape in self.view.made.items()}
        return {200: results_of(self.view.shape) if self.view.listed else self.view.shape}

    def get_override_parameters(self) -> list[Any]:
        return [KEY] if self.method == "POST" and self.view.is_repeatable else []

    def get_description(self) -> str:  # type: ignore[override]
        return str(type(self.view).__doc__ or "")


class TokenScheme(OpenApiAuthenticationExtension):
    """How a token is sent."""

    target_class = "ui.api.tokens.ScopedTokens"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        about = "`Token hf_…`, made by an administrator for an account of another system, with scopes and a last day."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": about}


PROBLEM = {"$ref": "#/components/schemas/Problem"}
ALWAYS = (400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429, 503)


def document_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Every operation may answer with a problem, and problems have a media type of their own."""
    for path in result["paths"].values():
        for operation in path.values():
            answers = operation["responses"]
            for status in ALWAYS:
                about = answers.get(str(status), {}).get("description") or "A problem (RFC 9457)."
                content = {"application/problem+json": {"schema": PROBLEM}}
                answers[str(status)] = {"description": about, "content": content}
    return result
