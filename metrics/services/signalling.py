"""Signals: opened once for each thing that a watch says, and concluded by people or by the data."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evidence.context import clock
from jobs import services as jobs
from metrics import selectors
from metrics.cadence import start_of
from metrics.detector import Alarm as Raised
from metrics.detector import Calibration
from metrics.models import Metric, Signal, Watch
from metrics.states import ACKNOWLEDGE, DISMISS, EXPLAIN, SUPERSEDE, TAKE_UP, Alarm
from people.models import User
from records import services as records
from records.states import Transition


@transaction.atomic
def open_signal(on: Watch | Metric, raised: Raised, *, calibration: Calibration | None, by: User) -> Signal:
    """Say what a metric says, with the evidence for it. One stays open per watch and kind."""
    watched, metric = (on, on.metric) if isinstance(on, Watch) else (None, on)
    alarm = Alarm(raised.kind.value)
    return records.open_record(
        Signal,
        by=by,
        site=metric.site,
        title=_("%(metric)s: %(alarm)s") % {"metric": metric.title[:120], "alarm": alarm.label},
        process=metric.process,
        owner=metric.owner,
        origin=watched.protects if watched else metric,
        metric=metric,
        watch=watched,
        alarm=alarm,
        raised_period=raised.period,
        onset=start_of(metric.cadence, raised.onset),
        s=raised.s or None,
        h=raised.h or None,
        loss=raised.loss.fraction if raised.loss else None,
        facts=_facts(metric, raised, calibration),
    )


def _facts(metric: Metric, raised: Raised, c: Calibration | None) -> dict[str, Any]:
    """The evidence, by value, so that it stays what it was."""
    facts: dict[str, Any] = {"raised": start_of(metric.cadence, raised.period).isoformat()}
    if c is not None and c.proven:
        facts |= {"before_mean": c.before_mean, "after_mean": c.after_mean, "sigma": c.sigma, "k": c.k}
        facts |= {
            "false_alarms_per_year": c.settings.red_per_year
            if raised.kind.value == Alarm.RED
            else c.settings.amber_per_year
        }
    if raised.loss is not None:
        facts |= {
            "mean_since_onset": raised.loss.mean,
            "periods_since_onset": raised.loss.periods,
            "loss": raised.loss.fraction,
            "loss_low": raised.loss.low,
            "loss_high": raised.loss.high,
            "accrued": raised.loss.accrued,
            "currency": metric.currency,
        }
    return facts


@transaction.atomic
def conclude(signal: Signal, transition: Transition, *, by: User, at: datetime, note: str, cause: str = "") -> Signal:
    """Close a signal; the detector restarts after the last period that was known then."""
    known = selectors.newest_period(signal.metric)
    return records.move(
        signal,
        transition,
        by=by,
        note=note,
        explanation=note,
        cause=cause,
        concluded_at=at,
        decided_period=max(known or signal.raised_period, signal.raised_period),
        superseded=transition is SUPERSEDE,
    )


@transaction.atomic
def acknowledge(signal: Signal, *, by: User, note: str = "") -> Signal:
    """Somebody has seen it and looks into it."""
    return records.move(signal, ACKNOWLEDGE, by=by, note=note)


@transaction.atomic
def explain(signal: Signal, *, by: User, reason: str, cause: str = "") -> Signal:
    """It was real and its cause is known and gone: the detector restarts from zero."""
    return _decided(signal, EXPLAIN, by=by, note=reason, cause=cause)


@transaction.atomic
def dismiss(signal: Signal, *, by: User, reason: str) -> Signal:
    """It was a false alarm: the detector restarts from zero, and the reason is kept."""
    return _decided(signal, DISMISS, by=by, note=reason)


def _decided(signal: Signal, transition: Transition, *, by: User, note: str, cause: str = "") -> Signal:
    at = clock()
    conclude(signal, transition, by=by, at=at, note=note, cause=cause)
    if signal.alarm == Alarm.RED:
        for amber in selectors.signals().filter(watch=signal.watch, alarm=Alarm.AMBER, concluded_at__isnull=True):
            conclude(amber, transition, by=by, at=at, note=note, cause=cause)
    jobs.enqueue("metrics.evaluate_metric", metric_id=signal.metric_id, key=f"evaluate-metric-{signal.metric_id}")
    return signal


@transaction.atomic
def take_into_capa(signal: Signal, *, by: User, note: str = "") -> Signal:
    """A CAPA answers this signal (called by capa). Doing it twice is harmless."""
    if signal.status == TAKE_UP.target:
        return signal
    return records.move(signal, TAKE_UP, by=by, note=note)
