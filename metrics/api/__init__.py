"""Metrics over REST, besides what every record has."""

from metrics.api.looking import Chart, Comparisons, Paretos, Values
from metrics.api.measurements import BatchAnswer, Measurements

__all__ = ["BatchAnswer", "Chart", "Comparisons", "Measurements", "Paretos", "Values"]
