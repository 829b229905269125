from collections.abc import Iterable
from datetime import date

from django.db.models import Max, Q, QuerySet

from metrics.models import Measurement, Metric, Signal, Source, Watch
from metrics.selectors.series import current
from metrics.states import Alarm, SignalStatus
from people.models import User
from people.selectors import visible_site_ids
from records.models import Record
from records.selectors import visible


def metrics() -> QuerySet[Metric]:
    return Metric.objects.select_related("site", "process", "owner", "gauge")


def register() -> QuerySet[Metric]:
    """Metrics with their watches, for the list page."""
    return metrics().prefetch_related("detectors")


def signals_of(metric: Metric) -> QuerySet[Signal]:
    """Everything that a metric has said, the newest first."""
    return Signal.objects.filter(metric=metric).order_by("-id")


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


def watches_protecting(records: Iterable[Record]) -> QuerySet[Watch]:
    """The watches behind these records, for a page of gains in one query."""
    return watches().filter(protects__in=[record.pk for record in records])


def silent_watches() -> QuerySet[Watch]:
    """Watches whose metric has stopped reporting: a gain nobody measures is not sustained."""
    return watches().filter(silent_since__isnull=False)


def open_signals(watch: Watch) -> QuerySet[Signal]:
    return signals().filter(watch=watch, concluded_at__isnull=True)


def latest_values(metric: Metric, *, most: int = 30) -> list[Measurement]:
    """The newest values, newest first."""
    return list(
        current(metric).select_related("source", "corrects").order_by("-observed_at", "-recorded_at", "-uuid")[:most]
    )


def work(user: User, on: date) -> QuerySet[Signal]:
    """Signals that wait for their owner to look: new ones, and the data questions."""
    waiting = Q(status=SignalStatus.NEW) | Q(status=SignalStatus.ACKNOWLEDGED, alarm__in=[Alarm.RED, Alarm.AMBER])
    return signals().filter(waiting, owner=user)


def standing_signals(user: User, *, most: int = 6) -> list[Signal]:
    """Open RED, AMBER and SILENT signals that `user` sees, the newest first."""
    urgent = (Alarm.RED, Alarm.AMBER, Alarm.SILENT)
    rows = visible(Signal, user).filter(concluded_at__isnull=True, alarm__in=urgent)
    return list(rows.select_related("metric").order_by("-id")[:most])
