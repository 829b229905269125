"""Measurements in, and the parts of plans, gauges and signals that the registry does not make."""

from metrics.api.measurements import BatchAnswer, Measurements
from metrics.api.planning import Calibrations, ControlPlan, ControlPlanPart, ResultsInQuestion, SignalsToAnswer

__all__ = [
    "BatchAnswer",
    "Calibrations",
    "ControlPlan",
    "ControlPlanPart",
    "Measurements",
    "ResultsInQuestion",
    "SignalsToAnswer",
]
