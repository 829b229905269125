"""The trail of all changes, read from the ledger: who wrote what, when and why, with old and new values.

A row of the ledger belongs to a record, to a site or to neither; who looks sees those of the sites where
`permissions.may_read_trail` holds, and what belongs to neither only when that is everywhere.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import DateTimeField, Model, QuerySet
from django.utils.translation import gettext as _

from audits.models import TrailReview
from audits.states import TrailStatus
from evidence.ledger.controlled import is_history
from people.models import Site, User
from records.models import KINDS, Record
from ui.cells import shown

MOST_PRINTED = 1_000
SILENT = frozenset({"id", "record_ptr_id", "uuid", "version", "search_text"})
SIGNED_ACTS = ("records_signature", "records_comment", "kaizen_waiver")

SELECT = """
SELECT raw.id, raw.at, raw.relation, raw.op, raw.key, raw.record, coalesce(raw.site, record.site_id), raw.payload
FROM ledger.raw AS raw LEFT JOIN records_record AS record ON record.id = raw.record
"""


@dataclass(frozen=True)
class Query:
    """What of the trail is asked for. Times are days, both ends included."""

    sites: frozenset[int]
    everywhere: bool
    since: date | None = None
    until: date | None = None
    record: int | None = None
    person: int | None = None
    column: str = ""
    upto: int | None = None

    def clauses(self) -> Iterator[tuple[str, list[Any]]]:
        """Conditions of SQL with their values."""
        yield "(raw.op <> 'append' OR raw.relation = ANY(%s)) AND raw.op <> 'baseline'", [list(SIGNED_ACTS)]
        everything = "OR raw.site IS NULL AND raw.record IS NULL" if self.everywhere else ""
        yield f"(coalesce(raw.site, record.site_id) = ANY(%s) {everything})", [list(self.sites)]
        given = (
            ("raw.at >= %s", self.since),
            ("raw.at < %s::date + 1", self.until),
            ("raw.record = %s", self.record),
            ("raw.actor = %s", self.person),
            ("raw.id <= %s", self.upto),
        )
        yield from ((condition, [value]) for condition, value in given if value is not None)
        if self.column:
            yield "raw.op = 'update' AND jsonb_exists(raw.payload::jsonb -> 'old', %s)", [self.column]

    def where(self, *more: tuple[str, list[Any]]) -> tuple[str, list[Any]]:
        found = [*self.clauses(), *more]
        return " AND ".join(f"({text})" for text, _values in found), [one for _text, values in found for one in values]


@dataclass(frozen=True)
class FieldValue:
    """One field of an entry, in words."""

    name: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One written row."""

    id: int
    at: datetime
    op: str
    what: str
    key: int | None
    record: Any
    site: int | None
    who: str
    login: str
    reason: str
    request: str
    fields: list[FieldValue] = field(default_factory=list)
    reviewed: bool = False

    @property
    def op_label(self) -> str:
        labels = {"insert": _("created"), "update": _("changed"), "delete": _("deleted"), "append": _("added")}
        return labels[self.op]


def entry_count(query: Query) -> tuple[int, int]:
    """How many entries, and the number of the last one (0 when there is none)."""
    condition, values = query.where()
    sql = f"SELECT count(*), coalesce(max(raw.id), 0) FROM ({SELECT} WHERE {condition}) AS raw"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        count, last = cursor.fetchone()
    return count, last


def entries(query: Query, *, before: int | None = None, most: int = 50) -> list[Entry]:
    """The newest entries first, those older than the entry `before`. A handful of queries, however many rows."""
    condition, values = query.where(*([("raw.id < %s", [before])] if before else []))
    with connection.cursor() as cursor:
        cursor.execute(f"{SELECT} WHERE {condition} ORDER BY raw.id DESC LIMIT %s", [*values, most])
        rows = [(*row[:7], json.loads(row[7])) for row in cursor.fetchall()]
    names = _names(rows, query.sites)
    return [_entry(row, names) for row in rows]


def marked(found: Iterable[Entry]) -> list[Entry]:
    """The entries, each with whether a signed review covers it."""
    done = list(reviews().filter(status=TrailStatus.REVIEWED))
    below = {site.pk: _site_and_below(site) for site in {review.site for review in done}}
    return [
        replace(entry, reviewed=any(is_reviewed(entry, one, below[one.site_id]) for one in done)) for entry in found
    ]


def is_reviewed(entry: Entry, review: TrailReview, sites: frozenset[int]) -> bool:
    """Whether somebody who signed that review has read this entry."""
    in_time = review.since <= entry.at.date() <= review.until
    return in_time and entry.id <= review.last_entry and entry.site in sites


@cache
def _model(relation: str) -> type[Model] | None:
    found = (model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == relation)
    return next((model for model in found if not is_history(model)), None)


@cache
def _fields(relation: str) -> dict[str, Any]:
    model = _model(relation)
    return {str(field.column): field for field in model._meta.local_concrete_fields} if model else {}


def _images(payload: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Old and new values of the fields that say something."""
    old, new = payload.get("old") or {}, payload.get("new") or {}
    names = old.keys() if payload["op"] == "update" else {**old, **new}.keys()
    kept = [name for name in names if name not in SILENT]
    return {name: old.get(name) for name in kept}, {name: new.get(name) for name in kept}


Names = dict[tuple[type[Model], Any], Any]


def _names(rows: list[tuple[Any, ...]], sites: frozenset[int]) -> Names:
    """What related keys in these rows are called, one query a model. Records of other sites have no name here."""
    wanted: dict[type[Model], set[Any]] = {Record: {row[5] for row in rows if row[5]}}
    for *_row, relation, _op, _key, _record, _site, payload in rows:
        fields = _fields(relation)
        for image in _images(payload):
            for name, value in image.items():
                target = getattr(fields.get(name), "related_model", None)
                if target is not None and value is not None:
                    wanted.setdefault(_base(target), set()).add(value)
    return {
        (model, pk): instance
        for model, keys in wanted.items()
        for pk, instance in _rows_of(model, sites).in_bulk(keys).items()
    }


def _rows_of(model: type[Model], sites: frozenset[int]) -> QuerySet[Any]:
    return Record.objects.filter(site__in=sites) if model is Record else model._default_manager.all()


def _base(model: type[Model]) -> type[Model]:
    return Record if issubclass(model, Record) else model


def _entry(row: tuple[Any, ...], names: Names) -> Entry:
    number, at, relation, op, key, record, site, payload = row
    model, fields = _model(relation), _fields(relation)
    old, new = (_worded(image, model, payload) for image in _images(payload))
    return Entry(
        id=number,
        at=at,
        op=op,
        what=str(model._meta.verbose_name) if model else relation,
        key=key,
        record=names.get((Record, record)),
        site=site,
        who=payload["name"],
        login=payload["login"],
        reason=payload["reason"],
        request=payload["request"],
        fields=[
            FieldValue(name, _label(name, fields), _text(fields.get(name), old[name], names),
                       _text(fields.get(name), new[name], names))
            for name in new
        ],
    )  # fmt: skip


def _worded(image: dict[str, Any], model: Any, payload: dict[str, Any]) -> dict[str, Any]:
    """The image with its status in words: a record's parent row knows its machine by its kind."""
    whole = payload.get("new") or payload.get("old") or {}
    machine = getattr(KINDS.get(whole.get("kind", ""), model), "machine", None)
    if machine is None or not image.get("status"):
        return image
    return {**image, "status": machine.label(image["status"])}


def _label(name: str, fields: dict[str, Any]) -> str:
    label = str(fields[name].verbose_name) if name in fields else name
    return label[:1].upper() + label[1:]


def _text(field_: Any, value: Any, names: Names) -> str:
    if value is None:
        return ""
    if field_ is None:
        return shown(value)
    if field_.related_model is not None:
        found = names.get((_base(field_.related_model), value), _("(elsewhere)"))
        return str(getattr(found, "number", found))
    if field_.column in getattr(field_.model, "secret_columns", ()):
        return _("(secret)")
    if isinstance(field_, DateTimeField):
        return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M:%S} UTC"
    choices = dict(field_.flatchoices)
    return str(choices[value]) if isinstance(value, str) and value in choices else shown(value)


def reviews() -> QuerySet[TrailReview]:
    return TrailReview.objects.select_related("site", "owner", "process")


def _site_and_below(site: Site) -> frozenset[int]:
    return frozenset(Site.objects.descendants(site, include_self=True).values_list("pk", flat=True))


def review_overview(review: TrailReview, user: User) -> dict[str, Any]:
    """What a review of the trail shows: its entries, newest first, as many as a page takes."""
    found = entries(query_of(review), most=100)
    return {"entries": found, "more": max(0, review.entries - len(found))}


def query_of(review: TrailReview) -> Query:
    """The entries that a review covers."""
    return replace(site_query(review.site, since=review.since, until=review.until), upto=review.last_entry)


def site_query(site: Site, *, since: date, until: date) -> Query:
    """The trail of a site and all below it."""
    return Query(_site_and_below(site), everywhere=False, since=since, until=until)
