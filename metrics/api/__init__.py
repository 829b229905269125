"""Measurements in, what pages draw, and the parts of plans, gauges and signals that the registry does not make."""

from metrics.api.deriving import FormulaOfMetric
from metrics.api.importing import (
    ArrangeValues,
    ConfirmValues,
    ImportLayouts,
    OneValueImport,
    RemoveLayout,
    ValueImports,
)
from metrics.api.looking import Chart, Comparisons, Paretos, Values
from metrics.api.measurements import BatchAnswer, Measurements
from metrics.api.planning import Calibrations, ControlPlan, ControlPlanPart, ResultsInQuestion, SignalsToAnswer

__all__ = [
    "ArrangeValues",
    "BatchAnswer",
    "Calibrations",
    "Chart",
    "Comparisons",
    "ConfirmValues",
    "ControlPlan",
    "ControlPlanPart",
    "FormulaOfMetric",
    "ImportLayouts",
    "Measurements",
    "OneValueImport",
    "Paretos",
    "RemoveLayout",
    "ResultsInQuestion",
    "SignalsToAnswer",
    "ValueImports",
    "Values",
]
