"""Values that shall count neither for limits nor for detectors: a trial, a broken gauge. The value itself stays."""

from django.db import transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused, says_why
from jobs import services as jobs
from metrics.models import Exclusion, Measurement, Metric, NewPart, Touched
from metrics.selectors.judging import check_measured
from metrics.services.deriving import note_change
from people.models import User


@transaction.atomic
def exclude(metric: Metric, *, by: User, measurement: Measurement, reason: str) -> Exclusion:
    """Let a value of this metric count no longer, and judge its watches again.

    Raises Refused: "other-metric", "derived", "reason-missing", "corrected-before", "excluded-before".
    """
    _check(metric, measurement, reason)
    if measurement.value is None or Measurement.objects.filter(corrects=measurement).exists():
        raise Refused(_("This value was corrected: it does not count any more."), code="corrected-before")
    if Exclusion.objects.filter(measurement=measurement, included_at=None).exists():
        raise Refused(_("This value is excluded already."), code="excluded-before")
    made = Exclusion.objects.create(measurement=measurement, reason=reason.strip()[:300], excluded_at=clock())
    _judge_again(metric, measurement, "value excluded", by=by, reason=reason)
    return made


@transaction.atomic
def include(metric: Metric, *, by: User, measurement: Measurement, reason: str) -> Exclusion:
    """Let an excluded value count again. Raises Refused: "other-metric", "reason-missing", "not-excluded"."""
    _check(metric, measurement, reason)
    found = Exclusion.objects.filter(measurement=measurement, included_at=None).first()
    if found is None:
        raise Refused(_("This value is not excluded."), code="not-excluded")
    found.included_at = clock()
    found.save(update_fields=["included_at"])
    _judge_again(metric, measurement, "value counts again", by=by, reason=reason)
    return found


def _check(metric: Metric, measurement: Measurement, reason: str) -> None:
    if measurement.metric_id != metric.pk:
        raise Refused(_("This value belongs to another metric."), code="other-metric")
    check_measured(metric)
    if not says_why(reason):
        raise Refused(_("Say why, in a few words."), code="reason-missing")
    Metric.objects.select_for_update(of=("self",)).get(pk=metric.pk)  # two at once: one waits


def _judge_again(metric: Metric, measurement: Measurement, what: str, *, by: User, reason: str) -> None:
    Touched.objects.create(metric_id=metric.pk, first=measurement.observed_at, last=measurement.observed_at)
    NewPart.objects.create(
        metric_id=metric.pk, batch_id=measurement.batch_id, first=measurement.observed_at, corrects=True
    )
    note_change(measurement)
    facts = {"value": str(measurement.value), "observed_at": measurement.observed_at.isoformat()}
    evidence.record_event(what, metric, by=by, note=reason, data=facts)
    jobs.enqueue("metrics.evaluate_metric", metric_id=metric.pk, key=f"evaluate-metric-{metric.pk}")
