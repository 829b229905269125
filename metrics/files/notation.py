"""Numbers and times as people write them, with the signs that were chosen for the file. Nothing is guessed."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evidence.refusals import Refused

SPACES = " \u00a0\u202f"
POINT, COMMA = ".", ","
MARKS = {POINT: f"{COMMA}'\u2019{SPACES}", COMMA: f"{POINT}'\u2019{SPACES}"}  # between thousands, by the decimal sign
SIGN = r"[+-]?"
PLAIN = {
    sign: re.compile(
        rf"{SIGN}([0-9]{{1,40}}({re.escape(sign)}[0-9]{{1,40}})?|{re.escape(sign)}[0-9]{{1,40}})([eE][+-]?[0-9]{{1,3}})?"
    )
    for sign in MARKS
}
THOUSANDS = {
    sign: re.compile(
        rf"{SIGN}[0-9]{{1,3}}(?P<mark>[{re.escape(marks)}])[0-9]{{3}}((?P=mark)[0-9]{{3}})*({re.escape(sign)}[0-9]{{1,40}})?"
    )
    for sign, marks in MARKS.items()
}
DAY = (
    r"(?:(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})"
    r"|(?P<one>[0-9]{1,2})[-/.](?P<two>[0-9]{1,2})[-/.](?P<last>[0-9]{4}|[0-9]{2}))"
)
TIME = (
    r"(?:[T ,]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,6})[0-9]*)?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?: ?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
MOMENT = re.compile(DAY + TIME)
CENTURY = 2000
UNCOMPUTED = gettext_lazy("“%(text)s” is a formula whose value was not saved with it. Open the workbook and save it.")


def number(cell: Any, decimal: str) -> str:
    """A number with a decimal point, as exact as it stands there; what is none is refused in words.

    `decimal` is the decimal sign of the file. A number that a workbook kept has none to be read. Marks between
    thousands are understood where they cannot be taken for the decimal sign. Raises Refused: "not-a-number",
    "ambiguous-number".
    """
    if isinstance(cell, Decimal):
        return format(cell, "f")
    text = str(cell).strip().replace("\u2212", "-")
    if PLAIN[decimal].fullmatch(text):
        return _with_zero(text.replace(decimal, POINT))
    found = THOUSANDS[decimal].fullmatch(text)
    if found is None:
        told = UNCOMPUTED if text.startswith("=") else _no_number(decimal)
        raise Refused(str(told) % {"text": text[:40]}, code="not-a-number")
    mark = found["mark"]
    if mark in (POINT, COMMA) and text.count(mark) == 1 and decimal not in text:
        both = {"text": text[:40], "many": text.replace(mark, ""), "few": text.replace(mark, POINT)}
        told = _("“%(text)s” may be %(many)s or %(few)s. Write it without a mark between thousands.")
        raise Refused(told % both, code="ambiguous-number")
    return text.replace(mark, "").replace(decimal, POINT)


def _no_number(decimal: str) -> str:
    return (
        _("“%(text)s” is no number with a decimal point.")
        if decimal == POINT
        else _("“%(text)s” is no number with a decimal comma.")
    )


def _with_zero(text: str) -> str:
    """0.5 for .5"""
    sign, rest = (text[0], text[1:]) if text[:1] in "+-" else ("", text)
    return f"{sign}0{rest}" if rest.startswith(POINT) else text


def when(cell: Any, clock: Any, dates: str) -> date:
    """The day of a cell, or the moment: it may say its time itself, or another cell does. Raises Refused("bad-time").

    `dates` says what comes first in a date that does not begin with its year: "dmy" or "mdy"; "ymd" if there is none.
    """
    if isinstance(cell, datetime | str):
        found = cell if isinstance(cell, datetime) else _read(cell, dates)
    elif isinstance(cell, date):
        found = cell
    else:
        raise _no_time(cell)
    return _at(found, clock) if clock not in ("", None) and not isinstance(found, datetime) else found


def _at(day: date, clock: Any) -> datetime:
    if isinstance(clock, time):
        return datetime.combine(day, clock)
    found = _read(f"{day.isoformat()} {clock}", "ymd")
    if not isinstance(found, datetime):
        raise _no_time(clock)
    return found


@lru_cache(maxsize=4096)
def _read(text: str, dates: str) -> date:
    """Dates repeat, in a file with a column for each metric even from cell to cell."""
    found = MOMENT.fullmatch(text.strip())
    if found is None or not (found["year"] or dates in ("dmy", "mdy")):
        raise _no_time(text)
    try:
        day = _day(found, dates)
        return day if found["hour"] is None else _moment(day, found)
    except ValueError:
        raise _no_time(text) from None


def _day(found: re.Match[str], dates: str) -> date:
    if found["year"]:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    one, two, year = int(found["one"]), int(found["two"]), int(found["last"])
    day, month = (one, two) if dates == "dmy" else (two, one)
    return date(year if len(found["last"]) > 2 else CENTURY + year, month, day)


def _moment(day: date, found: re.Match[str]) -> datetime:
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    second, part = found["second"] or "00", (found["part"] or "0").ljust(6, "0")
    made = parse_datetime(f"{day.isoformat()}T{hour:02}:{found['minute']}:{second}.{part}{found['zone'] or ''}")
    if made is None:
        raise ValueError(hour)
    return made


def _no_time(cell: Any) -> Refused:
    text = str(cell)
    told = UNCOMPUTED if text.startswith("=") else _("“%(text)s” is no date as they are written in this file.")
    return Refused(str(told) % {"text": text[:40]}, "bad-time")
