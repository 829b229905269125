"""Measurements over REST."""

from metrics.api.measurements import BatchAnswer, Measurements

__all__ = ["BatchAnswer", "Measurements"]
