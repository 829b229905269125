"""What the database refuses, said as a domain refusal, for the HTML and API doors alike."""

from django.db import DatabaseError, IntegrityError, OperationalError
from django.utils.translation import gettext as _

from evidence.refusals import Refused

UNIQUE, CHECK, EXCLUSION = "23505", "23514", "23P01"
BUSY = {"55P03", "40001", "40P01"}  # lock not available, serialisation failure, deadlock


def refusal_of(error: Exception) -> Refused | None:
    """The refusal that an exception of a service means, or None when it is a fault of ours."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, IntegrityError | OperationalError):
        return _database_refusal(error)
    return None


def _database_refusal(error: DatabaseError) -> Refused | None:
    state = getattr(error.__cause__, "sqlstate", "") or ""
    if state in {UNIQUE, EXCLUSION}:
        return Refused(_("That exists already, or somebody else did it in the same moment."), code="exists-already")
    if state == CHECK:
        return Refused(_("These values contradict each other; nothing was saved."), code="contradiction")
    if state in BUSY:
        return Refused(_("Somebody is changing this record right now. Please try again."), code="busy")
    return None
