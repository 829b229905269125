"""The only place that speaks to Celery's broker. A lost nudge is found again by the sweep."""

import logging
from uuid import UUID

from celery import current_app

log = logging.getLogger(__name__)


def nudge(message_id: UUID, task: str) -> bool:
    """Tell a worker that a message waits. False when the broker cannot be reached: the sweep will."""
    try:
        current_app.send_task("jobs.deliver", args=[str(message_id)], shadow=task, retry=False)
    except Exception:  # any broker fault: truth is in the outbox
        log.warning("The broker took no nudge for %s; the sweep will send it again.", task)
        return False
    return True
