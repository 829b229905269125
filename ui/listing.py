"""Keyset pages: as fast on the last page of a million rows as on the first."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import F, Q, QuerySet

PAGE_SIZE = 50
COUNTED = 1000
MISTAKES = (
    ValueError, TypeError, OverflowError, RecursionError, binascii.Error, ValidationError, FieldDoesNotExist,
)  # fmt: skip


@dataclass(frozen=True)
class Sort:
    """An order of the list: a field path and a direction; the primary key settles ties."""

    path: str = "pk"
    descending: bool = True

    @classmethod
    def parse(cls, text: str, allowed: dict[str, str]) -> "Sort":
        """`-due` or `due`; what is not in `allowed` (column → field path) is the default order."""
        path = allowed.get(text.removeprefix("-"))
        return cls(path, text.startswith("-")) if path else cls()

    def ordering(self, *, backwards: bool) -> list[Any]:
        down = self.descending != backwards
        key = "-pk" if down else "pk"
        if self.path == "pk":
            return [key]
        nulls = {"nulls_last": True} if not backwards else {"nulls_first": True}
        value = F(self.path).desc(**nulls) if down else F(self.path).asc(**nulls)
        return [value, key]

    def beyond(self, value: Any, pk: Any, *, backwards: bool) -> Q:
        """The rows after (or before) the row with that value and key. Rows without a value come last."""
        way = "lt" if self.descending != backwards else "gt"
        tie = Q(**{f"pk__{way}": pk})
        if self.path == "pk":
            return tie
        empty = Q(**{f"{self.path}__isnull": True})
        if value is None:
            return (empty & tie) | (~empty if backwards else Q(pk__in=()))
        further = Q(**{f"{self.path}__{way}": value}) | (Q(**{self.path: value}) & tie)
        return further if backwards else further | empty


@dataclass(frozen=True)
class Window:
    """One page of rows, with the cursors of its neighbours ("" where there is none)."""

    rows: list[Any]
    before: str
    after: str
    total: int | None

    @property
    def total_label(self) -> str:
        return f"{COUNTED:,}+" if self.total is None else f"{self.total:,}"


class BadCursor(ValueError):  # noqa: N818 - read as a sentence
    """The cursor of a query string is not one of ours."""


def value_at(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part) if row is not None else None
    return row


def encode(sort: Sort, row: Any) -> str:
    pair = [None if sort.path == "pk" else value_at(row, sort.path), row.pk]
    return base64.urlsafe_b64encode(json.dumps(pair, cls=DjangoJSONEncoder).encode()).decode().rstrip("=")


def decode(sort: Sort, cursor: str, queryset: QuerySet[Any]) -> tuple[Any, Any]:
    """Value and key of a cursor. Raises BadCursor."""
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if value is not None and sort.path != "pk":
            value = _sorted_by(queryset, sort.path).to_python(value)
            ProhibitNullCharactersValidator()(str(value).encode().decode())
        if pk is None:
            raise ValueError("a cursor without a row")
        return value, queryset.model._meta.pk.to_python(pk)
    except MISTAKES as error:
        raise BadCursor(cursor) from error


def _sorted_by(queryset: QuerySet[Any], path: str) -> Any:
    """The field of an order: one of the model, or what the list worked out for it."""
    worked_out = queryset.query.annotations.get(path)
    return worked_out.output_field if worked_out is not None else field_at(queryset.model, path)


def field_at(model: type[Any], path: str) -> Any:
    """The field at the end of a path of relations."""
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model  # type: ignore[attr-defined]
    return model._meta.get_field(last)  # type: ignore[attr-defined]


def window(
    queryset: QuerySet[Any], sort: Sort, *, after: str = "", before: str = "", size: int = PAGE_SIZE, count: bool = True
) -> Window:
    """Cut one page out of `queryset`: one query for the rows, one (bounded) for the total."""
    backwards = bool(before) and not after
    cut = queryset.order_by(*sort.ordering(backwards=backwards)).defer(*unlisted(queryset.model))
    if cursor := after or before:
        value, pk = decode(sort, cursor, queryset)
        cut = cut.filter(sort.beyond(value, pk, backwards=backwards))
    found = list(cut[: size + 1])
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    has_before, has_after = (more, True) if backwards else (bool(after), more)
    return Window(
        rows=rows,
        before=encode(sort, rows[0]) if rows and has_before else "",
        after=encode(sort, rows[-1]) if rows and has_after else "",
        total=bounded_count(queryset) if count else None,
    )


def unlisted(model: type[Any]) -> list[str]:
    """Columns of a record that no list shows: the text that search reads, which can be a whole standard."""
    names = {field.name for field in model._meta.concrete_fields}
    return [name for name in ("search", "search_text") if name in names]


def bounded_count(queryset: QuerySet[Any]) -> int | None:
    """How many rows, or None when there are more than are worth counting."""
    found = queryset.order_by()[: COUNTED + 1].count()
    return found if found <= COUNTED else None
