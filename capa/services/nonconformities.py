"""Nonconformities and complaints (8.7, 10.2.1 a): raised, contained, evaluated, disposed of, answered."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from capa import selectors
from capa.models import Nonconformity
from capa.states import (
    DISPOSE,
    EVALUATE,
    NC_CANCEL,
    NC_CLOSE,
    NC_CONTAIN,
    Source,
)
from evidence.context import clock
from evidence.refusals import Refused
from people.models import Process, Site, User
from records import services as records
from records.models import Record


@transaction.atomic
def raise_nonconformity(
    *,
    by: User,
    site: Site,
    title: str,
    description: str,
    detected_on: date,
    source: str = Source.INTERNAL,
    process: Process | None = None,
    owner: User | None = None,
    origin: Record | None = None,
    **facts: Any,
) -> Nonconformity:
    """Record that something did not meet a requirement; a complaint names its customer (10.2.1 a).

    Raises Refused: "customer-missing", "detected-in-the-future", "dates-out-of-order".
    """
    _check(source, detected_on, facts)
    return records.open_record(
        Nonconformity,
        by=by,
        site=site,
        title=title,
        process=process,
        owner=owner or (process.owner if process else None),
        origin=origin,
        description=description,
        detected_on=detected_on,
        source=source,
        **facts,
    )


def _check(source: str, detected_on: date, facts: dict[str, Any]) -> None:
    if source == Source.COMPLAINT and not facts.get("customer"):
        raise Refused(_("Name the customer who complains."), code="customer-missing")
    if detected_on > clock().date():
        raise Refused(_("It cannot have been detected in the future."), code="detected-in-the-future")
    if facts.get("reply_due") and facts["reply_due"] < detected_on:
        raise Refused(_("The reply cannot be due before it was detected."), code="dates-out-of-order")


@transaction.atomic
def edit_nonconformity(record: Nonconformity, *, by: User, reason: str = "", **changes: Any) -> Nonconformity:
    """Change the facts of an open nonconformity; once it is contained, with a reason.

    Raises Refused: "closed", "customer-missing", "detected-in-the-future", "dates-out-of-order".
    """
    records.lock(record)
    if not record.is_open:
        raise Refused(_("This nonconformity is closed."), code="closed")
    now = {name: changes.get(name, getattr(record, name)) for name in ("customer", "reply_due")}
    _check(changes.get("source", record.source), changes.get("detected_on", record.detected_on), now)
    return records.amend(record, by=by, reason=reason, **changes)


@transaction.atomic
def contain_nonconformity(record: Nonconformity, *, by: User, containment: str) -> Nonconformity:
    """Control it now (10.2.1 a 1): what was blocked, sorted, stopped."""
    return records.move(record, NC_CONTAIN, by=by, containment=containment)


@transaction.atomic
def evaluate(record: Nonconformity, *, by: User, evaluation: str, needs_capa: bool) -> Nonconformity:
    """Decide whether the cause must be removed (10.2.1 b)."""
    return records.move(record, EVALUATE, by=by, evaluation=evaluation, needs_capa=needs_capa)


@transaction.atomic
def dispose(
    record: Nonconformity, *, by: User, disposition: str, disposition_note: str, cost: Any = None
) -> Nonconformity:
    """Decide what becomes of the product, and by whose authority (8.7)."""
    return records.move(record, DISPOSE, by=by, disposition=disposition, disposition_note=disposition_note, cost=cost)


@transaction.atomic
def reply(record: Nonconformity, *, by: User, replied_on: date) -> Nonconformity:
    """The customer was answered. Raises Refused: "no-customer", "dates-out-of-order"."""
    if not record.customer:
        raise Refused(_("No customer waits for an answer here."), code="no-customer")
    if replied_on > clock().date() or replied_on < record.detected_on:
        raise Refused(
            _("The day of the reply is not before the complaint, and not after today."), code="dates-out-of-order"
        )
    return records.amend(record, by=by, reason=_("Customer answered"), replied_on=replied_on)


@transaction.atomic
def close_nonconformity(record: Nonconformity, *, by: User) -> Nonconformity:
    """Close: the customer answered, and a CAPA opened where the cause must be removed.

    Raises Refused: "reply-missing", "capa-missing".
    """
    if record.reply_due and not record.replied_on:
        raise Refused(_("The customer has not been answered yet."), code="reply-missing")
    if record.needs_capa and not selectors.led_to_capa(record).exists():
        raise Refused(_("The cause must be removed: open a CAPA first."), code="capa-missing")
    return records.move(record, NC_CLOSE, by=by)


@transaction.atomic
def cancel_nonconformity(record: Nonconformity, *, by: User, reason: str) -> Nonconformity:
    """It was none after all, and why."""
    return records.move(record, NC_CANCEL, by=by, note=reason)
