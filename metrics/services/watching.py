"""Watching what a gain claims: start, evaluate, notice, recover (9.1.1, 10.2.1 d)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from jobs import services as jobs
from metrics import selectors
from metrics.cadence import period_of, start_of
from metrics.detector import Alarm as Raised
from metrics.detector import Evaluation, Kind, Point, State
from metrics.models import Metric, Signal, Watch, WatchState
from metrics.selectors import Replay
from metrics.services.missing import notice_silence
from metrics.services.phases import freeze_phase
from metrics.services.signalling import conclude, open_signal
from metrics.signals import backslid
from metrics.states import (
    CONFIRM,
    DOUBT,
    EASE,
    END,
    LOSE,
    PROVE,
    RECOVER,
    RELAPSE,
    SETTLE,
    SLIP,
    SUPERSEDE,
    WARN,
    Alarm,
    MetricStatus,
    SignalStatus,
    WatchStatus,
)
from people.models import User
from records import services as records
from records.models import Record
from records.states import Transition

LEAST_BEFORE = 12
TOWARDS = {State.HOLDING: SETTLE, State.AMBER: WARN, State.BACKSLIDING: SLIP, State.LOST: LOSE}
LATCHED = (Kind.AMBER, Kind.RED, Kind.BETTER)
EPISODES = (Kind.STUCK, Kind.HUGGING)


@transaction.atomic
def watch(
    metric: Metric,
    *,
    protects: Record,
    before: tuple[date, date],
    after_start: date,
    by: User,
    loss: float = 0.5,
) -> Watch:
    """Watch that a gain stays. Freezes the phase before; proven by a job once 12 values after show the gain.

    Raises Refused: "metric-not-active", "phases-in-disorder", "too-few-before", "watched-already".
    """
    start, end = before
    if metric.status != MetricStatus.ACTIVE:
        raise Refused(_("%(number)s is not active.") % {"number": metric.number}, code="metric-not-active")
    if not start <= end < after_start:
        raise Refused(_("The time before must end before the time after begins."), code="phases-in-disorder")
    if Watch.objects.filter(metric=metric, protects=protects.pk).exists():
        raise Refused(
            _("This gain is watched already on %(number)s.") % {"number": metric.number}, code="watched-already"
        )
    _check_before(metric, start, end)
    phase = freeze_phase(metric, name=_("Before"), start=start, end=end, by=by)
    made = Watch.objects.create(
        metric=metric,
        protects_id=protects.pk,
        before_start=start,
        before_end=end,
        after_start=after_start,
        before_mean=phase.centre,
        loss=loss,
    )
    evidence.record_event("watch started", metric, by=by, note=protects.number)
    jobs.enqueue("metrics.evaluate_metric", metric_id=metric.pk, key=f"evaluate-metric-{metric.pk}")
    return made


def _check_before(metric: Metric, start: date, end: date) -> None:
    first, last = (period_of(metric.cadence, day) for day in (start, end))
    n = sum(first <= point.period <= last for point in selectors.points(metric) if point.value is not None)
    if n < LEAST_BEFORE:
        raise Refused(
            _("A gain is proven against at least 12 values before; %(number)s has %(n)d.")
            % {"number": metric.number, "n": n},
            code="too-few-before",
        )


def evaluate_all(*, at: datetime, by: User) -> int:
    """Ask for the evaluation of every watched metric; each runs, and may fail, by itself."""
    watched = Metric.objects.filter(detectors__isnull=False, status=MetricStatus.ACTIVE).distinct()
    return _ask(watched.values_list("pk", flat=True))


@transaction.atomic
def _ask(metric_ids: Any) -> int:
    keys = list(metric_ids)
    for key in keys:
        jobs.enqueue("metrics.evaluate_metric", metric_id=key, key=f"evaluate-metric-{key}")
    return len(keys)


@transaction.atomic
def evaluate_metric(metric: Metric, *, at: datetime, by: User) -> None:
    """Work through every watch of a metric from its data, and say when it has fallen silent."""
    found = selectors.points(metric)
    for watched in selectors.watches_of(metric):
        evaluate_watch(watched, at=at, by=by, found=found)
    notice_silence(metric, at=at, by=by)


@transaction.atomic
def evaluate_watch(watched: Watch, *, at: datetime, by: User, found: list[Point] | None = None) -> Watch:
    """Replay a watch and bring status, signals and cache to what follows. Idempotent; one at a time per watch."""
    Watch.objects.select_for_update(of=("self",)).get(pk=watched.pk)
    watched.refresh_from_db()
    run = selectors.replay(watched, at=at, found=found)
    if not run.calibration.proven and watched.status in DOUBT.sources:
        run = _doubt(watched, at=at, by=by, found=found)
    if watched.status == WatchStatus.UNPROVEN and run.calibration.proven:
        _prove(watched, run, at=at, by=by)
    _note_why(watched, run)
    if watched.status != WatchStatus.UNPROVEN:
        _follow(watched, run.evaluation.state, by=by)
    opened = _signals(watched, run, by=by, at=at)
    _remember(watched, run, at)
    for signal in opened:
        if signal.alarm == Alarm.RED:
            backslid.send(Watch, red=signal, watch=watched, by=by, at=at)
    return watched


def _prove(watched: Watch, run: Replay, *, at: datetime, by: User) -> None:
    """The gain is proven: its after phase and the design of its detector are frozen."""
    c = run.calibration
    last = start_of(watched.metric.cadence, run.after[-1].period + 1) - timedelta(days=1)
    freeze_phase(watched.metric, name=_("After"), start=watched.after_start, end=last, by=by)
    records.move(
        watched,
        PROVE,
        by=by,
        after_end=last,
        before_mean=c.before_mean,
        after_mean=c.after_mean,
        sigma=c.sigma,
        proven_at=at,
        why_not="",
    )
    evidence.record_event("gain proven", watched.metric, by=by, note=watched.protects.number)


def _doubt(watched: Watch, *, at: datetime, by: User, found: list[Point] | None) -> Replay:
    """Values were corrected or excluded, or a formula changed, and no longer prove the gain: nothing is claimed until
    they do. All that came since the change is looked at anew."""
    records.move(watched, DOUBT, by=by, after_end=None, proven_at=None)
    evidence.record_event("gain in doubt", watched.metric, by=by, note=watched.protects.number)
    return selectors.replay(watched, at=at, found=found)


def _note_why(watched: Watch, run: Replay) -> None:
    if watched.why_not != run.calibration.why_not:
        watched.why_not = run.calibration.why_not
        watched.save(update_fields=["why_not"])


def _follow(watched: Watch, state: State, *, by: User) -> None:
    """Walk the watch to where the detector is. While it is being put right, people decide."""
    if watched.status in (state.value, WatchStatus.RECOVERING) or state is State.UNPROVEN:
        return
    transition = EASE if watched.status == WatchStatus.LOST and state is State.BACKSLIDING else TOWARDS[state]
    if watched.status in transition.sources:
        records.move(watched, transition, by=by)


def _signals(watched: Watch, run: Replay, *, by: User, at: datetime) -> list[Signal]:
    """Open what is new, end what is over. An open signal stays until people decide, or the data are corrected."""
    evaluation = run.evaluation
    standing = {signal.alarm: signal for signal in selectors.open_signals(watched).select_for_update(of=("self",))}
    opened = []
    for raised in [*evaluation.open, *_new_spikes(watched, evaluation)]:
        if raised.kind is not Kind.SILENT and raised.kind.value not in standing and not _was_told(watched, raised):
            signal = open_signal(watched, raised, calibration=run.calibration, by=by)
            standing[signal.alarm] = signal
            opened.append(signal)
    for signal in standing.values():
        _end_if_over(signal, evaluation, by=by, at=at)
    return opened


def _was_told(watched: Watch, raised: Raised) -> bool:
    """Whether people have answered this very stretch of a flat or quiet line already: it is not told again."""
    told = Signal.objects.filter(watch=watched, alarm=raised.kind.value)
    return raised.kind in EPISODES and told.filter(onset=start_of(watched.metric.cadence, raised.onset)).exists()


def _new_spikes(watched: Watch, evaluation: Evaluation) -> list[Raised]:
    """The latest wild value, unless it has had its signal."""
    spikes = [alarm for alarm in evaluation.alarms if alarm.kind is Kind.SPIKE]
    if not spikes:
        return []
    known = Signal.objects.filter(watch=watched, alarm=Alarm.SPIKE).aggregate(last=Max("raised_period"))["last"]
    return spikes[-1:] if known is None or spikes[-1].period > known else []


def _end_if_over(signal: Signal, evaluation: Evaluation, *, by: User, at: datetime) -> None:
    kind = Kind(signal.alarm)
    if signal.status == SignalStatus.IN_CAPA:
        _tell_the_capa(signal, stands=evaluation.is_open(kind), by=by)
        return
    if kind is Kind.SPIKE or evaluation.is_open(kind):
        return
    if kind in EPISODES:
        conclude(signal, END, by=by, at=at, note=_("The values vary again."))
    elif kind in LATCHED:
        conclude(signal, SUPERSEDE, by=by, at=at, note=_("The data were corrected; the alarm no longer stands."))


def _tell_the_capa(signal: Signal, *, stands: bool, by: User) -> None:
    """Corrected data may take an alarm back after people began to answer it: it is marked, and they decide."""
    if signal.superseded != stands or Kind(signal.alarm) not in LATCHED:
        return
    reason = _("The data were corrected; the alarm stands again.")
    if not stands:
        reason = _("The data were corrected; the alarm no longer stands.")
    records.amend(signal, by=by, reason=reason, superseded=not stands)


def _remember(watched: Watch, run: Replay, at: datetime) -> None:
    evaluation, c = run.evaluation, run.calibration
    summary = {
        "s_amber": evaluation.s_amber,
        "s_red": evaluation.s_red,
        "h_amber": c.h_amber if c.proven else None,
        "h_red": c.h_red if c.proven else None,
        "loss": evaluation.loss.fraction if evaluation.loss else None,
        "last_period": evaluation.last_period,
        "n": len(run.since),
        **_figures(watched, run),
    }
    WatchState.objects.update_or_create(watch=watched, defaults={"evaluated_at": at, "summary": summary})


def _figures(watched: Watch, run: Replay) -> dict[str, Any]:
    """What lists show of a watch without working it through again."""
    progress = selectors.progress_of(watched, run)
    names = ("before", "after", "now", "kept", "kept_low", "kept_high", "words")
    now = {"n_now": progress.n, "accrued": progress.accrued, "since": progress.since and progress.since.isoformat()}
    return {**now, **{name: getattr(progress, name) for name in names}}


@transaction.atomic
def start_recovery(watched: Watch, *, since: date, by: User) -> Watch:
    """A CAPA has acted: values from `since` will show whether it worked. A watch that does not slip stays as it is."""
    return _moved(watched, RECOVER, by=by, note=_("Judged on values since %(day)s.") % {"day": since})


@transaction.atomic
def relapse(watched: Watch, *, by: User, note: str = "") -> Watch:
    """The correction did not work: back to backsliding."""
    return _moved(watched, RELAPSE, by=by, note=note)


@transaction.atomic
def confirm_recovery(watched: Watch, *, by: User, note: str = "") -> Watch:
    """A person confirmed that the correction works: signals end, the detector restarts with a head start."""
    _moved(watched, CONFIRM, by=by, note=note)
    at = clock()
    for signal in selectors.open_signals(watched).filter(alarm__in=[Alarm.AMBER, Alarm.RED]):
        conclude(signal, END, by=by, at=at, note=note or _("Verified effective."))
    return evaluate_watch(watched, at=at, by=by)


def _moved(watched: Watch, transition: Transition, *, by: User, note: str) -> Watch:
    watched.refresh_from_db()
    if watched.status not in transition.sources:
        return watched
    return records.move(watched, transition, by=by, note=note)
