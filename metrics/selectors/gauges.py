from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from metrics.models import Calibration, ControlPlanRow, Gauge, Measurement, Metric
from metrics.states import GaugeStatus
from people.models import User
from records.selectors import visible

SOON = timedelta(days=30)
MOST_VALUES = 200


@dataclass(frozen=True)
class InQuestion:
    """What a metric was told since the gauge was last known to be right."""

    metric: Metric
    n: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class Doubt:
    """A calibration that found its gauge wrong, and the results since the last good one (7.1.5.2)."""

    calibration: Calibration
    since: date | None
    until: date
    found: Sequence[InQuestion]

    @property
    def n(self) -> int:
        return sum(one.n for one in self.found)


def gauges() -> QuerySet[Gauge]:
    return Gauge.objects.select_related("site", "process", "owner")


def calibrations_of(gauge: Gauge) -> QuerySet[Calibration]:
    """Newest first."""
    return Calibration.objects.filter(gauge=gauge).select_related("certificate", "recorded_by")


def due_by(on: date) -> QuerySet[Gauge]:
    """Gauges in use whose calibration is due on that day or before, the longest overdue first."""
    at_work = (GaugeStatus.IN_USE, GaugeStatus.OVERDUE)
    return gauges().filter(status__in=at_work, due_on__lte=on).order_by("due_on", "id")


def due_seen_by(user: User, on: date, *, most: int = 6) -> list[Gauge]:
    """Overdue and soon due, of the gauges that the user sees."""
    seen = visible(Gauge, user).values("pk")
    return list(due_by(on + SOON).filter(pk__in=seen)[:most])


def to_lapse(on: date) -> QuerySet[Gauge]:
    """Gauges in use that are past their day."""
    return gauges().filter(status=GaugeStatus.IN_USE, due_on__lt=on).order_by("id")


def gauges_due_for(user: User, on: date) -> QuerySet[Gauge]:
    """Those that a person answers for and that are due soon, or were never calibrated."""
    waits = Q(status=GaugeStatus.NEW) | Q(status__in=(GaugeStatus.IN_USE, GaugeStatus.OVERDUE), due_on__lte=on + SOON)
    return gauges().filter(waits, owner=user).order_by("due_on", "id")


def metrics_of(gauge: Gauge) -> QuerySet[Metric]:
    """The metrics that are measured with it: those that say so, and those of rows of control plans that do."""
    rows = ControlPlanRow.objects.filter(instrument=gauge, metric__isnull=False).values("metric")
    return Metric.objects.filter(Q(gauge=gauge) | Q(pk__in=rows)).select_related("site").order_by("number")


def metrics_with(gauge: Gauge, user: User) -> list[Metric]:
    """The same, as far as the user sees them."""
    return list(metrics_of(gauge).filter(pk__in=visible(Metric, user).values("pk"))[:100])


def last_doubt(gauge: Gauge) -> Doubt | None:
    """The newest calibration that found the gauge outside its limits, with what was measured meanwhile."""
    wrong = calibrations_of(gauge).filter(found_good=False).first()
    return doubt_of(wrong) if wrong else None


def doubt_of(wrong: Calibration) -> Doubt:
    """Every result since the gauge was last known to be right: as found good, or left good after it was set right."""
    earlier = Calibration.objects.filter(gauge=wrong.gauge_id).filter(
        Q(done_on__lt=wrong.done_on) | Q(done_on=wrong.done_on, pk__lt=wrong.pk), passed=True
    )
    good = earlier.order_by("-done_on", "-id").first()
    since, until = (good.done_on if good else None), wrong.done_on
    window = in_question(since, until)
    metrics = list(metrics_of(wrong.gauge))
    rows = Measurement.objects.filter(window, metric__in=[one.pk for one in metrics]).order_by().values("metric")
    totals = rows.annotate(n=Count("pk"), first=Min("observed_at"), last=Max("observed_at"))
    counted = {row["metric"]: dict(row) for row in totals}
    return Doubt(wrong, since, until, [_counted(one, counted.get(one.pk, {})) for one in metrics])


def _counted(metric: Metric, row: dict[str, Any]) -> InQuestion:
    return InQuestion(metric, row.get("n", 0), row.get("first"), row.get("last"))


def in_question(since: date | None, until: date) -> Q:
    """Values that count, observed after the last good calibration and up to the day of the bad one."""
    end = datetime.combine(until + timedelta(days=1), time.min, UTC)
    window = Q(corrected_by__isnull=True, value__isnull=False, observed_at__lt=end)
    return window & Q(observed_at__gte=datetime.combine(since, time.min, UTC)) if since else window


def values_in_question(doubt: Doubt, user: User) -> list[Measurement]:
    """The newest of these results, of metrics that the user sees."""
    seen = visible(Metric, user).filter(pk__in=[one.metric.pk for one in doubt.found])
    rows = Measurement.objects.filter(in_question(doubt.since, doubt.until), metric__in=seen.values("pk"))
    return list(rows.select_related("metric", "source").order_by("-observed_at", "-recorded_at", "-uuid")[:MOST_VALUES])
