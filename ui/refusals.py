"""What the database or the disk refuses, said as a domain refusal, for the HTML and API doors alike."""

import errno
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connection
from django.db.utils import Error as DatabaseFault
from django.utils.translation import gettext as _

from evidence.refusals import Refused, Stale

UNIQUE, EXCLUSION, FOREIGN_KEY = "23505", "23P01", "23503"
UNDONE = {"40001", "40P01"}  # serialisation failure, deadlock: the database undid it, so that it can be done again
BUSY = {"55P03", "57014", *UNDONE}  # lock or statement waited too long
AWAY = ("08", "25006", "25P03", "53", "57", "58")  # connection, read-only, idle too long, resources, operator, system
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

UNPROCESSABLE, TOO_MANY, UNAVAILABLE, NO_ROOM = 422, 429, 503, 507
STATUS = {
    "unreadable-value": 400,
    "key-reused": UNPROCESSABLE,
    "event-id-reused": UNPROCESSABLE,
    "too-many-jobs": TOO_MANY,
    "no-room": NO_ROOM,
}


class Unavailable(Refused):
    """Not a matter of the record: it could not be done at this moment, nothing was saved, try again."""

    retry_after = 5


def refusal_of(error: BaseException | None) -> Refused | None:
    """The refusal that an exception of a service means, or None when it is a fault of ours."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, DatabaseFault):
        return _database_refusal(error)
    if isinstance(error, OSError) and error.errno in FULL:
        return Refused(_("There is no room left for files; nothing was saved. Tell your administrator."), "no-room")
    return None


def status_of(refused: Refused) -> int:
    """The HTTP status of a refusal: 409 unless it says more."""
    if isinstance(refused, Unavailable):
        return UNAVAILABLE
    return 412 if isinstance(refused, Stale) else STATUS.get(refused.code, 409)


def _database_refusal(error: DatabaseFault) -> Refused | None:
    state = sqlstate(error)
    if state in BUSY:
        return Unavailable(_("Somebody is changing this right now. Please try again in a moment."), code="busy")
    if state.startswith(AWAY) or (not state and _lost(error)):
        return Unavailable(_("The database does not answer right now. Please try again in a moment."), code="away")
    return _of_values(state)


def _of_values(state: str) -> Refused | None:
    if state in {UNIQUE, EXCLUSION}:
        return Refused(_("That exists already, or somebody else did it in the same moment."), code="exists-already")
    if state == FOREIGN_KEY:
        return Refused(_("This names something that is gone, or that others still need."), code="in-use-or-gone")
    if state.startswith("23"):
        return Refused(_("These values contradict each other; nothing was saved."), code="contradiction")
    if state.startswith("22"):
        return Refused(
            _("One of these values cannot be kept: too large, or not what it should be."), "unreadable-value"
        )
    return None


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's five letters for what happened; empty when the connection itself is gone."""
    return getattr(error.__cause__, "sqlstate", "") or ""


def _lost(error: DatabaseFault) -> bool:
    """An error without a state comes from the driver: no connection, or no longer one."""
    return isinstance(error, OperationalError) or type(error).__name__ == "InterfaceError"


def twice(do: Callable[..., Any], /, *args: Any, **facts: Any) -> Any:
    """Call `do`; once more when the database undid it to end a deadlock, unless a transaction of others is open."""
    try:
        return do(*args, **facts)
    except OperationalError as error:
        if sqlstate(error) not in UNDONE or connection.in_atomic_block:
            raise
    return do(*args, **facts)
