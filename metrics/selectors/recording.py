"""What a person may enter values for, as a sheet of a shift shows it."""

from collections.abc import Sequence

from django.db.models import OuterRef, QuerySet, Subquery

from metrics.models import Measurement, Metric
from metrics.states import MetricStatus
from people.models import Site, Station

MOST = 100


def sheet(site: Site, *, station: Station | None = None, shift: str = "") -> Sequence[Metric]:
    """The active metrics of a site, station and shift in order of place, each with its newest value as `newest`.

    Of a station or a shift also those that name none. At most a hundred. Whoever enters values at a site reads their
    names, also operators, who do not read metrics otherwise.
    """
    rows: QuerySet[Metric] = Metric.objects.filter(
        site=site, status=MetricStatus.ACTIVE, subgroup_size=1, is_derived=False
    )
    if station is not None:
        rows = rows.filter(station__in=[station.pk]) | rows.filter(station=None)
    if shift:
        rows = rows.filter(shift__in=[shift, ""])
    newest = Measurement.objects.filter(metric=OuterRef("pk"), value__isnull=False).order_by("-observed_at")
    found = rows.select_related("site", "station").annotate(newest=Subquery(newest.values("value")[:1]))
    return list(found.order_by("station__code", "shift", "number")[:MOST])
