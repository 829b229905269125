"""Verbs of metrics, for the pages and the API alike."""

from metrics.verbs.gauges import GAUGE_VERBS, OPEN_GAUGE
from metrics.verbs.importing import ARRANGE_VALUES, IMPORT_VALUES, REMOVE_LAYOUT, UPLOAD_VALUES
from metrics.verbs.measuring import METRIC, NEW_SOURCE, OPEN_METRIC, SIGNAL, named
from metrics.verbs.objectives import OBJECTIVE_VERBS, SET_OBJECTIVE
from metrics.verbs.planning import FAILURE, PARTS, PLAN, ROW, of_part

__all__ = [
    "ARRANGE_VALUES",
    "FAILURE",
    "GAUGE_VERBS",
    "IMPORT_VALUES",
    "METRIC",
    "NEW_SOURCE",
    "OBJECTIVE_VERBS",
    "OPEN_GAUGE",
    "OPEN_METRIC",
    "PARTS",
    "PLAN",
    "REMOVE_LAYOUT",
    "ROW",
    "SET_OBJECTIVE",
    "SIGNAL",
    "UPLOAD_VALUES",
    "named",
    "of_part",
]
