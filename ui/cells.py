"""Values as people read them: in cells of lists, in diffs and in PDFs; and as exports and the API need them."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ui.registry import Column, RecordPage


def shown(value: Any) -> str:
    """Text for people; nothing is an empty text."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return _day(value, get_language())
    if isinstance(value, float | Decimal):
        return formats.localize(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(map(shown, value))
    return str(value)


@lru_cache(maxsize=4096)
def _day(value: date, language: str | None) -> str:
    """Days repeat on every page and in every column; to format one takes longer than the rest of its cell."""
    return formats.date_format(value, "DATE_FORMAT")


def exported(value: Any) -> Any:
    """For spreadsheets and programs: numbers stay numbers, dates are ISO, people and records their names."""
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Model):
        return natural(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(exported(one)) for one in value)
    return str(value)


def natural(instance: Model) -> str:
    """What a program calls a thing: its number, user name, code or uuid."""
    for name in ("number", "username", "code", "uuid"):
        if (value := getattr(instance, name, None)) is not None:
            return str(value)
    return str(instance)


def heading(page: RecordPage, column: Column) -> str:
    """The words above a column."""
    if column.label:
        return str(column.label)
    if isinstance(column.name, str):
        try:
            name = str(page.model._meta.get_field(column.name).verbose_name)
        except FieldDoesNotExist:
            name = column.name.replace("_", " ")
        return name[:1].upper() + name[1:]
    return column.key.replace("_", " ").capitalize()
