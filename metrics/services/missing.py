"""Values that do not come (9.1.1): the owner hears of the first, who leads of the second, the third is acted on."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from metrics import selectors
from metrics.detector import Alarm as Raised
from metrics.detector import Kind
from metrics.models import Metric, Signal, Watch
from metrics.selectors import Missing
from metrics.services.signalling import conclude, open_signal
from metrics.states import END, Alarm, MetricStatus
from people.models import User
from people.selectors import people_with
from people.states import Authority
from records import services as records
from records.models import Action
from records.states import ActionStatus

ACTED_ON = 3  # periods without a value
TOPIC = "silent"
TIME_TO_ACT = timedelta(days=7)


@transaction.atomic
def find_silent(*, at: datetime, by: User) -> int:
    """Say of every active metric what has not come. Returns how many are silent."""
    return sum(
        notice_silence(metric, at=at, by=by) for metric in selectors.metrics().filter(status=MetricStatus.ACTIVE)
    )


@transaction.atomic
def notice_silence(metric: Metric, *, at: datetime, by: User) -> bool:
    """Open or end the SILENT signal of a metric, and overlay its watches. Never imputes, never takes it for good.

    One signal for each silence, also when it was answered before values come; none for a metric that is worked out
    from one that lacks values itself.
    """
    missing = selectors.missing(metric, at=at, last=selectors.newest_day(metric))
    for watched in Watch.objects.filter(metric=metric).select_for_update():
        if watched.silent_since != missing.silent_since:
            watched.silent_since = missing.silent_since
            watched.save(update_fields=["silent_since"])
    told = Signal.objects.filter(metric=metric, watch=None, alarm=Alarm.SILENT)
    signal = told.filter(concluded_at=None).first()
    if signal is not None and missing.silent_since is None:
        conclude(signal, END, by=by, at=at, note=_("Values come again."))
    _withdraw_actions(told.filter(concluded_at__isnull=False), by=by)
    if missing.count and not selectors.missing_inputs(metric, at=at):
        _remind(metric, missing, by=by)
        if missing.silent_since and signal is None and not told.filter(onset=missing.silent_since).exists():
            signal = _open(metric, missing, by=by)
        if signal is not None and missing.count >= ACTED_ON:
            _ask_to_act(signal, missing, at=at, by=by)
    return missing.silent_since is not None


def _open(metric: Metric, missing: Missing, *, by: User) -> Signal:
    signal = open_signal(metric, Raised(Kind.SILENT, missing.first + 1, missing.first), calibration=None, by=by)
    text = _("%(metric)s has no values since %(day)s.") % {"metric": metric.title, "day": missing.since}
    leading = people_with(metric.site, Authority.SUPERVISOR)
    for person in {*leading, metric.process.owner if metric.process else metric.owner}:
        records.notify(person, text=text, url=signal.get_absolute_url(), key=f"silent-{signal.number}", by=by)
    return signal


def _withdraw_actions(concluded: QuerySet[Signal], *, by: User) -> None:
    """What was asked of the owner is over with the signal, whether values ended it or a person did."""
    for action in Action.objects.filter(record__in=concluded.values("pk"), topic=TOPIC, status=ActionStatus.OPEN):
        records.withdraw_action(action, by=by, reason=_("The signal is answered."))


def _remind(metric: Metric, missing: Missing, *, by: User) -> None:
    text = _("The value of %(metric)s for %(day)s has not come. Enter it, or find out why there is none.")
    told = text % {"metric": metric.title, "day": missing.since}
    key = f"missing-{metric.number}-{missing.since}"
    records.notify(metric.owner, text=told, url=metric.get_absolute_url(), key=key, by=by)


def _ask_to_act(signal: Signal, missing: Missing, *, at: datetime, by: User) -> None:
    if not signal.actions.filter(topic=TOPIC).exists():
        what = _("Bring the values of %(metric)s back: none since %(day)s") % {
            "metric": signal.metric.title, "day": missing.since,
        }  # fmt: skip
        due = at.date() + TIME_TO_ACT
        records.add_action(signal, what=what, who=signal.metric.owner, due=due, by=by, topic=TOPIC)
