from datetime import datetime

from django.db.models import F, Q, QuerySet

from jobs.models import OutboxMessage

MOST_ATTEMPTS = 5


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
    return OutboxMessage.objects.filter(parked_at__isnull=False)


def oldest_waiting(at: datetime) -> datetime | None:
    """When the longest-waiting due message became available."""
    return due(at).values_list("available_at", flat=True).first()


def retried() -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(done_at__isnull=True, attempts__gt=0).order_by(F("attempts").desc())
