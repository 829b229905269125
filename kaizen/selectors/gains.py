from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from kaizen.models import Gain, SustainmentCheck
from kaizen.states import CheckStatus

GRACE = timedelta(days=7)


def gains() -> QuerySet[Gain]:
    return Gain.objects.select_related("site", "process", "owner", "event", "metric")


def gains_protected_by(watch: Any) -> QuerySet[Gain]:
    """The gain that a watch protects, if it protects one."""
    return gains().filter(pk=watch.protects_id)


def checks() -> QuerySet[SustainmentCheck]:
    return SustainmentCheck.objects.select_related("gain", "gain__owner", "audit")


def checks_due(on: date, *, ahead: timedelta = timedelta(0)) -> QuerySet[SustainmentCheck]:
    """Planned checks whose day has come, or comes within `ahead`."""
    return checks().filter(status=CheckStatus.PLANNED, due__lte=on + ahead).order_by("due", "id")


def unanswered_checks(on: date) -> QuerySet[SustainmentCheck]:
    """Checks that nobody answered within a week of their day: unknown counts as failed (DOMAIN C2)."""
    return checks().filter(status=CheckStatus.PLANNED, due__lt=on - GRACE)
