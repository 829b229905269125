"""What metrics puts on pages: one module for each topic, found when Django starts."""

from metrics.pages import measuring, planning

__all__ = ["measuring", "planning"]
