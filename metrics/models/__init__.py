"""What is measured, what it is measured with, and what is planned for it."""

from metrics.models.counting import Exclusion, NewPart, PeriodSum, Touched
from metrics.models.measuring import (
    Batch,
    BatchPart,
    Incoming,
    Measurement,
    Metric,
    Phase,
    Signal,
    Source,
    Watch,
    WatchState,
)
from metrics.models.planning import ControlPlanRow

__all__ = [
    "Batch",
    "BatchPart",
    "ControlPlanRow",
    "Exclusion",
    "Incoming",
    "Measurement",
    "Metric",
    "NewPart",
    "PeriodSum",
    "Phase",
    "Signal",
    "Source",
    "Touched",
    "Watch",
    "WatchState",
]
