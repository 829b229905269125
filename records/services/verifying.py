"""Verifying the ledger day by day: what it finds is told, shown on the record, and handled by somebody."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.ledger import verifying
from evidence.refusals import Refused, says_why
from people.models import User
from people.selectors import everybody_with
from people.states import Authority
from records import selectors
from records.models import IntegrityFault, Record
from records.services.adding import notify

MOST_NAMED = 200
PATIENCE = 600  # seconds: a long transaction that has just ended is not the sealer's fault


@transaction.atomic
def verify_records(*, by: User) -> list[IntegrityFault]:
    """Verify the ledger and the files; keep and tell what is new. Returns the new faults."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    open_ones = set(selectors.open_faults().values_list("check_name", "place"))
    found = [
        fault
        for fault in verifying.verify(connection, patience=PATIENCE)
        if (fault.check, fault.place) not in open_ones
    ]
    made = [_keep(fault, by=by) for fault in found[:MOST_NAMED]]
    if made:
        _tell(made, by=by)
    return made


def _keep(fault: verifying.Fault, *, by: User) -> IntegrityFault:
    record = Record.objects.filter(pk=fault.record).first() if fault.record else None
    made = IntegrityFault.objects.create(
        check_name=fault.check, place=fault.place[:200], what=fault.what[:300], record=record, found_at=clock()
    )
    evidence.record_event("integrity fault found", record or made, by=by, note=f"{fault.place}: {fault.what}")
    return made


def _tell(faults: list[IntegrityFault], *, by: User) -> None:
    """Quality managers and administrators hear of it at once."""
    text = _("Verifying the ledger found %(count)d faults, the first at %(place)s.") % {
        "count": len(faults), "place": faults[0].place,
    }  # fmt: skip
    for person in everybody_with(Authority.QUALITY_MANAGER, Authority.ADMINISTRATOR):
        notify(person, text=text, url="/integrity/", key=f"integrity:{faults[0].pk}", by=by)


@transaction.atomic
def handle_fault(fault: IntegrityFault, *, by: User, note: str) -> IntegrityFault:
    """Say what was done about a fault; its record may be signed again.

    Raises Refused: "already-handled", "reason-missing".
    """
    row = IntegrityFault.objects.select_for_update().get(pk=fault.pk)
    if row.handled_at:
        raise Refused(_("Somebody has handled this fault already."), code="already-handled")
    if not says_why(note):
        raise Refused(_("Say what was found and done."), code="reason-missing")
    row.handled_at, row.handled_by, row.note = clock(), by, note
    row.save()
    evidence.record_event("integrity fault handled", row.record or row, by=by, note=note)
    return row
