"""How records look in the API: their own facts, with other things by the names people use."""

from functools import cache
from typing import Any

from django.db.models import Model, SlugField
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from people.models import JobRole, Process
from records.models import Record
from records.selectors import sees
from ui.cells import natural
from ui.forms.fields import site_key

HIDDEN = frozenset({"id", "record_ptr", "search_text", "search", "kind"})
FIRST = ("number", "kind", "title", "status", "status_label", "version")


@extend_schema_field({"type": ["string", "null"]})
class NaturalField(serializers.ReadOnlyField):
    """A related thing by its number, user name, code or uuid."""

    def to_representation(self, value: Any) -> str:
        return site_key(value) if isinstance(value, Process | JobRole) else natural(value)


class RecordSerializer(serializers.ModelSerializer):
    """What the read representations of all kinds have in common."""

    status_label = serializers.CharField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model: type[Model] = Record
        fields: tuple[str, ...] = FIRST
        read_only_fields: tuple[str, ...] = ()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """A record of a site that the asker does not see is not named either."""
        data: dict[str, Any] = super().to_representation(instance)
        if request := self.context.get("request"):
            model: Any = type(instance)
            unseen = (name for name in record_names(model) if data.get(name))
            data.update({name: None for name in unseen if not sees(request.user, getattr(instance, name))})
        return data

    def build_standard_field(self, field_name: str, model_field: Any) -> tuple[type[Any], dict[str, Any]]:
        """A choice or a word that may be left open is described as a text: "" is none of the choices, and no word."""
        if model_field.blank and (model_field.choices or isinstance(model_field, SlugField)):
            return serializers.CharField, {"allow_null": model_field.null, "help_text": str(model_field.help_text)}
        return super().build_standard_field(field_name, model_field)

    def build_relational_field(self, field_name: str, relation_info: Any) -> tuple[type[Any], dict[str, Any]]:
        return NaturalField, {}


@cache
def record_names(model: Any) -> tuple[str, ...]:
    """The fields that point at another record."""
    found = (field for field in model._meta.concrete_fields if field.many_to_one)
    return tuple(field.name for field in found if issubclass(field.related_model, Record))


@cache
def serializer_for(model: Any) -> type[RecordSerializer]:
    """All concrete fields of a kind and what it tells besides, read only."""
    concrete = [field.name for field in model._meta.concrete_fields if field.name not in HIDDEN]
    names = tuple(dict.fromkeys([*FIRST, *concrete, *model.told, "url"]))
    meta = type("Meta", (), {"model": model, "fields": names, "read_only_fields": names})
    return type(f"{model.__name__}Serializer", (RecordSerializer,), {"Meta": meta})


@cache
def related_names(model: Any) -> tuple[str, ...]:
    """The relations that the representation names, to be joined rather than asked one by one."""
    found = [field for field in model._meta.concrete_fields if field.many_to_one and field.name not in HIDDEN]
    return tuple(f"{field.name}__site" if field.related_model in (Process, JobRole) else field.name for field in found)
