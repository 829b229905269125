"""Q-CUSUM: notices that a gain slips, with a stated rate of false alarms. Numbers in, frozen dataclasses out.

`calibrate(settings, before, after)` verifies the gain and fixes the design; `evaluate(calibration, points,
dispositions)` replays what came since. The state is a pure function of these arguments: late and corrected
values mean a replay, never a patch. Families of distributions slot in through `families.Reference`.

Sources: Hawkins 1987 and Quesenberry 1991 (Q statistics), Page 1954 (CUSUM), Siegmund 1985 (thresholds),
Lucas & Crosier 1982 (head start), Johnson & Bagshaw 1974 (dependence).
"""

from metrics.detector.calibration import Calibration, Point, Settings, calibrate
from metrics.detector.engine import Alarm, Disposition, Evaluation, Kind, State, Step, evaluate
from metrics.detector.families import Direction, Family
from metrics.detector.loss import Loss
from metrics.detector.thresholds import Detectability, detectability, run_length, siegmund, threshold

__all__ = [
    "Alarm",
    "Calibration",
    "Detectability",
    "Direction",
    "Disposition",
    "Evaluation",
    "Family",
    "Kind",
    "Loss",
    "Point",
    "Settings",
    "State",
    "Step",
    "calibrate",
    "detectability",
    "evaluate",
    "run_length",
    "siegmund",
    "threshold",
]
