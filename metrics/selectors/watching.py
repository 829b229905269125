"""What a watch says: in numbers, and in words."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from statistics import fmean
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evidence.context import clock
from metrics.cadence import Cadence, period_of, start_of
from metrics.detector import Calibration, Disposition, Kind, Loss, Point
from metrics.detector.loss import share_lost
from metrics.models import Metric, Signal, Watch
from metrics.selectors.deriving import uses_standing
from metrics.selectors.series import Replay, newest_day, now_due, replay, zone_of
from metrics.states import COUNTS, WatchStatus

NOTES = {
    "season-unknown": gettext_lazy("its pattern is not divided out: two whole cycles before are needed"),
    "dependent": gettext_lazy(
        "not monitorable well at this cadence: neighbouring values depend on each other, report longer periods"
    ),
}
RECENT = 12
MISSED_TOO_MANY = 2
LONG_DELAY_DAYS = 92
DAYS = {Cadence.DAY: 1, Cadence.WORKDAY: 1.4, Cadence.WEEK: 7, Cadence.MONTH: 30.4, Cadence.QUARTER: 91.3}


@dataclass(frozen=True)
class Progress:
    """Before, after and now of a watched metric. `kept` is the share of the gain still there, with 95 % bounds.

    Means are None where there are no values yet; `since` is the first day of what "now" covers.
    """

    metric: Metric
    status: str
    status_label: str
    status_tone: str
    silent_since: date | None
    before: float | None
    after: float | None
    now: float | None
    n: int
    since: date | None
    kept: float | None
    kept_low: float | None
    kept_high: float | None
    accrued: float
    words: str

    @property
    def kept_words(self) -> str:
        """The share of the gain that is there, with its bounds."""
        if self.kept is None or self.kept_low is None or self.kept_high is None:
            return ""
        return _percent_between(self.kept, self.kept_low, self.kept_high)

    @property
    def holds(self) -> bool:
        """Proven, not slipping, and still reported."""
        return self.status == WatchStatus.HOLDING and self.silent_since is None


class Verdict(StrEnum):
    """Whether new data show that a correction worked."""

    INCONCLUSIVE = "inconclusive"
    EFFECTIVE = "effective"
    INEFFECTIVE = "ineffective"


@dataclass(frozen=True)
class Effect:
    """The detector's opinion on the values since a day, in words, and the figures behind it."""

    verdict: Verdict
    words: str
    snapshot: dict[str, Any]


def progress(
    watch: Watch,
    *,
    at: datetime,
    found: Sequence[Point] | None = None,
    signals: Iterable[Signal] | None = None,
) -> Progress:
    """Before, after, now; how much of the gain is kept; and the watch in words.

    `found` and `signals` are those of the metric, where the caller has them already.
    """
    return progress_of(watch, replay(watch, at=at, found=found, signals=signals))


def progress_of(watch: Watch, run: Replay) -> Progress:
    """The same from a replay that was done already."""
    c = run.calibration
    recent = _recent(run)
    now = _mean(watch.metric, recent)
    kept = _kept(c, recent)
    return Progress(
        metric=watch.metric,
        status=watch.status,
        status_label=watch.status_label,
        status_tone=watch.status_tone,
        silent_since=watch.silent_since,
        before=_mean(watch.metric, run.before),
        after=_mean(watch.metric, run.after),
        now=now,
        n=len(recent),
        since=start_of(watch.metric.cadence, recent[0].period) if recent else None,
        kept=kept[0],
        kept_low=kept[1],
        kept_high=kept[2],
        accrued=_accrued(run),
        words=_words(watch, c, run.evaluation.loss if run.evaluation.is_open(Kind.RED) else None),
    )


def _recent(run: Replay) -> list[Point]:
    """What "now" means: since the onset while an alarm is open, else the last twelve periods after the change."""
    usable = [point for point in run.since if point.value is not None and point.exposure > 0]
    onsets = [alarm.onset for alarm in run.evaluation.open if alarm.kind in (Kind.AMBER, Kind.RED)]
    if onsets:
        return [point for point in usable if point.period >= min(onsets)]
    return usable[-RECENT:]


def _mean(metric: Metric, found: Sequence[Point]) -> float | None:
    rows = [(point.value, point.exposure) for point in found if point.value is not None]
    if not rows:
        return None
    if metric.family not in COUNTS:
        return fmean(value for value, _n in rows)
    exposure = math.fsum(exposure for _x, exposure in rows)
    return math.fsum(value for value, _n in rows) / exposure if exposure else None


def _kept(c: Calibration, found: list[Point]) -> tuple[float | None, float | None, float | None]:
    """The share of the gain that is there, 1 = all of it, with bounds; Nones while there is nothing to compare."""
    scaled = [y for point in found if point.value is not None and (y := _scaled(c, point)) is not None]
    if not c.proven or not scaled or c.gain == 0:
        return None, None, None
    weight = 1 / len(scaled) + 1 / c.n_after
    lost, low, high = share_lost(fmean(scaled), sign=c.sign, after=c.after, gain=c.gain, noise=c.noise, weight=weight)
    return 1 - lost, 1 - high, 1 - low


def _scaled(c: Calibration, point: Point) -> float | None:
    fair = c.adjusted(point)
    if fair.value is None:
        return None
    return fair.value / fair.exposure if c.family.value in COUNTS else c.scale(fair.value)


def _accrued(run: Replay) -> float:
    loss = run.evaluation.loss
    return max(loss.accrued, 0.0) if loss and run.evaluation.is_open(Kind.RED) else 0.0


def _words(watch: Watch, c: Calibration, loss: Loss | None) -> str:
    parts = [_state_words(watch, c, loss)]
    if watch.silent_since:
        parts.append(_("no values since %(day)s") % {"day": watch.silent_since})
    parts += [str(NOTES[note]) for note in c.notes]
    if c.proven:
        parts += [_delay_words(watch, c), _false_alarm_words(watch)]
    return "; ".join(parts)


def _state_words(watch: Watch, c: Calibration, loss: Loss | None) -> str:
    if watch.status == WatchStatus.UNPROVEN:
        return _unproven_words(c)
    if loss is None:
        return str(watch.status_label).lower()
    return _("%(state)s: %(share)d %% of the gain is gone (between %(low)d and %(high)d %%) since %(day)s") % {
        "state": str(watch.status_label).lower(),
        "share": round(100 * loss.fraction),
        "low": round(100 * loss.low),
        "high": round(100 * loss.high),
        "day": start_of(watch.metric.cadence, loss.onset),
    }


def _unproven_words(c: Calibration) -> str:
    if c.why_not == "too-few-values":
        return _("not proven yet: %(before)d values before and %(after)d after, 12 of each are needed") % {
            "before": c.n_before,
            "after": c.n_after,
        }
    if c.why_not == "no-variation":
        return _("not proven: the values never vary")
    return _("not proven: the values after are not clearly better than those before")


def _delay_words(watch: Watch, c: Calibration) -> str:
    found = c.detectability()
    periods = max(1, round(found.red_delay))
    sentence = _("a loss of %(share)d %% of the gain would be noticed in about %(time)s") % {
        "share": round(100 * watch.loss),
        "time": count_words(watch.metric.cadence, periods),
    }
    if found.red_delay * DAYS[Cadence(watch.metric.cadence)] > LONG_DELAY_DAYS:
        return _("%(sentence)s, which is long: measure more often") % {"sentence": sentence}
    return sentence


def count_words(cadence: str, n: int) -> str:
    return {
        Cadence.DAY: ngettext("%(n)d day", "%(n)d days", n),
        Cadence.WORKDAY: ngettext("%(n)d working day", "%(n)d working days", n),
        Cadence.WEEK: ngettext("%(n)d week", "%(n)d weeks", n),
        Cadence.MONTH: ngettext("%(n)d month", "%(n)d months", n),
        Cadence.QUARTER: ngettext("%(n)d quarter", "%(n)d quarters", n),
    }[Cadence(cadence)] % {"n": n}


def _false_alarm_words(watch: Watch) -> str:
    years = 1 / watch.red_per_year
    return _("about one false alarm in %(years)s years") % {"years": number_format(years, 0 if years >= 2 else 1)}


@dataclass(frozen=True)
class Missing:
    """The first period without a value, its first day, and how many are overdue from there on."""

    first: int
    since: date
    count: int

    @property
    def silent_since(self) -> date | None:
        return self.since if self.count >= MISSED_TOO_MANY else None


def missing(metric: Metric, *, at: datetime, last: date | None) -> Missing:
    """What has not come by `at`; the newest value is of the day `last`, and without one it began with the metric."""
    begun = last or metric.opened_at.astimezone(zone_of(metric)).date()
    seen = period_of(metric.cadence, begun)
    first = seen + 1 if last else seen
    return Missing(first, start_of(metric.cadence, first), max(now_due(metric, at) - first + 1, 0))


def missing_inputs(metric: Metric, *, at: datetime) -> list[Metric]:
    """What a metric is worked out from, as far as it lacks values that are overdue."""
    uses = uses_standing([metric.pk]).select_related("metric__site") if metric.is_derived else []
    inputs = {one.metric for one in uses}
    return [one for one in inputs if missing(one, at=at, last=newest_day(one)).count]


def effect_since(watch: Watch, *, since: date, least_values: int = RECENT, at: datetime | None = None) -> Effect:
    """Did a correction work? Judged by the same detector, restarted with a head start, on values from `since`.

    Effective: `least_values` values, no alarm, and the gain not clearly short of what was achieved. Too early to
    tell is an answer of its own.
    """
    first = period_of(watch.metric.cadence, since)
    restart = Disposition(first - 1, frozenset({Kind.AMBER, Kind.RED}), recovered=True)
    run = replay(watch, at=at or clock(), extra=[restart])
    new = [point for point in run.since if point.period >= first and point.value is not None and point.exposure > 0]
    alarmed = any(alarm.kind is Kind.RED and alarm.period >= first for alarm in run.evaluation.alarms)
    kept = _kept(run.calibration, new)
    verdict = _verdict(alarmed, len(new), least_values, kept)
    snapshot = {
        "since": since.isoformat(),
        "n": len(new),
        "mean": _mean(watch.metric, new),
        "after_mean": run.calibration.after_mean,
        "kept": kept[0],
        "kept_low": kept[1],
        "kept_high": kept[2],
        "alarm": alarmed,
    }
    return Effect(verdict, _verdict_words(verdict, len(new), least_values, kept[0]), snapshot)


def _verdict(alarmed: bool, n: int, enough: int, kept: tuple[float | None, float | None, float | None]) -> Verdict:
    if alarmed:
        return Verdict.INEFFECTIVE
    if n < enough or kept[2] is None:
        return Verdict.INCONCLUSIVE
    return Verdict.EFFECTIVE if kept[2] >= 1 or (kept[0] or 0) >= 0.75 else Verdict.INEFFECTIVE


def _verdict_words(verdict: Verdict, n: int, enough: int, kept: float | None) -> str:
    """The verdict for people."""
    if verdict is Verdict.INCONCLUSIVE:
        return _("Too early to tell: %(n)d of %(enough)d new values.") % {"n": n, "enough": enough}
    share = round(100 * (kept or 0))
    if verdict is Verdict.EFFECTIVE:
        return _("Effective: %(n)d new values without an alarm, %(share)d %% of the gain is there.") % {
            "n": n,
            "share": share,
        }
    return _("Not effective: only %(share)d %% of the gain is there on %(n)d new values.") % {"n": n, "share": share}


def facts_of(signal: Signal) -> list[tuple[str, str]]:
    """The evidence of a signal in words, as it was when it was raised."""
    found, metric = signal.facts, signal.metric
    means = {
        "before_mean": _("Mean before"),
        "after_mean": _("Mean after"),
        "mean_since_onset": _("Mean since then"),
    }
    rows = [
        (label, f"{number_format(found[name], metric.decimals)} {metric.unit}".strip())
        for name, label in means.items()
        if name in found
    ]
    if "loss" in found:
        share = _percent_between(found["loss"], found["loss_low"], found["loss_high"])
        rows.append((_("Share of the gain lost"), share))
    if found.get("accrued"):
        rows.append((_("Cost so far"), f"{number_format(found['accrued'], 0)} {found['currency']}"))
    if signal.s is not None and signal.h is not None:
        rows.append((_("Evidence"), f"S = {number_format(signal.s, 2)}, h = {number_format(signal.h, 2)}"))
    if "false_alarms_per_year" in found:
        rows.append((_("False alarms expected a year"), number_format(found["false_alarms_per_year"], 1)))
    return rows


def _percent_between(share: float, low: float, high: float) -> str:
    return _("%(share)d %% (between %(low)d and %(high)d %%)") % {
        "share": round(100 * share),
        "low": round(100 * low),
        "high": round(100 * high),
    }
