"""The sealer: hashes what has been written into a chain, every few seconds, under a role of its own."""

import logging
import threading
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from evidence.ledger import anchors

log = logging.getLogger(__name__)


def alias() -> str:
    """The connection of the role qms_sealer. Raises LookupError where it is not configured."""
    if "sealer" not in connections:
        raise LookupError("DATABASE_SEALER_URL is not set: nobody can seal the ledger.")
    return "sealer"


def seal() -> int | None:
    """Append a batch to the chain. Returns its rows; 0 when there was nothing, None when another sealer is at work."""
    with connections[alias()].cursor() as cursor:
        cursor.execute("SELECT ledger.seal_rows()")
        (rows,) = cursor.fetchone()
    return None if rows is None else int(rows)


def run(*, stopping: threading.Event, pause: float, anchor_every: float) -> None:
    """Seal every `pause` and anchor every `anchor_every` seconds until `stopping` is set, and once more then."""
    anchored: datetime | None = None
    while True:
        ending = stopping.wait(pause)
        anchored = _round(anchored, anchor_every, ending=ending)
        if ending:
            return


def _round(anchored: datetime | None, anchor_every: float, *, ending: bool) -> datetime | None:
    try:
        seal()
        now = timezone.now()
        missing = not settings.LEDGER_ANCHORS.exists()
        if ending or missing or anchored is None or (now - anchored).total_seconds() >= anchor_every:
            anchors.anchor(connections[alias()])
            return now
    except DatabaseError as error:  # the database is away or restarts: the next round finds it again
        log.warning("The ledger was not sealed: %s", str(error).strip())
        connections[alias()].close()
    return anchored
