"""The replay: points in order, one CUSUM per arm and threshold, and the signals that are not regressions.

AMBER and RED keep their own S, so that dismissing a false AMBER does not blind RED. What raised stays open
(latched) until a `Disposition` closes it; the reference does not learn while AMBER or RED is open.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from metrics.detector.calibration import Calibration, Point, has_value
from metrics.detector.families import CLIP, COUNTS, Family, Reference
from metrics.detector.loss import Loss, share_lost

SPIKE = 3.5
STUCK_AFTER = 5
HUGGING_AFTER = 15
SILENT_AFTER = 2
LONG_GAP = 6


class Kind(StrEnum):
    """What can be noticed. Only AMBER and RED are about the gain slipping."""

    AMBER = "amber"
    RED = "red"
    BETTER = "better"
    SPIKE = "spike"
    SILENT = "silent"
    STUCK = "stuck"
    HUGGING = "hugging"


class State(StrEnum):
    """What the open alarms say of a gain."""

    UNPROVEN = "unproven"
    HOLDING = "holding"
    AMBER = "amber"
    BACKSLIDING = "backsliding"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Disposition:
    """What people decided about the open alarms of these kinds, after the values of `period` were in.

    `recovered` restarts S at h/2 (Lucas & Crosier 1982); otherwise, explained or false, S restarts at 0.
    """

    period: int
    kinds: frozenset[Kind]
    recovered: bool = False


@dataclass(frozen=True, slots=True)
class Alarm:
    """Raised at `period`. AMBER, RED and BETTER carry S, h, the first period of the change and the loss."""

    kind: Kind
    period: int
    onset: int
    s: float = 0.0
    h: float = 0.0
    loss: Loss | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One value on its way through: Q after deflation, and the largest S of AMBER and RED after it."""

    period: int
    q: float
    s_amber: float
    s_red: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that follows from the settings, the points and the dispositions."""

    state: State
    alarms: tuple[Alarm, ...]
    open: tuple[Alarm, ...]
    steps: tuple[Step, ...]
    s_amber: float
    s_red: float
    loss: Loss | None
    last_period: int | None

    def is_open(self, kind: Kind) -> bool:
        return any(alarm.kind is kind for alarm in self.open)


@dataclass(slots=True)
class _Tracker:
    """One S against one threshold."""

    kind: Kind
    sign: int
    k: float
    h: float
    s: float = 0.0
    since: int | None = None

    def take(self, period: int, q: float) -> None:
        before = self.s
        self.s = max(0.0, before + min(self.sign * q, CLIP) - self.k)
        if self.s == 0:
            self.since = None
        elif before == 0 or self.since is None:
            self.since = period

    def restart(self, s: float) -> None:
        self.s, self.since = s, None

    @property
    def over(self) -> bool:
        return self.s > self.h


@dataclass(slots=True)
class _Replay:
    calibration: Calibration
    reference: Reference
    trackers: list[_Tracker]
    dismissing: bool
    alarms: list[Alarm] = field(default_factory=list)
    open: dict[Kind, Alarm] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    seen: list[Point] = field(default_factory=list)
    last: float | None = None
    missing: int = 0
    same: int = 1
    close: int = 0

    def take(self, point: Point) -> None:
        if point.value is None or not has_value(point, self.calibration.family):
            self.miss(point)
            return
        self.after_gap(point)
        self.watch_data(point)
        fair = self.calibration.adjusted(point)
        self.seen.append(fair)
        if self.calibration.proven and fair.value is not None:
            self.judge(fair, fair.value)

    def judge(self, point: Point, value: float) -> None:
        q = self.reference.score(value, point.exposure) / self.calibration.deflation
        self.watch_scores(point, q)
        for tracker in self.trackers:
            tracker.take(point.period, q)
        self.steps.append(Step(point.period, q, self.highest(Kind.AMBER), self.highest(Kind.RED)))
        for tracker in self.trackers:
            if tracker.over:
                self.alarm(tracker, point.period)
        if not {Kind.AMBER, Kind.RED} & self.open.keys():
            self.reference.learn(value, point.exposure)

    def miss(self, point: Point) -> None:
        """A period without a value. Zero exposure is "no opportunity": neither missing nor a value."""
        if point.value is not None and point.exposure == 0:
            return
        self.missing += 1
        if self.missing == SILENT_AFTER:
            self.raise_once(Alarm(Kind.SILENT, point.period, point.period - SILENT_AFTER + 1))

    def after_gap(self, point: Point) -> None:
        if self.missing >= LONG_GAP:
            for tracker in self.trackers:
                if tracker.s < tracker.h / 2:
                    tracker.restart(tracker.h / 2)
        self.missing = 0
        self.open.pop(Kind.SILENT, None)

    def watch_data(self, point: Point) -> None:
        """STUCK asks about the data of an instrument; counts repeat by nature."""
        self.same = self.same + 1 if point.value == self.last else 1
        self.last = point.value
        self.episode(Kind.STUCK, self.same, STUCK_AFTER, point.period)

    def watch_scores(self, point: Point, q: float) -> None:
        """SPIKE and HUGGING ask for a look; neither says that the gain slips."""
        worst = max(arm * q for arm in self.calibration.arms)
        if worst > SPIKE:
            self.alarms.append(Alarm(Kind.SPIKE, point.period, point.period, s=worst, h=SPIKE))
        self.close = self.close + 1 if abs(q) < 1 else 0
        self.episode(Kind.HUGGING, self.close, HUGGING_AFTER, point.period)

    def episode(self, kind: Kind, run: int, length: int, period: int) -> None:
        if self.calibration.family not in (Family.NORMAL, Family.LOG):
            return
        if run < length:
            self.open.pop(kind, None)
        elif run == length:
            self.raise_once(Alarm(kind, period, period - length + 1))

    def alarm(self, tracker: _Tracker, period: int) -> None:
        if tracker.kind in self.open or (tracker.kind is Kind.AMBER and Kind.RED in self.open):
            return
        loss = self.loss_since(tracker)
        if tracker.kind is Kind.RED and loss.small:
            return
        self.raise_once(Alarm(tracker.kind, period, loss.onset, tracker.s, tracker.h, loss))
        if self.dismissing:
            self.open.pop(tracker.kind)
            tracker.restart(0.0)

    def raise_once(self, alarm: Alarm) -> None:
        if alarm.kind not in self.open:
            self.alarms.append(alarm)
            self.open[alarm.kind] = alarm

    def loss_since(self, tracker: _Tracker) -> Loss:
        """The level since the onset against the level that should hold."""
        c = self.calibration
        onset = tracker.since if tracker.since is not None else self.seen[-1].period
        since = [p for p in self.seen if p.period >= onset]
        mean = _mean(since, c)
        sign = tracker.sign if tracker.kind is not Kind.BETTER else -tracker.sign
        weight = 1 / len(since) + 1 / c.n_after
        share = share_lost(mean, sign=sign, after=c.after, gain=c.gain, noise=c.noise, weight=weight)
        accrued = math.fsum(sign * (_rate(p, c) - c.after_mean) for p in since) * c.settings.unit_value
        return Loss(
            onset,
            len(since),
            fraction=share[0],
            low=share[1],
            high=share[2],
            mean=_plain(since, c),
            accrued=accrued,
        )

    def dispose(self, disposition: Disposition) -> None:
        for kind in disposition.kinds:
            self.open.pop(kind, None)
        for tracker in self.trackers:
            if tracker.kind in disposition.kinds:
                tracker.restart(tracker.h / 2 if disposition.recovered else 0.0)

    def highest(self, kind: Kind) -> float:
        return max((tracker.s for tracker in self.trackers if tracker.kind is kind), default=0.0)

    def result(self) -> Evaluation:
        reds = [t for t in self.trackers if t.kind is Kind.RED and t.s > 0]
        worst = max(reds, key=lambda t: t.s, default=None)
        loss = self.loss_since(worst) if worst and self.seen else None
        return Evaluation(
            state=self.state(loss),
            alarms=tuple(self.alarms),
            open=tuple(self.open.values()),
            steps=tuple(self.steps),
            s_amber=self.highest(Kind.AMBER),
            s_red=self.highest(Kind.RED),
            loss=loss,
            last_period=self.seen[-1].period if self.seen else None,
        )

    def state(self, loss: Loss | None) -> State:
        if not self.calibration.proven:
            return State.UNPROVEN
        red = self.open.get(Kind.RED)
        if red is None:
            return State.AMBER if Kind.AMBER in self.open else State.HOLDING
        now = loss or red.loss
        return State.LOST if now is not None and now.total else State.BACKSLIDING


def _rate(point: Point, calibration: Calibration) -> float:
    value = point.value or 0.0
    return value / point.exposure if calibration.family in COUNTS else value


def _plain(points: Sequence[Point], calibration: Calibration) -> float:
    """Mean in the metric's unit; that of rates is weighted by exposure."""
    if calibration.family in COUNTS:
        return math.fsum(p.value or 0.0 for p in points) / math.fsum(p.exposure for p in points)
    return math.fsum(p.value or 0.0 for p in points) / len(points)


def _mean(points: Sequence[Point], calibration: Calibration) -> float:
    """Mean on the working scale."""
    if calibration.family is not Family.LOG:
        return _plain(points, calibration)
    known = [y for p in points if p.value is not None and (y := calibration.scale(p.value)) is not None]
    return math.fsum(known) / len(known) if known else calibration.after


def evaluate(
    calibration: Calibration,
    points: Iterable[Point],
    dispositions: Sequence[Disposition] = (),
    *,
    dismissing: bool = False,
) -> Evaluation:
    """Replay every point since the after phase, in order of period whatever the order of arrival.

    `dismissing` takes each AMBER and RED for false as it is raised (how false alarms are counted on a held
    series). Of a gain that is not proven only the data are watched: SILENT and STUCK.
    """
    replay = _Replay(calibration, calibration.start(), _trackers(calibration), dismissing)
    waiting = sorted(dispositions, key=lambda d: d.period)
    for point in _complete(points):
        while waiting and waiting[0].period < point.period:
            replay.dispose(waiting.pop(0))
        replay.take(point)
    for disposition in waiting:
        replay.dispose(disposition)
    return replay.result()


def _trackers(c: Calibration) -> list[_Tracker]:
    regress = [
        _Tracker(kind, sign, c.k, h) for sign in c.arms for kind, h in ((Kind.AMBER, c.h_amber), (Kind.RED, c.h_red))
    ]
    mirror = [] if len(c.arms) > 1 else [_Tracker(Kind.BETTER, -c.sign, c.k, c.h_red)]
    return regress + mirror


def _complete(points: Iterable[Point]) -> Iterable[Point]:
    """In order, and with the periods that nobody reported."""
    previous: int | None = None
    for point in sorted(points, key=lambda p: p.period):
        if previous is not None:
            yield from (Point(missed, None) for missed in range(previous + 1, point.period))
        previous = point.period
        yield point
