"""Verbs of metrics, for the pages and the API alike."""

from metrics.verbs.measuring import METRIC, NEW_SOURCE, OPEN_METRIC, SIGNAL, named
from metrics.verbs.planning import DRAFT_ROW

__all__ = ["DRAFT_ROW", "METRIC", "NEW_SOURCE", "OPEN_METRIC", "SIGNAL", "named"]
