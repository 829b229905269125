from uuid import UUID

from celery import shared_task
from django.utils import timezone

from jobs import services
from jobs.delivery import deliver as deliver_message
from jobs.registry import daily, every, follow, outbox_task

__all__ = ["daily", "every", "follow", "outbox_task"]


@shared_task(name="jobs.deliver", acks_late=True, ignore_result=True)
def deliver(message_id: str) -> None:
    deliver_message(UUID(message_id))


@outbox_task("jobs.canary")
def canary() -> None:
    services.sing(at=timezone.now())


@outbox_task("jobs.tidy")
def tidy() -> None:
    services.tidy(at=timezone.now())


every("jobs.canary", minutes=1)
daily("jobs.tidy", at="03:30")


@shared_task(name="jobs.tick", ignore_result=True)
def tick() -> None:
    services.tick(at=timezone.now())
    services.sweep(at=timezone.now())
