"""Keeping the sums of periods, which charts and lists read, true to the rows."""

from django.db import connection, transaction

from jobs import services as jobs
from metrics.models import Metric, PeriodSum, Touched
from metrics.selectors import sums
from people.models import User

STORE = (
    "INSERT INTO metrics_periodsum (metric_id, period, total, weight, rows) SELECT %(metric)s, fresh.* FROM ({}) fresh"
)


@transaction.atomic
def sum_up(metric: Metric, *, by: User) -> int:
    """Add up the periods that new, corrected or excluded values lie in. Returns how many periods have a sum now."""
    Metric.objects.select_for_update(of=("self",), no_key=True).get(pk=metric.pk)  # two at once: one waits
    rows = list(Touched.objects.filter(metric_id=metric.pk).values_list("pk", "first", "last"))
    if rows:
        Touched.objects.filter(pk__in=[key for key, _first, _last in rows]).delete()
        _sum(metric, sums.as_ranges(metric, [(first, last) for _key, first, last in rows]))
    return PeriodSum.objects.filter(metric=metric).count()


@transaction.atomic
def sum_new(*, by: User) -> int:
    """Ask for the sums of all metrics that have new values, one by one. Returns of how many."""
    metrics = sorted(set(Touched.objects.values_list("metric_id", flat=True)))
    for metric in metrics:
        jobs.enqueue("metrics.sum_up", metric_id=metric, key=f"sum-up-{metric}")
    return len(metrics)


def _sum(metric: Metric, ranges: list[sums.Range]) -> None:
    for first, last in ranges:
        PeriodSum.objects.filter(metric=metric, period__range=(first, last)).delete()
    statement, params = sums.summing(metric, ranges)
    with connection.cursor() as cursor:
        cursor.execute(STORE.format(statement), params)
