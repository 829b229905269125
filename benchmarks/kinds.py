"""`python -m benchmarks.kinds`: the detector by kind of values and with seasons, on series of our own.

Prints the two other tables of docs/detector.md, drawn from a fixed seed; nothing was tuned on these series. What is
flagged is dismissed as false the moment it is raised, so that all false alarms of a series are counted.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.detectors import GAINS, SOON, WEEKS, YEAR, Series, simulate
from metrics.detector import Direction, Family, Kind, Point, Settings, calibrate, evaluate

SEED = 20261128
EACH = 120  # of each gain: 600 a row
HELD = {
    "normal": "normal",
    "heavy": "t with 5 degrees of freedom",
    "dependent": "autocorrelation 0.4",
    "poisson": "Poisson, 8 a week",
    "binomial": "binomial, 5 % of 100 to 160",
}
LOST = (("normal", 0.5), ("poisson", 0.5), ("binomial", 0.5), ("normal", 1.0))
SHARES = {0.5: "half", 1.0: "all"}
LEVEL, NOISE, GAIN, SWING = 100.0, 8.0, 16.0, 0.2
SEASONAL = 150  # series a row
YEARS = 5  # each of them is watched, and held; a loss begins after the first


@dataclass(frozen=True)
class Season:
    """A pattern of so many periods; how many of its cycles lie before the change, how many periods after."""

    length: int
    cycles: int
    after: int
    told: bool = True

    @property
    def words(self) -> str:
        told = "" if self.told else ", pattern not told"
        return f"{self.length}, {self.cycles} cycles, {self.after}{told}"


SEASONS = (
    Season(12, 4, 24), Season(12, 4, 24, told=False), Season(52, 2, 26), Season(52, 2, 26, told=False),
    Season(52, 3, 52),
)  # fmt: skip


def flagged(series: Series, settings: Settings, kind: Kind) -> list[int]:
    """1-based periods."""
    calibration = calibrate(settings, series.before, series.after)
    found = evaluate(calibration, series.since, dismissing=True).alarms
    return [alarm.period - series.since[0].period + 1 for alarm in found if alarm.kind is kind]


def delay(series: Series, raised: Sequence[int]) -> int:
    """1 in the first changed period; what is never found counts as the periods that were left and one more."""
    found = [period for period in raised if period >= series.onset]
    return (min(found) if found else len(series.since) + 1) - series.onset + 1


def _a_year(many: Sequence[Series], settings: Settings, kind: Kind, years: float) -> float:
    own = (replace(settings, family=series.family) for series in many)
    return sum(len(flagged(one, how, kind)) for one, how in zip(many, own, strict=True)) / (len(many) * years)


def held(rng: np.random.Generator, each: int = EACH) -> Iterator[str]:
    yield "| held, by kind | RED a year | AMBER a year |"
    yield "|---|---|---|"
    for kind, words in HELD.items():
        many = [simulate(kind, gain, rng) for gain in GAINS for _ in range(each)]
        red, amber = (_a_year(many, Settings(Direction.LOWER), one, WEEKS / YEAR) for one in (Kind.RED, Kind.AMBER))
        yield f"| {words} | {red:.2f} | {amber:.2f} |"


def lost(rng: np.random.Generator, each: int = EACH) -> Iterator[str]:
    yield "| loss, found by RED | mean delay, weeks | median | within 13 weeks |"
    yield "|---|---|---|---|"
    for kind, share in LOST:
        many = [simulate(kind, gain, rng, lost=share) for gain in GAINS for _ in range(each)]
        delays = [delay(one, flagged(one, Settings(Direction.LOWER, one.family), Kind.RED)) for one in many]
        soon = statistics.fmean(found <= SOON for found in delays)
        name = f"{SHARES[share]}, {HELD[kind].partition(',')[0]}"
        yield (f"| {name} | {statistics.fmean(delays):.1f} | {statistics.median(delays):.0f} | {100 * soon:.0f} % |")


def seasonal(season: Season, rng: np.random.Generator, *, lost: float = 0.0) -> Series:
    """Normal values about a level that swings by a fifth through the cycle; the gain is twice the noise."""
    before, watched = season.length * season.cycles, season.length * YEARS
    n = before + season.after + watched
    at = np.arange(n)
    onset = season.length + 1
    share = np.where(at < before, 1.0, np.where(at >= before + season.after + onset - 1, lost, 0.0))
    usual = 1 + SWING * np.sin(2 * np.pi * at / season.length)
    values = (LEVEL + GAIN * share + rng.normal(0, NOISE, n)) * usual
    points = [Point(period, float(value)) for period, value in enumerate(values)]
    edge = before + season.after
    return Series(Family.NORMAL, points[:before], points[before:edge], points[edge:], lost, onset)


def seasons(rng: np.random.Generator, each: int = SEASONAL) -> Iterator[str]:
    yield "| cycle, before, after | RED false | AMBER false | half lost: mean periods |"
    yield "|---|---|---|---|"
    for season in SEASONS:
        how = Settings(Direction.LOWER, periods_per_year=season.length, season=season.length if season.told else 0)
        quiet, slipped = ([seasonal(season, rng, lost=share) for _ in range(each)] for share in (0.0, 0.5))
        red, amber = (_a_year(quiet, how, kind, YEARS) for kind in (Kind.RED, Kind.AMBER))
        delays = [delay(one, flagged(one, how, Kind.RED)) for one in slipped]
        yield f"| {season.words} | {red:.2f} | {amber:.2f} | {statistics.fmean(delays):.0f} |"


def main() -> None:
    """A minute on one core."""
    by_kind, by_loss, by_season = np.random.default_rng(SEED).spawn(3)
    print("\n".join([*held(by_kind), "", *lost(by_loss), "", *seasons(by_season)]))


if __name__ == "__main__":
    main()
