"""Run one outbox message: its effect and the mark that it is done are one transaction."""

import logging
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from evidence.context import HasName, acting
from jobs import services
from jobs.models import OutboxMessage
from jobs.registry import TASKS

log = logging.getLogger(__name__)


def deliver(message_id: UUID) -> bool:
    """Run the message if nobody has. True when this call did the work."""
    message = services.claim(message_id, at=timezone.now())
    if message is None:
        return False
    try:
        return _perform(message)
    except services.Superseded:
        return False
    except Exception as error:  # whatever a task raises is kept on its message and tried again
        log.exception("%s failed, attempt %s", message.task, message.attempts)
        services.fail(message, error=repr(error), at=timezone.now())
        return False


def _perform(message: OutboxMessage) -> bool:
    with acting(_actor(message), reason=message.task, request_id=message.request_id), transaction.atomic():
        _allow_long_work()
        services.hold(message)
        TASKS[message.task](**message.args)
        services.finish(message, at=timezone.now())
    return True


def _allow_long_work() -> None:
    """A task may take longer than a page: its limits are the worker's own."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'; SET LOCAL idle_in_transaction_session_timeout = '15min'")


def _actor(message: OutboxMessage) -> HasName:
    users = get_user_model()._default_manager
    if message.actor_key is None:
        return users.get(username="holdfast")
    return users.get(pk=message.actor_key)
