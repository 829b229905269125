"""Many watches at once: what `engine` does with one value after the other, for a column of watches at a time.

A fleet is a matrix of 64-bit floats, a row for each of `FIELDS`, a column a watch: the frozen design, the reference, S,
what is open, the newest values. It is all that the next value needs, so that going on costs what is new, and two
thousand watches cost hardly more than one. `engine` is the truth: a test holds both to the same answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.detector.calibration import Calibration
from metrics.detector.engine import HUGGING_AFTER, LONG_GAP, SILENT_AFTER, SPIKE, STUCK_AFTER, Disposition, Kind
from metrics.detector.families import CLIP, BetweenReference, BinomialReference, NormalReference, PoissonReference
from metrics.detector.loss import REAL_BUT_SMALL, Z95
from metrics.detector.scores import BETWEEN, BINOMIAL, FAMILIES, LOG, NORMAL, POISSON, SCORES, Floats, Learnt

Mask = NDArray[np.bool_]
Periods = NDArray[np.int64]

RECENT = 12
OPEN = (Kind.AMBER, Kind.RED, Kind.BETTER, Kind.SILENT, Kind.STUCK, Kind.HUGGING)
# The trackers of `engine`, in its order; the last two are those of a second arm, the mirror stands alone.
TRACKERS = ((Kind.AMBER, 0), (Kind.RED, 0), (Kind.BETTER, 0), (Kind.AMBER, 1), (Kind.RED, 1))
FIELDS = (
    "family", "sign", "second_arm", "k", "deflation", "h_amber", "h_red", "gain", "after", "noise", "n_after",
    "pooled_squares", "pooled_freedom",
    "n", "level", "spread",  # of the reference: how many, mean (or total, or events), squares (or exposure)
    *(f"{name}_{number}" for number in range(len(TRACKERS)) for name in ("s", "since", "sum", "weight")),
    *(f"open_{kind.value}" for kind in OPEN), "spike",
    "missing", "same", "close", "last", "last_sum", "last_weight", "period", "seen",
    *(f"recent_{number}" for number in range(RECENT)), *(f"exposure_{number}" for number in range(RECENT)),
    *(f"when_{number}" for number in range(RECENT)),
)  # fmt: skip
PLACE = {name: number for number, name in enumerate(FIELDS)}
ABSENT = np.nan


def fleet_of(calibrations: Sequence[Calibration]) -> "Fleet":
    """Proven gains, before the first value that is judged. Raises ValueError for one that is not proven."""
    return Fleet(np.array([_column(c) for c in calibrations], dtype=float).T.reshape(len(FIELDS), -1).copy())


def _column(c: Calibration) -> list[float]:
    if not c.proven:
        raise ValueError("only a proven gain is watched")
    reference = c.start()
    pooled = (0.0, 0.0)
    if isinstance(reference, NormalReference):
        pooled = (reference.pooled_squares, reference.pooled_freedom)
        learnt = (reference.n, reference.mean, reference.squares)
    elif isinstance(reference, BetweenReference):
        learnt = (reference.n, reference.total, 0.0)
    elif isinstance(reference, PoissonReference | BinomialReference):
        learnt = (0, reference.events, reference.exposure)
    design = (
        FAMILIES.index(c.family), c.arms[0], float(len(c.arms) > 1), c.k, c.deflation, c.h_amber, c.h_red, c.gain,
        c.after, c.noise, c.n_after, *pooled, *learnt,
    )  # fmt: skip
    trackers = (0.0, ABSENT, 0.0, 0.0) * len(TRACKERS)
    nothing = (ABSENT,) * (len(OPEN) + 1)
    return [*design, *trackers, *nothing, 0.0, 1.0, 0.0, ABSENT, 0.0, 0.0, ABSENT, 0.0, *(ABSENT,) * (3 * RECENT)]


@dataclass(frozen=True, slots=True)
class Lost:
    """Shares of the gain for each watch: that are lost by the worst S of RED (NaN where it is zero), and that the
    newest values keep, with 95 % bounds; `now` is the mean of these, which are `n` since period `since`."""

    lost: Floats
    now: Floats
    kept: Floats
    low: Floats
    high: Floats
    n: Floats
    since: Floats


class Fleet:
    """Watches side by side. `matrix` has the shape (fields, watches)."""

    def __init__(self, matrix: Floats) -> None:
        self.matrix = matrix
        self.size = matrix.shape[1]
        family = self["family"]
        self.is_log, self.is_normal = family == LOG, (family == NORMAL) | (family == LOG)
        self.is_count = (family == POISSON) | (family == BINOMIAL)

    def __getitem__(self, name: str) -> Floats:
        row: Floats = self.matrix[PLACE[name]]
        return row

    @classmethod
    def loads(cls, memories: Sequence[bytes]) -> "Fleet":
        """From what `dumps` gave. Raises ValueError when that was of another layout."""
        return cls(np.frombuffer(b"".join(memories)).reshape(len(memories), len(FIELDS)).T.copy())

    def dumps(self) -> list[bytes]:
        """The memory of each watch."""
        return [column.tobytes() for column in np.ascontiguousarray(self.matrix.T)]

    def copy(self) -> "Fleet":
        return Fleet(self.matrix.copy())

    def replay(
        self,
        start: NDArray[np.int64],
        values: Floats,
        exposures: Floats,
        dispositions: Mapping[int, Sequence[Disposition]] | None = None,
        lengths: Periods | None = None,
    ) -> None:
        """Take whole series: (periods, watches), column j from period `start[j]` on, NaN where nothing was reported.

        A column ends after `lengths[j]` periods, or with its last number. `dispositions` are by column.
        """
        lengths = _lengths(values) if lengths is None else lengths
        waiting = _schedule(dispositions or {}, start, lengths)
        for step in range(len(values)):
            for column, disposition in waiting.pop(step, ()):
                self.dispose(column, disposition)
            self.take(start + step, values[step], exposures[step], lengths > step)
        for step in sorted(waiting):
            for column, disposition in waiting[step]:
                self.dispose(column, disposition)

    def take(self, period: Periods, x: Floats, exposure: Floats, here: Mask) -> None:
        """One period of those watches that are `here`."""
        has = here & self._usable(x, exposure)
        self._miss(period, here & ~has & ~(np.isfinite(x) & (exposure == 0)))
        self._after_gap(has)
        self._watch_data(period, x, exposure, has)
        if has.any():
            with np.errstate(all="ignore"):  # of those without a value nothing is kept
                self._judge(period, x, exposure, has)

    def _usable(self, x: Floats, exposure: Floats) -> Mask:
        family = self["family"]
        possible = (family == NORMAL) | (family == LOG) | ((family == POISSON) & (x >= 0))
        possible |= ((family == BINOMIAL) & (x >= 0) & (x <= exposure)) | ((family == BETWEEN) & (x > 0))
        usable: Mask = np.isfinite(x) & np.isfinite(exposure) & (exposure > 0) & possible
        return usable

    def _miss(self, period: Periods, missed: Mask) -> None:
        self["missing"][missed] += 1
        self._raise(Kind.SILENT, missed & (self["missing"] == SILENT_AFTER), period)

    def _after_gap(self, has: Mask) -> None:
        for number, (kind, arm) in enumerate(TRACKERS):
            half = self._threshold(kind) / 2
            low = has & (self._direction(kind, arm) != 0) & (self["missing"] >= LONG_GAP) & (self[f"s_{number}"] < half)
            self[f"s_{number}"][low] = half[low]
            self[f"since_{number}"][low] = ABSENT
        self["missing"][has] = 0
        self[f"open_{Kind.SILENT.value}"][has] = ABSENT

    def _watch_data(self, period: Periods, x: Floats, exposure: Floats, has: Mask) -> None:
        again = has & (x == self["last"])
        self["same"][has] = 1 + np.where(again, self["same"], 0)[has]
        self._episode(Kind.STUCK, "same", STUCK_AFTER, period, has)
        columns = np.flatnonzero(has)
        place = (self["seen"][columns] % RECENT).astype(int)
        self.matrix[PLACE["recent_0"] + place, columns] = x[columns]
        self.matrix[PLACE["exposure_0"] + place, columns] = exposure[columns]
        self.matrix[PLACE["when_0"] + place, columns] = period[columns]
        self._keep("last", has, x)
        self._keep("period", has, period)
        self["seen"][has] += 1

    def _episode(self, kind: Kind, run: str, length: int, period: Periods, has: Mask) -> None:
        has = has & self.is_normal
        self[f"open_{kind.value}"][has & (self[run] < length)] = ABSENT
        self._raise(kind, has & (self[run] == length), period)

    def _raise(self, kind: Kind, where: Mask, period: Periods) -> None:
        row = self[f"open_{kind.value}"]
        np.copyto(row, period, where=where & np.isnan(row))

    def _threshold(self, kind: Kind) -> Floats:
        return self["h_amber"] if kind is Kind.AMBER else self["h_red"]

    def _judge(self, period: Periods, x: Floats, exposure: Floats, has: Mask) -> None:
        """Q, the looks at data, S, alarms, and what is learnt, of those that have a value."""
        scaled = self._scaled(x)
        q = self._score(x, scaled, exposure, has) / self["deflation"]
        worst = np.where(self["second_arm"] > 0, np.abs(q), self["sign"] * q)
        self._keep("spike", has & (worst > SPIKE), period)
        self._keep("close", has, np.where(np.abs(q) < 1, self["close"] + 1, 0))
        self._episode(Kind.HUGGING, "close", HUGGING_AFTER, period, has)
        known = np.where(self.is_log & (x <= 0), 0.0, 1.0)
        sums = (np.where(self.is_count, x, np.where(known > 0, scaled, 0.0)), np.where(self.is_count, exposure, known))
        self._keep("last_sum", has, sums[0])
        self._keep("last_weight", has, sums[1])
        for number, (kind, arm) in enumerate(TRACKERS):
            self._track(number, self._direction(kind, arm) * q, period, sums, has)
        for number, (kind, arm) in enumerate(TRACKERS):
            self._alarm(number, kind, self._direction(kind, arm), period, has)
        self._learn(x, scaled, exposure, has)

    def _keep(self, name: str, where: Mask, what: Floats | Periods) -> None:
        np.copyto(self[name], what, where=where)

    def _direction(self, kind: Kind, arm: int) -> Floats:
        """+1 or −1 for high or low values; 0 where a watch has no such S."""
        second = self["second_arm"] > 0
        if kind is Kind.BETTER:
            return np.where(second, 0.0, -self["sign"])
        return np.where(second, -self["sign"], 0.0) if arm else self["sign"]

    def _track(self, number: int, q: Floats, period: Periods, sums: tuple[Floats, Floats], has: Mask) -> None:
        s, since = self[f"s_{number}"], self[f"since_{number}"]
        now = np.maximum(0.0, s + np.minimum(q, CLIP) - self["k"])
        begins = (now > 0) & ((s == 0) | np.isnan(since))
        goes_on = (now > 0) & ~begins
        for name, more in zip(("sum", "weight"), sums, strict=True):
            row = self[f"{name}_{number}"]
            self._keep(f"{name}_{number}", has, np.where(goes_on, row + more, np.where(begins, more, 0.0)))
        self._keep(f"since_{number}", has, np.where(begins, period, np.where(goes_on, since, ABSENT)))
        self._keep(f"s_{number}", has, now)

    def _alarm(self, number: int, kind: Kind, direction: Floats, period: Periods, has: Mask) -> None:
        over = has & (self[f"s_{number}"] > self._threshold(kind))
        if kind is Kind.AMBER:
            over &= np.isnan(self["open_red"])
        if kind is Kind.RED and over.any():
            over &= ~(self._share(number, direction) < REAL_BUT_SMALL)
        self._raise(kind, over, period)

    def _share(self, number: int, direction: Floats) -> Floats:
        """The share of the gain lost since the onset of one S; after a restart, of the last value."""
        with np.errstate(divide="ignore", invalid="ignore"):
            begun = ~np.isnan(self[f"since_{number}"])
            total = np.where(begun, self[f"sum_{number}"], self["last_sum"])
            weight = np.where(begun, self[f"weight_{number}"], self["last_weight"])
            mean = np.where(weight > 0, total / weight, self["after"])
            share: Floats = direction * (mean - self["after"]) / self["gain"]
        return share

    def _scaled(self, x: Floats) -> Floats:
        if not self.is_log.any():
            return x
        lowest = self["level"] - 2 * CLIP * self._sigma()
        return np.where(self.is_log, np.where(x > 0, np.log(x), lowest), x)

    def _sigma(self) -> Floats:
        return Learnt(*(self[name] for name in Learnt._fields)).sigma

    def _score(self, x: Floats, scaled: Floats, exposure: Floats, has: Mask) -> Floats:
        q = np.zeros(self.size)
        for family, score in SCORES.items():
            mine = has & (self.is_normal if family == NORMAL else self["family"] == family)
            if mine.any():
                learnt = Learnt(*(self[name][mine] for name in Learnt._fields))
                q[mine] = score(learnt, (scaled if family == NORMAL else x)[mine], exposure[mine])
        return q

    def _learn(self, x: Floats, scaled: Floats, exposure: Floats, has: Mask) -> None:
        """The reference learns while neither AMBER nor RED is open."""
        free = has & np.isnan(self["open_amber"]) & np.isnan(self["open_red"])
        mine, counts, between = free & self.is_normal, free & self.is_count, free & (self["family"] == BETWEEN)
        n, level, spread = self["n"], self["level"], self["spread"]
        reach = CLIP * self._sigma()
        step = np.clip(scaled, level - reach, level + reach) - level
        n += mine | between
        moved = step / np.maximum(n, 1)
        spread += np.where(mine, step * (step - moved), np.where(counts, exposure, 0.0))
        level += np.where(mine, moved, np.where(counts | between, x, 0.0))

    def dispose(self, column: int, disposition: Disposition) -> None:
        """What people decided about the open alarms of one watch."""
        for kind in disposition.kinds & set(OPEN):
            self[f"open_{kind.value}"][column] = ABSENT
        for number, (kind, arm) in enumerate(TRACKERS):
            if kind in disposition.kinds and self._direction(kind, arm)[column] != 0:
                half = self._threshold(kind)[column] / 2
                self[f"s_{number}"][column] = half if disposition.recovered else 0.0
                self[f"since_{number}"][column] = ABSENT

    def highest(self, kind: Kind) -> Floats:
        """The largest S of a kind."""
        return np.max([self[f"s_{number}"] for number, (own, _arm) in enumerate(TRACKERS) if own is kind], axis=0)

    def is_open(self, kind: Kind) -> Mask:
        return ~np.isnan(self[f"open_{kind.value}"])

    def lost(self) -> Lost:
        """How much of the gain is there, by S and by the newest twelve values."""
        worst = self["s_1"] >= self["s_4"]
        shares = (self._share(number, self._direction(Kind.RED, arm)) for number, arm in ((1, 0), (4, 1)))
        lost = np.where(self.highest(Kind.RED) > 0, np.where(worst, *shares), ABSENT)
        place = PLACE["recent_0"]
        x, exposure = self.matrix[place : place + RECENT], self.matrix[place + RECENT : place + 2 * RECENT]
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = np.where(self.is_count, x / exposure, np.where(self.is_log, np.log(np.where(x > 0, x, np.nan)), x))
            there = np.isfinite(scaled)
            count = there.sum(axis=0)
            mean = np.where(there, scaled, 0.0).sum(axis=0) / count
            known = np.isfinite(x)
            now = np.where(known, x, 0.0).sum(axis=0) / np.where(
                self.is_count, np.where(known, exposure, 0.0).sum(axis=0), known.sum(axis=0)
            )
            gone = self["sign"] * (mean - self["after"]) / self["gain"]
            half = Z95 * self["noise"] * np.sqrt(1 / count + 1 / self["n_after"]) / self["gain"]
            since = np.fmin.reduce(self.matrix[place + 2 * RECENT : place + 3 * RECENT], axis=0)
        return Lost(lost, now, 1 - gone, 1 - gone - half, 1 - gone + half, known.sum(axis=0), since)


def _lengths(values: Floats) -> NDArray[np.int64]:
    """How many rows each column has up to its last number."""
    there = np.isfinite(values)
    backwards = np.argmax(there[::-1], axis=0)
    return np.where(there.any(axis=0), len(values) - backwards, 0)


def _schedule(
    dispositions: Mapping[int, Sequence[Disposition]], start: NDArray[np.int64], lengths: NDArray[np.int64]
) -> dict[int, list[tuple[int, Disposition]]]:
    """Before which step each is taken: before the first value of a later period."""
    found: dict[int, list[tuple[int, Disposition]]] = {}
    for column, given in dispositions.items():
        for disposition in sorted(given, key=lambda d: d.period):
            step = min(max(disposition.period - int(start[column]) + 1, 0), int(lengths[column]))
            found.setdefault(step, []).append((column, disposition))
    return found
