"""What metrics puts on pages: one module for each topic, found when Django starts."""

from metrics.pages import gauges, measuring, objectives, planning

__all__ = ["gauges", "measuring", "objectives", "planning"]
