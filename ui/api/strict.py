"""JSON as we accept it: small, shallow, without repeated names and without numbers that are none."""

import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

from ui.forms.fields import JobRolesField, PeopleField, RecordsField
from ui.forms.rows import RowsField

LARGEST = 1024 * 1024
DEEPEST = 32
LISTS = (RowsField, RecordsField, PeopleField, JobRolesField, forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
NUMBERS = (forms.IntegerField, forms.DecimalField, forms.FloatField)


class TooLarge(APIException):
    """More than a body may have."""

    status_code = 413

    def __init__(self, megabytes: int = 1) -> None:
        super().__init__(_("The body is larger than %(megabytes)d MB.") % {"megabytes": megabytes}, "too-large")


class StrictJSONParser(JSONParser):
    """Raises ParseError (400) for anything that two programs could read differently."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise TooLarge
        return loads(body)


def loads(body: bytes) -> Any:
    """Strict JSON. Raises ParseError."""
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_without_repeats, parse_constant=_no_number, parse_float=_number
        )
    except RecursionError as error:
        raise ParseError(_("The body is nested too deeply."), code="too-deep") from error
    except ValueError as error:
        raise ParseError(_("This is not valid JSON: %(why)s") % {"why": error}, code="not-json") from error
    if _depth(value) > DEEPEST:
        raise ParseError(_("The body is nested too deeply."), code="too-deep")
    if not all(is_storable(text) for text in _texts(value)):
        raise ParseError(_("The body contains characters that are no text."), code="not-text")
    return value


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep it: no NUL and no half of a surrogate pair."""
    try:
        return b"\x00" not in text.encode()
    except UnicodeEncodeError:
        return False


def _texts(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        found = stack.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            stack.extend([*found.keys(), *found.values()])
        elif isinstance(found, list):
            stack.extend(found)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated in an object")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not a number")


def _number(text: str) -> Decimal:
    if math.isinf(float(text)):
        raise ValueError(f"{text[:40]} is out of range")
    return Decimal(text)


def _depth(value: Any) -> int:
    deepest, stack = 0, [(value, 1)]
    while stack:
        found, level = stack.pop()
        deepest = max(deepest, level)
        inside = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
        stack.extend((one, level + 1) for one in inside)
    return deepest


def misfits(form: forms.BaseForm, data: dict[str, Any]) -> dict[str, str]:
    """Field → what is wrong with its type. Forms forgive what JSON should not: 1 for true, a list for a text."""
    return _wrong(form.fields, data)


def _wrong(fields: dict[str, forms.Field], data: dict[str, Any]) -> dict[str, str]:
    unknown = {name: _("There is no such field.") for name in data if name not in fields}
    wrong = {name: _misfit(fields[name], value) for name, value in data.items() if name in fields}
    return unknown | {name: text for name, text in wrong.items() if text}


def _misfit(field: forms.Field, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(field, LISTS):
        return _misfit_of_list(field, value)
    if isinstance(field, forms.BooleanField):
        return "" if isinstance(value, bool) else _("Give true or false.")
    if isinstance(field, NUMBERS):
        right = isinstance(value, int | Decimal | str) and not isinstance(value, bool)
        return "" if right else _("Give a number.")
    if isinstance(field, forms.JSONField):
        return ""
    return "" if isinstance(value, str) else _("Give a text.")


def _misfit_of_list(field: forms.Field, value: Any) -> str:
    if not isinstance(value, list):
        return _("Give a list.")
    if not isinstance(field, RowsField):
        return "" if all(isinstance(one, str) for one in value) else _("Give a list of texts.")
    if not all(isinstance(row, dict) for row in value):
        return _("Give a list of objects.")
    found = ((number, _wrong(field.row_form.base_fields, row)) for number, row in enumerate(value, start=1))
    return " ".join(
        _("Row %(row)d, %(name)s: %(text)s") % {"row": number, "name": name, "text": text}
        for number, wrong in found
        for name, text in wrong.items()
    )
