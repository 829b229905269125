from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.context import Actor, AuditContext, HasName, clock, current, in_force
from evidence.ledger.anchors import head
from evidence.models import Event, Installation
from evidence.refusals import Refused
from evidence.selectors import is_demo_database


@transaction.atomic(savepoint=False)
def record_event(verb: str, subject: models.Model, *, by: HasName, note: str = "", data: dict | None = None) -> Event:
    """Append to the timeline of `subject` that `by` did `verb`."""
    return Event.objects.create(**event_values(verb, subject, by=by, note=note, data=data))


@transaction.atomic(savepoint=False)
def record_events(verb: str, subjects: list[Any], *, by: HasName, note: str = "") -> None:
    """The same verb on many subjects, in one statement."""
    Event.objects.bulk_create(
        [Event(**event_values(verb, subject, by=by, note=note)) for subject in subjects], batch_size=2000
    )


@transaction.atomic
def record_copy(subject: models.Model, *, by: HasName, what: str) -> Event:
    """Note that `by` took a copy away, on paper or as a file, with the ledger's head of that moment."""
    return record_event("copy taken", subject, by=by, note=what, data={"head": str(head(connection) or "")})


def event_values(verb: str, subject: Any, *, by: HasName, note: str = "", data: dict | None = None) -> dict[str, Any]:
    context = current()
    return {
        "at": clock(),
        "verb": verb,
        "subject_kind": subject._meta.label_lower,
        "subject_key": subject.pk,
        "subject_number": getattr(subject, "number", ""),
        "actor_key": by.pk,
        "actor_name": by.get_full_name(),
        "note": note,
        "reason": context.reason if context else "",
        "request_id": context.request_id if context else "",
        "data": data or {},
    }


@transaction.atomic
def mark_demo_database() -> None:
    """Declare this database a demo: its clock may be set back and it may sign for demonstration."""
    Installation.objects.update_or_create(
        pk=1, defaults={"is_demo": True}, create_defaults={"is_demo": True, "created_at": timezone.now()}
    )


@contextmanager
def demonstrating(user: HasName, *, at: datetime, reason: str = "") -> Iterator[AuditContext]:
    """Act as `user` at another time, in a demo database only.

    Raises Refused("not-a-demo-database") anywhere else.
    """
    outer = current()
    if not (outer and outer.demonstration) and not is_demo_database():
        raise Refused(
            _("The clock can be set only in a database made by the demo command."), code="not-a-demo-database"
        )
    context = AuditContext(Actor(user.pk, user.get_full_name()), reason=reason, at=at, demonstration=True)
    with in_force(context):
        yield context
