"""What is measured, what it is measured with, and what is planned for it."""

from metrics.models.counting import Exclusion, NewPart, PeriodSum, Touched
from metrics.models.deriving import Formula, FormulaInput, Underived
from metrics.models.gauges import Calibration, Gauge
from metrics.models.importing import ImportLayout, ValueImport
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
from metrics.models.objectives import Objective
from metrics.models.planning import ControlPlan, ControlPlanRow, FailureMode

__all__ = [
    "Batch",
    "BatchPart",
    "Calibration",
    "ControlPlan",
    "ControlPlanRow",
    "Exclusion",
    "FailureMode",
    "Formula",
    "FormulaInput",
    "Gauge",
    "ImportLayout",
    "Incoming",
    "Measurement",
    "Metric",
    "NewPart",
    "Objective",
    "PeriodSum",
    "Phase",
    "Signal",
    "Source",
    "Touched",
    "Underived",
    "ValueImport",
    "Watch",
    "WatchState",
]
