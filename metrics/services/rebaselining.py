"""A better level becomes the standard: from then on a watch protects that one."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused, says_why
from metrics import selectors
from metrics.cadence import start_of
from metrics.detector import Calibration, Point
from metrics.models import Metric, Signal, Watch
from metrics.services.phases import freeze_phase
from metrics.services.signalling import conclude
from metrics.services.watching import evaluate_watch
from metrics.states import EXPLAIN, REBASELINE, Alarm, WatchStatus
from people.models import User
from records import services as records


@transaction.atomic
def rebaseline(metric: Metric, *, by: User, watch: Watch, since: date, reason: str) -> Watch:
    """Protect the level that the values have had `since` then, proven like the first one against the time before.

    Raises Refused: "other-metric", "reason-missing", "alarm-open" unless the gain holds: a slip must not become the
    standard; "phases-in-disorder", "not-proven".
    """
    if watch.metric_id != metric.pk:
        raise Refused(_("This watch belongs to another metric."), code="other-metric")
    if not says_why(reason):
        raise Refused(_("Say why, in a few words."), code="reason-missing")
    locked = Watch.objects.select_for_update(of=("self",)).select_related("metric__site", "protects").get(pk=watch.pk)
    calibration, after = _proven_since(locked, since)
    last = start_of(metric.cadence, after[-1].period + 1) - timedelta(days=1)
    freeze_phase(metric, name=_("After"), start=since, end=last, by=by)
    old = locked.after_mean
    moved = records.move(
        locked,
        REBASELINE,
        by=by,
        note=reason,
        after_start=since,
        after_end=last,
        after_mean=calibration.after_mean,
        sigma=calibration.sigma,
    )
    facts = {"old": old, "new": calibration.after_mean, "since": since.isoformat()}
    evidence.record_event("new level set", metric, by=by, note=reason, data=facts)
    at = clock()
    for signal in Signal.objects.filter(watch=locked, alarm=Alarm.BETTER, concluded_at=None):
        conclude(signal, EXPLAIN, by=by, at=at, note=reason)
    return evaluate_watch(moved, at=at, by=by)


def _proven_since(watch: Watch, since: date) -> tuple[Calibration, list[Point]]:
    """The proof of the new level, and the values that it rests on."""
    if watch.status != WatchStatus.HOLDING:
        raise Refused(
            _("A new level is set only while the gain holds. Answer what was signalled first."), code="alarm-open"
        )
    if since <= watch.after_start:
        raise Refused(_("The new level must begin after the old one did."), code="phases-in-disorder")
    calibration, after = selectors.proof_since(watch, since)
    if not calibration.proven:
        raise Refused(
            _("%(n)d values since then do not prove a gain over the time before; at least 12 are needed.")
            % {"n": calibration.n_after},
            code="not-proven",
        )
    return calibration, after
