"""Reporting periods as integers, so that gaps can be counted. Pure: dates in, numbers out."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

EPOCH = date(1970, 1, 1).toordinal()


class Cadence(StrEnum):
    """How often a metric is reported. A workday metric skips weekends: their values belong to the Friday."""

    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


PER_YEAR = {Cadence.DAY: 365, Cadence.WORKDAY: 250, Cadence.WEEK: 52, Cadence.MONTH: 12, Cadence.QUARTER: 4}
MOST_GRACE = timedelta(days=7)
LEAST_GRACE = timedelta(days=1)


def period_of(cadence: str, day: date) -> int:
    """The number of the period that `day` lies in; the next period has the next number."""
    if cadence == Cadence.WEEK:
        return (day.toordinal() - 1) // 7
    if cadence == Cadence.MONTH:
        return day.year * 12 + day.month - 1
    if cadence == Cadence.QUARTER:
        return day.year * 4 + (day.month - 1) // 3
    if cadence == Cadence.WORKDAY:
        weeks, weekday = divmod(day.toordinal() - 1, 7)
        return weeks * 5 + min(weekday, 4)
    return day.toordinal()


def periods_of(cadence: str, days: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same for many days, as ordinals."""
    if cadence == Cadence.WEEK:
        return (days - 1) // 7
    if cadence == Cadence.WORKDAY:
        weeks, weekday = np.divmod(days - 1, 7)
        return weeks * 5 + np.minimum(weekday, 4)
    if cadence in (Cadence.MONTH, Cadence.QUARTER):
        months = (days - EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
        return months if cadence == Cadence.MONTH else months // 3
    return days


def start_of(cadence: str, period: int) -> date:
    """The first day of a period."""
    if cadence == Cadence.WEEK:
        return date.fromordinal(period * 7 + 1)
    if cadence == Cadence.MONTH:
        return date(period // 12, period % 12 + 1, 1)
    if cadence == Cadence.QUARTER:
        return date(period // 4, period % 4 * 3 + 1, 1)
    if cadence == Cadence.WORKDAY:
        weeks, weekday = divmod(period, 5)
        return date.fromordinal(weeks * 7 + weekday + 1)
    return date.fromordinal(period)


def last_due(cadence: str, at: datetime, *, zone: ZoneInfo) -> int:
    """The last period whose value should have been here by `at`: its end and a grace of a quarter are over."""
    period = period_of(cadence, at.astimezone(zone).date())
    while _due_at(cadence, period, zone) > at:
        period -= 1
    return period


def _due_at(cadence: str, period: int, zone: ZoneInfo) -> datetime:
    start, end = start_of(cadence, period), start_of(cadence, period + 1)
    grace = min(max((end - start) / 4, LEAST_GRACE), MOST_GRACE)
    return datetime.combine(end, time(), zone) + grace
