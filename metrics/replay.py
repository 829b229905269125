"""Replays the detector over files: `python -m metrics.replay META.csv SERIES.csv > ALARMS.csv`.

META has series, dist, direction and cadence; SERIES has series, t, phase (before, after, monitor), value and
exposure. The answer has series, t (1-based in the monitor phase) and signal. Every AMBER and RED is taken for
false as it is raised, so that all of them are counted.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from metrics.detector import Direction, Family, Point, Settings, calibrate, evaluate

PER_YEAR = {"day": 250, "week": 52, "month": 12}
DIRECTIONS = {
    "lower_is_better": Direction.LOWER,
    "higher_is_better": Direction.HIGHER,
    "target": Direction.TARGET,
}
SHOWN = ("amber", "red", "better", "spike", "silent", "stuck")


def alarms(meta: Path, series: Path) -> Iterator[tuple[str, int, str]]:
    """Series, period of the monitor phase and signal, in the order of META."""
    phases = _phases(series)
    for row in _rows(meta):
        settings = Settings(DIRECTIONS[row["direction"]], Family(row["dist"]), PER_YEAR[row["cadence"]])
        before, after, monitor = (phases[row["series"], name] for name in ("before", "after", "monitor"))
        calibration = calibrate(settings, before, after)
        if not monitor:
            continue
        first = min(point.period for point in monitor)
        for alarm in evaluate(calibration, monitor, dismissing=True).alarms:
            if alarm.kind in SHOWN:
                yield row["series"], alarm.period - first + 1, alarm.kind.value


def _phases(path: Path) -> dict[tuple[str, str], list[Point]]:
    found: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for row in _rows(path):
        value = float(row["value"]) if row["value"] else None
        exposure = float(row["exposure"]) if row["exposure"] else 1.0
        found[row["series"], row["phase"]].append(Point(int(row["t"]), value, exposure))
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def main(arguments: list[str]) -> int:
    """Writes the alarms as CSV; 2 when it is not called as it should be."""
    if len(arguments) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    writer = csv.writer(sys.stdout)
    writer.writerow(("series", "t", "signal"))
    writer.writerows(alarms(Path(arguments[0]), Path(arguments[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
