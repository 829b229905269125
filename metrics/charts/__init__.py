"""Metrics as Vega-Lite specifications: the same pictures in the page and in the PDF."""

from metrics.charts.control import Numbered, chart, described, numbered, shown, shown_value, titled
from metrics.charts.histogram import histogram
from metrics.charts.multiples import multiple
from metrics.charts.pareto import pareto_chart
from metrics.charts.sparkline import sparkline

__all__ = [
    "Numbered",
    "chart",
    "described",
    "histogram",
    "multiple",
    "numbered",
    "pareto_chart",
    "shown",
    "shown_value",
    "sparkline",
    "titled",
]
