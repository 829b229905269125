"""Pages of metrics besides those that every record has."""

from metrics.views.looking import comparison, pareto, values
from metrics.views.sources import new_source, sources

__all__ = ["comparison", "new_source", "pareto", "sources", "values"]
