"""Who acts, why, in which request and when: one audit context for requests, tasks and commands.

The context lives in a context variable and is written into each outermost database transaction
(`set_config(..., is_local => true)`), so that it dies with the transaction and is safe with pooling.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone
from psycopg.pq import TransactionStatus


class HasName(Protocol):
    """What the context needs of a user."""

    pk: Any

    def get_full_name(self) -> str: ...


@dataclass(frozen=True)
class Actor:
    pk: int | None
    name: str


@dataclass(frozen=True)
class AuditContext:
    actor: Actor
    reason: str = ""
    request_id: str = ""
    at: datetime | None = None
    demonstration: bool = False


NOBODY = Actor(None, "")  # a visitor who is not logged in: the database takes no controlled write from nobody

_context: ContextVar[AuditContext | None] = ContextVar("audit_context", default=None)

ANNOUNCE = (
    "SELECT set_config('qms.actor', %s, true), set_config('qms.actor_name', %s, true),"
    " set_config('qms.reason', %s, true), set_config('qms.request_id', %s, true)"
)


def current() -> AuditContext | None:
    """The audit context in force, or None outside any."""
    return _context.get()


def clock() -> datetime:
    """Now, as the audit context tells it (aware, UTC). Only a demo database may set it."""
    context = _context.get()
    return context.at if context and context.at else timezone.now()


def announcement(context: AuditContext | None) -> tuple[str, str, str, str]:
    """The four settings of a transaction, in the order of ANNOUNCE."""
    if context is None:
        return "", "", "", ""
    key = "" if context.actor.pk is None else str(context.actor.pk)
    return key, context.actor.name, context.reason, context.request_id


@contextmanager
def acting(user: HasName, *, reason: str = "", request_id: str = "") -> Iterator[AuditContext]:
    """Run a block as `user`: everything written inside carries the actor, the reason and the request."""
    outer = _context.get()
    with in_force(
        AuditContext(
            actor=Actor(user.pk, user.get_full_name()),
            reason=reason,
            request_id=request_id or (outer.request_id if outer else ""),
            at=outer.at if outer else None,
            demonstration=outer.demonstration if outer else False,
        )
    ) as context:
        yield context


@contextmanager
def in_force(context: AuditContext) -> Iterator[AuditContext]:
    """Set the whole context. Doors use `acting`; the demo uses `evidence.services.demonstrating`."""
    token = _context.set(context)
    _tell_open_transaction()
    try:
        yield context
    finally:
        _context.reset(token)
        _tell_open_transaction()


def _tell_open_transaction() -> None:
    connection = transaction.get_connection()
    if connection.in_atomic_block and not connection.needs_rollback and _takes_statements(connection.connection):
        connection.connection.execute(ANNOUNCE, announcement(_context.get()))


def _takes_statements(driver: Any) -> bool:
    """Whether a transaction is open and no statement in it has failed."""
    return driver is not None and driver.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.IDLE)
