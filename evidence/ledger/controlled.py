"""Which tables the ledger watches, and how: read from the models, so that a new one cannot be forgotten.

A model says what it is with one class attribute, or by keeping history:

* `history = History()` or `controlled = True`: each written row enters the ledger with its image.
* `append_only = True`, and every history table: never changed; each statement that appends enters with a digest.
* `append_only = "batch"`: never changed; its rows enter through a row of another table that holds their digest.
* `bookkeeping = "why"`: not evidence, with the reason.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

# Tables of libraries that hold no evidence. What people do with them is told by events.
FOREIGN_BOOKKEEPING = {
    "account": "addresses for mail; events tell of their changes",
    "admin": "not used",
    "auth": "groups and permissions of Django, which give nothing here",
    "contenttypes": "names of models",
    "django_migration_linter": "a tool",
    "knox": "digests of tokens; events tell who made and ended them",
    "mfa": "secrets, which no ledger may hold; events tell of their changes",
    "sessions": "who is logged in",
    "socialaccount": "links to an identity provider; events tell of them",
    "usersessions": "who is logged in",
}


@dataclass(frozen=True)
class Table:
    """A table that the ledger watches.

    `columns` in the order of the model, generated ones left out; `secret` ones enter as a digest. `record` and `site`
    name the columns by which somebody may look at its rows, or are empty.
    """

    name: str
    key: str
    columns: tuple[tuple[str, str], ...]
    secret: frozenset[str] = frozenset()
    record: str = ""
    site: str = ""
    append_only: bool = False
    digested: bool = True

    @property
    def names(self) -> list[str]:
        return [name for name, _type in self.columns]


@cache
def tables() -> tuple[Table, ...]:
    """Every watched table, by name."""
    found = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True) if is_watched(model)}
    return tuple(_table(model) for _name, model in sorted(found.items()))


def is_watched(model: type[models.Model]) -> bool:
    """Whether the ledger watches the model's table."""
    return is_history(model) or is_append_only(model) or is_controlled(model)


def is_history(model: Any) -> bool:
    return hasattr(model, "history_object")


def is_append_only(model: Any) -> bool:
    return is_history(model) or bool(getattr(model, "append_only", False))


def is_controlled(model: Any) -> bool:
    """Whether each of its rows enters the ledger with its image."""
    if is_append_only(model):
        return False
    return hasattr(model, "history") or _says(model, "controlled") or is_controlled_join(model)


def is_controlled_join(model: Any) -> bool:
    """A table that joins many to many is what its owner is."""
    owner = model._meta.auto_created
    return bool(owner) and is_controlled(owner)


def undeclared() -> list[str]:
    """Tables of which no model says what they are: there must be none."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if not is_watched(model)
        and not _says(model, "bookkeeping")
        and model._meta.app_label not in FOREIGN_BOOKKEEPING
    )


def _says(model: Any, word: str) -> bool:
    """Whether the model itself says so: a child of Record does not inherit what its parent is."""
    return bool(vars(model._meta.auto_created or model).get(word))


def _table(model: Any) -> Table:
    fields = [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]
    return Table(
        name=model._meta.db_table,
        key=model._meta.pk.column,
        columns=tuple((field.column, _type(field)) for field in fields),
        secret=frozenset(getattr(model, "secret_columns", ())),
        record=_record_column(model, fields),
        site=next((field.column for field in fields if field.name == "site"), ""),
        append_only=is_append_only(model),
        digested=getattr(model, "append_only", True) != "batch",
    )


def _type(field: Any) -> str:
    from_target = field.target_field if field.is_relation else field
    return str(from_target.get_internal_type())


def _record_column(model: Any, fields: Iterable[Any]) -> str:
    """The column that leads to the record a row belongs to: its own key for a kind of record."""
    if getattr(model, "kind_code", None) is not None:
        return str(model._meta.pk.column)
    return next((field.column for field in fields if _leads_to_record(field)), "")


def _leads_to_record(field: Any) -> bool:
    return field.is_relation and getattr(field.related_model, "kind_code", None) is not None


def watched(names: Iterable[str]) -> Iterator[Table]:
    """The watched ones among these tables."""
    wanted = set(names)
    yield from (table for table in tables() if table.name in wanted)
