from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from kaizen.models import Gain, SustainmentCheck
from kaizen.states import CheckStatus
from people.models import User
from records.selectors import visible

GRACE = timedelta(days=7)
AHEAD = timedelta(days=14)  # so long before its day a check is prepared and can be answered


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


def opens_on(check: SustainmentCheck, on: date) -> date | None:
    """The first day on which a check can be answered, while that day is still to come."""
    opens = check.due - AHEAD
    return opens if on < opens else None


def unanswered_checks(on: date) -> QuerySet[SustainmentCheck]:
    """Checks that nobody answered within a week of their day: unknown counts as failed."""
    return checks().filter(status=CheckStatus.PLANNED, due__lt=on - GRACE)


def metric_panel(metric: Any, user: User) -> dict[str, Any]:
    """The gains that rest on a metric."""
    return {"gains": list(visible(Gain, user).filter(metric=metric).select_related("event").order_by("-id"))}


def checks_panel(gain: Gain, user: User) -> dict[str, Any]:
    """The sustainment checks of a gain, and the standards that carry it."""
    return {
        "checks": list(gain.checks.select_related("audit", "answered_by")),
        "standards": list(gain.standards.select_related("revision")),
        "waivers": list(gain.waivers.select_related("signature")),
    }


def gain_overview(gain: Gain, user: User) -> dict[str, Any]:
    return {"event": gain.event, "metric": gain.metric}
