"""What can be counted by category in a Pareto chart. Higher apps register what they keep; pages draw it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Countable:
    """Rows of one kind. `rows(user)` are those the user sees, `day` the path of the date or time when each arose.

    `by` maps a slug to a heading and the path of a category; `amounts` likewise to what may be summed instead of
    counted; where not `is_counted`, the first of them is. `label(row)` and `url(row)` show a single row; `site` is
    the path of its site.
    """

    slug: str
    title: Text
    model: type[Any]
    rows: Callable[[Any], QuerySet[Any]]
    day: str
    by: Mapping[str, tuple[Text, str]]
    label: Callable[[Any], str]
    url: Callable[[Any], str]
    site: str = "site"
    amounts: Mapping[str, tuple[Text, str]] = field(default_factory=dict)
    is_counted: bool = True


_countables: dict[str, Countable] = {}


def register_countable(countable: Countable) -> Countable:
    """Offer rows for Pareto charts. Called while Django starts."""
    _countables[countable.slug] = countable
    return countable


def countables() -> list[Countable]:
    """By their titles."""
    return sorted(_countables.values(), key=lambda one: str(one.title))


def countable(slug: str) -> Countable | None:
    return _countables.get(slug)
