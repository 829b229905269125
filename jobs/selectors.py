from datetime import datetime

from django.db.models import Q, QuerySet

from jobs.models import Job, OutboxMessage, Pulse

MOST_ATTEMPTS = 8  # with their pauses more than two hours: a mail server may be away that long
MOST_CRASHES = 3  # a task that takes its worker down with it is given up sooner
MOST_JOBS = 5  # that one person may have going on at a time
CANARY = "canary"


def due(at: datetime) -> QuerySet[OutboxMessage]:
    """Messages that nobody has finished and nobody holds."""
    return OutboxMessage.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=at),
        done_at__isnull=True,
        parked_at__isnull=True,
        available_at__lte=at,
    ).order_by("available_at")


def parked() -> QuerySet[OutboxMessage]:
    """Messages given up after too many attempts; somebody must look."""
    return OutboxMessage.objects.filter(parked_at__isnull=False).order_by("-parked_at")


def unfinished_jobs(owner_key: int) -> QuerySet[Job]:
    """What still goes on for a person."""
    return Job.objects.filter(owner=owner_key, finished_at__isnull=True)


def canary_age(at: datetime) -> float | None:
    """Seconds since the canary last came through the queue; None before the first."""
    last = Pulse.objects.filter(name=CANARY).values_list("at", flat=True).first()
    return (at - last).total_seconds() if last else None
