"""`python -m benchmarks.detectors`: the detector beside simple tools, on series of our own.

Prints the table of docs/detector.md and draws docs/images/detectors-light.svg and -dark.svg. The series are drawn
here from a fixed seed; nothing was tuned on them. Every tool sees the same values. What it flags is dismissed as false
the moment it is raised, and it goes on, so that all false alarms of a series are counted.
"""

import itertools
import math
import os
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from metrics.detector import Direction, Family, Kind, Point, Settings, calibrate, evaluate
from metrics.spc import NELSON, WESTERN_ELECTRIC, rule_hits
from ui.charts import svg

SEED = 20261127
WEEKS = 104
YEAR = 52
SOON = 13
KINDS = ("normal", "dependent", "outliers", "skewed", "poisson", "binomial", "missing")
GAINS = (1.0, 1.5, 2.0, 3.0, 4.0)
IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"

Raised = list[int]  # 1-based weeks
Tool = Callable[["Series"], Raised]


@dataclass(frozen=True)
class Series:
    """A metric where lower is better: what was measured before, after and since; a loss of `lost` of the gain from
    week `onset` on, at once or, as a ramp, over 26 weeks."""

    family: Family
    before: list[Point]
    after: list[Point]
    since: list[Point]
    lost: float = 0.0
    onset: int = 1


@dataclass(frozen=True)
class Line:
    """One row of the comparison: false alarms in a metric-year on what is held; for half of the gain lost at once the
    mean and median delay in weeks and the share found within thirteen; for a ramp to the whole gain the mean delay."""

    tool: str
    false_alarms: float
    delay: float
    median: float
    soon: float
    ramp: float


def simulate(kind: str, gain: float, rng: np.random.Generator, *, lost: float = 0.0, ramp: bool = False) -> Series:
    """20 to 30 weeks before, 16 to 30 after, 104 weeks watched; the loss begins in one of the weeks 1 to 52."""
    n_before, n_after = int(rng.integers(20, 31)), int(rng.integers(16, 31))
    onset = int(rng.integers(1, YEAR + 1))
    weeks = np.arange(1, WEEKS + 1)
    grows = np.clip((weeks - onset + 1) / 26, 0, 1) if ramp else (weeks >= onset).astype(float)
    share = np.concatenate([np.ones(n_before), np.zeros(n_after), lost * grows])
    family, values, exposures = _drawn(kind, gain, share, rng)
    points = [
        Point(week, value, exposure) for week, (value, exposure) in enumerate(zip(values, exposures, strict=True))
    ]
    return Series(family, points[:n_before], points[n_before : n_before + n_after], points[-WEEKS:], lost, onset)


def _drawn(
    kind: str, gain: float, share: np.ndarray, rng: np.random.Generator
) -> tuple[Family, list[float | None], list[float]]:
    """Values about a level that lies `gain` standard deviations higher where the share is 1."""
    n = len(share)
    if kind == "poisson":
        held = 8.0
        counts = rng.poisson(held + share * gain * math.sqrt(held))
        return Family.POISSON, counts.astype(float).tolist(), [1.0] * n
    if kind == "binomial":
        checked = rng.integers(100, 161, n)
        held = 0.05
        rate = np.clip(held + share * gain * math.sqrt(held * (1 - held) / 130), 0, 0.9)
        return Family.BINOMIAL, rng.binomial(checked, rate).astype(float).tolist(), checked.astype(float).tolist()
    values = 100 + share * gain + _noise(kind, n, rng)
    if kind == "skewed":
        values = np.exp(values - 100)
    known = rng.random(n) > (0.3 if kind == "missing" else 0.0)
    return Family.NORMAL, [float(x) if there else None for x, there in zip(values, known, strict=True)], [1.0] * n


def _noise(kind: str, n: int, rng: np.random.Generator) -> np.ndarray:
    noise = rng.normal(0, 1, n)
    if kind == "heavy":  # of the same spread
        noise = rng.standard_t(5, n) * math.sqrt(3 / 5)
    if kind == "outliers":
        noise[rng.random(n) < 0.02] *= 6
    if kind == "dependent":
        for at in range(1, n):
            noise[at] = 0.4 * noise[at - 1] + math.sqrt(1 - 0.16) * noise[at]
    if kind == "skewed":
        noise *= 0.6
    return noise


def _rate(point: Point) -> float | None:
    return None if point.value is None else point.value / point.exposure


def _scores(series: Series) -> tuple[list[float | None], float]:
    """Since then, in standard deviations over the mean after (an I chart with frozen limits); and the gain in them."""
    after = [x for point in series.after if (x := _rate(point)) is not None]
    before = statistics.fmean(x for point in series.before if (x := _rate(point)) is not None)
    centre = statistics.fmean(after)
    moving = statistics.fmean(abs(b - a) for a, b in itertools.pairwise(after))
    sigma = moving / 1.128 or 1e-9
    scores = [None if (x := _rate(point)) is None else (x - centre) / sigma for point in series.since]
    return scores, (before - centre) / sigma


def _runs(length: int, share: float) -> Tool:
    """So many in a row worse than the mean after plus a share of the gain."""

    def tool(series: Series) -> Raised:
        scores, gain = _scores(series)
        raised, run = [], 0
        for week, z in enumerate(scores, 1):
            if z is None:
                continue
            run = run + 1 if z > share * gain else 0
            if run == length:
                raised.append(week)
                run = 0
        return raised

    return tool


def _rules(rules: dict[str, object]) -> Tool:
    """Rules of a control chart, both sides. A pattern that goes on counts once."""

    def tool(series: Series) -> Raised:
        scores, _gain = _scores(series)
        hits = sorted({at + 1 for found in rule_hits(scores, rules).values() for at in found})  # type: ignore[arg-type]
        return [week for at, week in enumerate(hits) if at == 0 or week > hits[at - 1] + 1]

    return tool


def _shewhart(series: Series) -> Raised:
    return [week for week, z in enumerate(_scores(series)[0], 1) if z is not None and z > 3]


def _ours(kind: Kind) -> Tool:
    def tool(series: Series) -> Raised:
        calibration = calibrate(Settings(Direction.LOWER, series.family), series.before, series.after)
        first = series.since[0].period
        found = evaluate(calibration, series.since, dismissing=True).alarms
        return [alarm.period - first + 1 for alarm in found if alarm.kind is kind]

    return tool


TOOLS: dict[str, Tool] = {
    "red when worse than the target": _runs(1, 0.0),
    "three in a row worse than the target": _runs(3, 0.0),
    "two in a row beyond half of the gain": _runs(2, 0.5),
    "3-sigma limits, worse side": _shewhart,
    "Western Electric 1 to 4": _rules(dict(WESTERN_ELECTRIC)),
    "Nelson 1 to 8": _rules(dict(NELSON)),
    "Holdfast AMBER": _ours(Kind.AMBER),
    "Holdfast RED": _ours(Kind.RED),
}


def compare(each: int, *, seed: int = SEED) -> list[Line]:
    """All tools over `each` series of every kind and gain: held, half of the gain lost, and a ramp."""
    held, half, ramp = (
        [simulate(kind, gain, rng, **how) for kind in KINDS for gain in GAINS for _ in range(each)]
        for rng, how in zip(
            np.random.default_rng(seed).spawn(3), ({}, {"lost": 0.5}, {"lost": 1.0, "ramp": True}), strict=True
        )
    )
    return [_line(name, tool, held, half, ramp) for name, tool in TOOLS.items()]


def _line(name: str, tool: Tool, held: Sequence[Series], half: Sequence[Series], ramp: Sequence[Series]) -> Line:
    false = sum(len(tool(series)) for series in held) / (len(held) * WEEKS / YEAR)
    delays = [_delay(tool, series) for series in half]
    return Line(
        name,
        false,
        statistics.fmean(delays),
        statistics.median(delays),
        statistics.fmean(delay <= SOON for delay in delays),
        statistics.fmean(_delay(tool, series) for series in ramp),
    )


def _delay(tool: Tool, series: Series) -> int:
    """1 in the first week of the loss; what is never found counts as the weeks that were left and one more."""
    found = [week for week in tool(series) if week >= series.onset]
    return min(found) - series.onset + 1 if found else WEEKS - series.onset + 2


def table(lines: Sequence[Line]) -> Iterator[str]:
    """The comparison in Markdown."""
    yield "| tool | false alarms a year | half lost: mean weeks | median | within 13 weeks | ramp: mean weeks |"
    yield "|---|---|---|---|---|---|"
    for line in lines:
        figures = f"{line.false_alarms:.2f} | {line.delay:.1f} | {line.median:.0f} | {100 * line.soon:.0f} %"
        yield f"| {line.tool} | {figures} | {line.ramp:.1f} |"


def spec(lines: Sequence[Line]) -> dict[str, object]:
    """False alarms against delay: the nearer to the lower left the better."""
    values = [
        {"tool": line.tool, "alarms": line.false_alarms, "delay": line.delay, "own": line.tool.startswith("Holdfast")}
        for line in lines
    ]
    axis = {"values": [0.1, 0.3, 1, 3, 10, 30], "grid": False}
    alarms = {
        "field": "alarms", "type": "quantitative", "scale": {"type": "log", "domain": [0.025, 200]},
        "title": "false alarms a metric and year", "axis": axis,
    }  # fmt: skip
    delay = {
        "field": "delay",
        "type": "quantitative",
        "title": "weeks until half of the gain lost is noticed, mean",
        "scale": {"domain": [0, 28]},
    }
    colour = {"condition": {"test": "datum.own", "value": "#2f9e44"}, "value": "#868e96"}
    named = {"text": {"field": "tool"}, "color": colour}
    below = "indexof(datum.tool, 'Nelson') == 0"  # two that lie on one another
    return {
        "data": {"values": values},
        "width": 620,
        "height": 320,
        "encoding": {"x": alarms, "y": delay},
        "layer": [
            {"mark": {"type": "point", "filled": True, "size": 90, "opacity": 1}, "encoding": {"color": colour}},
            _labels(f"!datum.own && !({below})", named, align="left", dx=9, dy=-7),
            _labels(below, named, align="left", dx=9, dy=10),
            _labels("datum.own", named, align="right", dx=-9, dy=0),
        ],
    }


def _labels(which: str, encoding: dict[str, object], **place: object) -> dict[str, object]:
    return {
        "transform": [{"filter": which}],
        "mark": {"type": "text", "fontSize": 12, "baseline": "middle", **place},
        "encoding": encoding,
    }


def main() -> None:
    """Several minutes on one core."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")  # of which the picture takes its font
    lines = compare(40)
    print("\n".join(table(lines)))
    draw(lines)


def draw(lines: Sequence[Line]) -> None:
    """The picture for the documentation, on light and on dark."""
    for theme in ("light", "dark"):
        (IMAGES / f"detectors-{theme}.svg").write_text(svg(spec(lines), theme) + "\n")


if __name__ == "__main__":
    main()
