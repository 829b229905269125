"""What metrics puts on pages: one module for each topic, found when Django starts."""

from metrics.pages import changing, counting, gauges, measuring, objectives, planning

__all__ = ["changing", "counting", "gauges", "measuring", "objectives", "planning"]
