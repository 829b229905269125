"""The REST door of every registered kind. Apps add read fields with `RecordSerializer` and `register_serializer`,
and further endpoints with views derived from `ApiDoor`."""

from ui.api.doors import ApiDoor
from ui.api.serializers import NaturalField, RecordSerializer
from ui.registry import register_serializer

__all__ = ["ApiDoor", "NaturalField", "RecordSerializer", "register_serializer"]
