from datetime import UTC, date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateTimeField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject

from metrics.models import Measurement, Objective
from metrics.models.objectives import RECENT
from metrics.selectors.series import not_excluded
from metrics.states import ObjectiveStatus
from people.models import User

FAR = datetime(9999, 1, 1, tzinfo=UTC)


def objectives() -> QuerySet[Objective]:
    """With the newest values of their metrics, from which `Objective.now` is computed; the last before a conclusion."""
    until = Coalesce(OuterRef("closed_at"), Value(FAR, output_field=DateTimeField()))
    current = Measurement.objects.filter(
        metric=OuterRef("metric"), corrected_by__isnull=True, value__isnull=False, observed_at__lte=until
    )
    newest = not_excluded(current).order_by("-observed_at", "-recorded_at", "-uuid")
    pairs = newest.values(pair=JSONObject(value="value", n="n"))[:RECENT]
    return Objective.objects.select_related("site", "process", "owner", "metric").annotate(newest=ArraySubquery(pairs))


def pursued(sites: list[int], since: date) -> QuerySet[Objective]:
    """What is pursued at these sites, and what was concluded since a day, for the management review."""
    recent = Q(status=ObjectiveStatus.PURSUED) | Q(closed_at__date__gte=since)
    return objectives().filter(recent, site__in=sites).exclude(status=ObjectiveStatus.DROPPED).order_by("due", "id")


def objectives_due_for(user: User, on: date) -> QuerySet[Objective]:
    """Objectives of a person that are past their day and not concluded."""
    return objectives().filter(owner=user, status=ObjectiveStatus.PURSUED, due__lte=on).order_by("due", "id")
