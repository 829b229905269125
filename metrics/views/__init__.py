"""Pages of metrics besides those that every record has."""

from metrics.views.importing import (
    confirm_value_import,
    remove_import_layout,
    value_import,
    value_import_errors,
    value_imports,
)
from metrics.views.looking import comparison, comparison_pdf, pareto, pareto_pdf, values
from metrics.views.planning import inbox, plan_part
from metrics.views.sources import new_source, sources
from metrics.views.together import sheet

__all__ = [
    "comparison",
    "comparison_pdf",
    "confirm_value_import",
    "inbox",
    "new_source",
    "pareto",
    "pareto_pdf",
    "plan_part",
    "remove_import_layout",
    "sheet",
    "sources",
    "value_import",
    "value_import_errors",
    "value_imports",
    "values",
]
