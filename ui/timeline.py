"""What happened to a record: events and remarks in one order of time; and its fields' changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Field, Model
from django.utils.translation import gettext as _

from evidence.models import Event
from records.models import Comment, Record
from ui.cells import shown

MOST = 300
LOOK = {
    "opened": ("plus", "info"),
    "signed": ("writing-sign", "success"),
    "attached": ("paperclip", "neutral"),
    "linked": ("link", "neutral"),
    "changed": ("pencil", "neutral"),
}  # icon and tone of what every record does
LOOK_ICONS = {"other": "arrow-right", "comment": "message"}


@dataclass(frozen=True)
class Moment:
    """One entry of the timeline."""

    at: datetime
    who: str
    title: str
    text: str
    icon: str
    tone: str


def timeline(record: Record) -> list[Moment]:
    """Events and comments of a record, newest first."""
    events = Event.objects.filter(subject_number=record.number)[:MOST]
    remarks = Comment.objects.filter(record_id=record.pk).select_related("author").order_by("-at")[:MOST]
    moments = [*(_of_event(record, event) for event in events), *map(_of_comment, remarks)]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


def _of_event(record: Record, event: Event) -> Moment:
    arrow = record.model.machine.named(event.verb)
    icon, tone = LOOK.get(event.verb, (LOOK_ICONS["other"], "info" if arrow else "neutral"))
    title = str(arrow.label) if arrow else event.verb.replace("-", " ").capitalize()
    return Moment(event.at, event.actor_name, title, event.note or event.reason, icon, tone)


def _of_comment(comment: Comment) -> Moment:
    return Moment(comment.at, str(comment.author), _("Comment"), comment.text, LOOK_ICONS["comment"], "neutral")


@dataclass(frozen=True)
class FieldChange:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """One version of the record's fields against the one before."""

    at: datetime
    who: str
    reason: str
    fields: list[FieldChange]
    is_first: bool


SILENT = frozenset({"version", "search_text", "record_ptr", "id"})


def changes(record: Any) -> list[Change]:
    """Field-level history, newest first. Looks related names up in one query for each model."""
    rows = list(record.history.order_by("-history_date", "-history_id")[:MOST])
    fields = _told_fields(record)
    names = _names_of_related(rows, fields)
    found = [_change(new, old, fields, names) for new, old in zip(rows, [*rows[1:], None], strict=True)]
    return [change for change in found if change.fields or change.is_first]


@dataclass(frozen=True)
class Past:
    """A record's fields as they were at a moment, with who had written them last."""

    at: datetime
    who: str
    fields: list[tuple[str, str]]


def as_of(record: Any, moment: datetime) -> Past | None:
    """The record as it was then, or None when it was not there yet."""
    row = record.history.filter(history_date__lte=moment).order_by("-history_date", "-history_id").first()
    if row is None or row.history_type == "-":
        return None
    fields = _told_fields(record)
    names = _names_of_related([row], fields)
    values = [(_label(field), _text(field, getattr(row, field.attname), row, names)) for field in fields]
    return Past(row.history_date, row.actor_name, [(label, value) for label, value in values if value])


def _told_fields(record: Any) -> list[Any]:
    return [field for field in record._meta.concrete_fields if field.name not in SILENT and not _generated(field)]


def _label(field: Any) -> str:
    label = str(field.verbose_name)
    return label[:1].upper() + label[1:]


def _generated(field: Any) -> bool:
    return bool(getattr(field, "generated", False))


def _change(new: Any, old: Any, fields: list[Any], names: dict[tuple[type[Model], Any], str]) -> Change:
    return Change(
        at=new.history_date,
        who=new.actor_name,
        reason=new.history_change_reason or "",
        fields=list(_differences(new, old, fields, names)) if old is not None else [],
        is_first=old is None,
    )


def _differences(
    new: Any, old: Any, fields: list[Any], names: dict[tuple[type[Model], Any], str]
) -> Iterator[FieldChange]:
    for field in fields:
        before, after = getattr(old, field.attname), getattr(new, field.attname)
        if before != after:
            yield FieldChange(_label(field), _text(field, before, old, names), _text(field, after, new, names))


def _text(field: Field, value: Any, row: Any, names: dict[tuple[type[Model], Any], str]) -> str:
    if value is None:
        return ""
    if field.name == "status":
        return str(row.instance_type.machine.label(value))
    if field.is_relation and value is not None:
        return names.get((field.related_model, value), str(value))
    choices = dict(field.flatchoices)
    return str(choices[value]) if isinstance(value, str) and value in choices else shown(value)


def _names_of_related(rows: list[Any], fields: list[Any]) -> dict[tuple[type[Model], Any], str]:
    wanted: dict[type[Model], set[Any]] = {}
    for field in (field for field in fields if field.is_relation):
        values = {getattr(row, field.attname) for row in rows} - {None}
        if values:
            wanted.setdefault(field.related_model, set()).update(values)
    return {
        (model, pk): str(instance)
        for model, keys in wanted.items()
        for pk, instance in model._default_manager.in_bulk(keys).items()
    }
