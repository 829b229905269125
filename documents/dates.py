"""Days so many months later. Pure."""

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date | None:
    """The same day of the month, or the last one of a shorter month. None for no months: there is no such day."""
    if not months:
        return None
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
