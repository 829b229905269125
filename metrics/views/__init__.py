"""Pages of metrics besides those that every record has."""

from metrics.views.importing import confirm_value_import, value_import, value_import_errors, value_imports
from metrics.views.looking import comparison, pareto, values
from metrics.views.planning import inbox, plan_part
from metrics.views.sources import new_source, sources
from metrics.views.together import sheet

__all__ = [
    "comparison",
    "confirm_value_import",
    "inbox",
    "new_source",
    "pareto",
    "plan_part",
    "sheet",
    "sources",
    "value_import",
    "value_import_errors",
    "value_imports",
    "values",
]
