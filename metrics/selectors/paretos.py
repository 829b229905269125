"""What is counted by category, and the rows behind each bar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.counted import Countable
from metrics.spc import Bar, pareto
from people.models import Site, User

MOST_ROWS = 200
NOT_SAID = "-"
REST = "…"  # asks for the rows of what is left over
A_MONTH = 30.0


@dataclass(frozen=True)
class Window:
    """From the first to the last day, both counted."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def just_before(self) -> "Window":
        """As many days, ending the day before."""
        return Window(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


@dataclass(frozen=True)
class Question:
    """What a Pareto chart is asked. `amount` "" counts rows; else it names what is summed."""

    of: Countable
    by: str
    amount: str
    window: Window
    before: Window | None = None
    site: Site | None = None
    per_month: bool = False


@dataclass(frozen=True)
class Labelled:
    """A bar with the words for its category, and the key that a link to its rows carries."""

    label: str
    key: str
    bar: Bar


def bars(question: Question, user: User, *, most: int = 10) -> list[Labelled]:
    """The categories, the heaviest first, what is left over last."""
    before = _amounts(question, question.before, user) if question.before else None
    found = pareto(_amounts(question, question.window, user), before, most=most)
    return [Labelled(_label(question, bar.key), _key(bar.key), bar) for bar in found]


def rows_behind(question: Question, user: User, key: str) -> list[Any]:
    """The newest rows of a category; under `REST`, those of none that has a bar of its own."""
    rows = _rows(question, question.window, user)
    keys = _left_over(question, user) if key == REST else [key]
    found = rows.filter(reduce(or_, (_of_category(question, one) for one in keys), Q(pk__in=[])))
    return list(found.order_by(f"-{question.of.day}", "-pk")[:MOST_ROWS])


def _left_over(question: Question, user: User) -> list[object]:
    """The categories that share the last bar."""
    own = {one.key for one in bars(question, user)}
    return [key for key in _amounts(question, question.window, user) if str(key) not in own]


def _of_category(question: Question, key: object) -> Q:
    path = question.of.by[question.by][1]
    if key != NOT_SAID:
        return Q(**{path: key})
    return Q(**{f"{path}__isnull": True}) | (Q(**{path: ""}) if _is_text(question) else Q())


def shown_row(question: Question, row: Any) -> dict[str, Any]:
    """A row of a category: what it is called, where it is found, when it arose."""
    return {"label": question.of.label(row), "url": question.of.url(row), "day": _day_of(question, row)}


def _day_of(question: Question, row: Any) -> date:
    """When a row arose."""
    at = row
    for part in question.of.day.split("__"):
        at = getattr(at, part)
    return at if _is_day(question) else timezone.localtime(at).date()


def _rows(question: Question, window: Window, user: User) -> QuerySet[Any]:
    day = question.of.day
    first: Any = window.first
    last: Any = window.last + timedelta(days=1)
    if not _is_day(question):
        zone = timezone.get_current_timezone()
        first, last = datetime.combine(first, time(), zone), datetime.combine(last, time(), zone)
    rows = question.of.rows(user).filter(**{f"{day}__gte": first, f"{day}__lt": last})
    return rows.filter(**{question.of.site: question.site}) if question.site else rows


def _amounts(question: Question, window: Window, user: User) -> dict[object, float]:
    path = question.of.by[question.by][1]
    summed: Any = Count("pk") if not question.amount else Sum(question.of.amounts[question.amount][1])
    rows = _rows(question, window, user).order_by().values_list(path).annotate(amount=summed)
    scale = A_MONTH / window.days if question.per_month else 1.0
    found: dict[object, float] = {}
    for key, amount in rows:
        found[key or NOT_SAID] = found.get(key or NOT_SAID, 0.0) + max(float(amount or 0), 0.0) * scale
    return {key: amount for key, amount in found.items() if amount}


def _key(key: object) -> str:
    return REST if key is None else str(key)


def _label(question: Question, key: object) -> str:
    if key is None:
        return _("other")
    if key == NOT_SAID:
        return _("not said")
    return str(_choices(question).get(key, key))


def _field(question: Question, path: str) -> Any:
    model: Any = question.of.model
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model
    return model._meta.get_field(last)


def _choices(question: Question) -> Mapping[Any, Any]:
    return dict(_field(question, question.of.by[question.by][1]).choices or ())


def _is_day(question: Question) -> bool:
    return str(_field(question, question.of.day).get_internal_type()) == "DateField"


def _is_text(question: Question) -> bool:
    return str(_field(question, question.of.by[question.by][1]).get_internal_type()) in ("CharField", "SlugField")
