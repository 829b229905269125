from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from metrics.models import Exclusion, FormulaInput, Measurement, Metric, PeriodSum, Signal, Source, Watch
from metrics.selectors.series import newest_rows
from metrics.states import Alarm, SignalStatus, WatchStatus
from people.models import User
from people.selectors import visible_site_ids
from records.selectors import visible

SPARK_PERIODS = 26


def metrics() -> QuerySet[Metric]:
    return Metric.objects.select_related("site", "process", "owner", "gauge")


def register() -> QuerySet[Metric]:
    """Metrics with their watches and newest periods, for its pages. `standing`: 0 is the worst; `goes_in`: a formula
    uses it."""
    uses = FormulaInput.objects.filter(metric=OuterRef("pk"), formula__ended_at__isnull=True)
    newest = PeriodSum.objects.filter(weight__gt=0).order_by("-period")[:SPARK_PERIODS]
    return (
        metrics()
        .annotate(standing=_standing(), goes_in=Exists(uses))
        .prefetch_related("detectors", Prefetch("sums", queryset=newest, to_attr="newest_sums"))
    )


def _standing() -> Coalesce:
    """Of the watches of a metric the one that stands worst; silence is worse than a warning, no watch is the last."""
    worst = Case(
        When(status=WatchStatus.LOST, then=0),
        When(status=WatchStatus.BACKSLIDING, then=1),
        When(silent_since__isnull=False, then=2),
        When(status=WatchStatus.AMBER, then=3),
        When(status=WatchStatus.RECOVERING, then=4),
        When(status=WatchStatus.UNPROVEN, then=5),
        default=6,
        output_field=IntegerField(),
    )
    watches = Watch.objects.filter(metric=OuterRef("pk")).annotate(place=worst).order_by("place").values("place")
    return Coalesce(Subquery(watches[:1]), 7)


def signals_of(metric: Metric) -> QuerySet[Signal]:
    """Everything that a metric has said, the newest first."""
    return Signal.objects.filter(metric=metric).order_by("-id")


def newest_slip(metric: Metric) -> Signal | None:
    """The newest signal that says when a gain began to slip, or the metric to move."""
    moved = signals_of(metric).filter(alarm__in=[Alarm.RED, Alarm.AMBER, Alarm.BETTER], superseded=False)
    return moved.select_related("metric__site").order_by("-onset", "-id").first()


def measurable(user: User, numbers: Iterable[str]) -> QuerySet[Metric]:
    """The metrics of these numbers that `user` sees, or may push to."""
    own = Q(site__in=push_sources(user).values("site"))
    seen = Q(pk__in=visible(Metric, user).values("pk"))
    return metrics().filter(own | seen, number__in=set(numbers))


def signals() -> QuerySet[Signal]:
    return Signal.objects.select_related("site", "process", "owner", "metric", "metric__site", "metric__gauge")


def push_sources(user: User) -> QuerySet[Source]:
    """The sources that an account of another system may send to."""
    return Source.objects.filter(account=user, is_active=True)


def sources_seen_by(user: User) -> QuerySet[Source]:
    """Sources of the sites that `user` sees, with the moment of their newest batch."""
    seen = Source.objects.filter(site__in=visible_site_ids(user)).select_related("site", "account")
    return seen.annotate(newest=Max("batches__received_at")).order_by("site__code", "code")


def watches() -> QuerySet[Watch]:
    return Watch.objects.select_related("metric", "metric__site", "protects", "state")


def watches_of(metric: Metric) -> QuerySet[Watch]:
    return watches().filter(metric=metric)


def open_signals(watch: Watch) -> QuerySet[Signal]:
    return signals().filter(watch=watch, concluded_at__isnull=True)


def to_exclude(metric: Metric, *, named: str = "", most: int = 200) -> QuerySet[Measurement]:
    """The newest values that count, and the one that has the uuid `named`."""
    newest = [row.pk for row in newest_rows(metric, most=most)]
    wanted = Q(pk__in=newest) | Q(uuid__in=[named] if _is_uuid(named) else [], metric=metric)
    return Measurement.objects.filter(wanted).order_by("-observed_at", "-recorded_at", "-uuid")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def excluded(metric: Metric) -> QuerySet[Measurement]:
    """The values that are excluded, the newest first."""
    rows = Measurement.objects.filter(metric=metric, exclusions__isnull=False, exclusions__included_at=None)
    return rows.order_by("-observed_at", "-recorded_at", "-uuid")


def all_values(metric: Metric) -> QuerySet[Measurement]:
    """Every row that ever came, also those that were corrected, struck out or excluded."""
    open_ones = Exclusion.objects.filter(included_at=None)
    rows = Measurement.objects.filter(metric=metric).select_related("source")
    return rows.prefetch_related("corrected_by", Prefetch("exclusions", queryset=open_ones, to_attr="left_out"))


def latest_values(metric: Metric, *, most: int = 30) -> list[Measurement]:
    """The newest values, newest first."""
    return newest_rows(metric, most=most, with_excluded=True)


def work(user: User, on: date) -> QuerySet[Signal]:
    """Signals that wait for their owner to look: new ones, and the data questions."""
    waiting = Q(status=SignalStatus.NEW) | Q(status=SignalStatus.ACKNOWLEDGED, alarm__in=[Alarm.RED, Alarm.AMBER])
    return signals().filter(waiting, owner=user)


def standing_signals(user: User, *, most: int = 6) -> list[Signal]:
    """Open RED, AMBER and SILENT signals that `user` sees, the newest first."""
    urgent = (Alarm.RED, Alarm.AMBER, Alarm.SILENT)
    rows = visible(Signal, user).filter(concluded_at__isnull=True, alarm__in=urgent)
    return list(rows.select_related("metric").order_by("-id")[:most])
