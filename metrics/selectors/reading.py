"""Values as they come from outside, and what became of each. Exact decimals; nothing is guessed."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any, TextIO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from evidence.refusals import Refused

MOST_DIGITS = 15
MOST_DECIMALS = 9
LARGEST = 10**40
LONGEST_EVENT_ID = 120
LONGEST_NOTE = 300
LONGEST_UNIT = 20
LARGEST_SUBGROUP = 100
LONGEST_HEADER = 10_000
COLUMNS = frozenset({"metric", "value", "n", "observed_at", "event_id", "subgroup", "note", "unit"})
NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")  # nothing else that Decimal would take
MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # what turns a text around


@dataclass(frozen=True)
class Reading:
    """One value to be stored. `subgroup` are the single values that `value` is the mean of."""

    metric: str
    value: Decimal
    observed_at: datetime
    n: Decimal = Decimal(1)
    subgroup: tuple[Decimal, ...] = ()
    event_id: str = ""
    note: str = ""
    unit: str = ""


@dataclass(frozen=True)
class RowResult:
    """What became of the row at `index` (0-based): stored, duplicate or refused; with the reason in words."""

    index: int
    outcome: str
    uuid: UUID | None = None
    code: str = ""
    message: str = ""


STORED, DUPLICATE, REFUSED = "stored", "duplicate", "refused"


def refused(index: int, refusal: Refused) -> RowResult:
    return RowResult(index, REFUSED, code=refusal.code, message=refusal.message)


def reading_of(row: Any, *, zone: ZoneInfo, metric: str = "", by_hand: bool = False) -> Reading:
    """A row of a request, a file or a form as a Reading.

    What is entered `by_hand` may leave the zone out: then it is that of the site. A machine must say its own.
    Raises Refused: "not-an-object", "unknown-field", "metric-missing", "value-missing", "not-a-number",
    "too-many-digits", "bad-time", "no-offset", "ambiguous-time", "bad-subgroup", "bad-n", "too-long", "not-text".
    """
    _check_row(row)
    subgroup = _subgroup(row.get("subgroup"))
    value = _value(row.get("value"), subgroup)
    return Reading(
        metric=_metric(row.get("metric"), metric),
        value=value,
        observed_at=moment(row.get("observed_at"), zone, by_hand=by_hand),
        n=_n(row.get("n"), subgroup),
        subgroup=subgroup,
        event_id=_text(row.get("event_id"), LONGEST_EVENT_ID, _("event id")),
        note=_text(row.get("note"), LONGEST_NOTE, _("note")),
        unit=_text(row.get("unit"), LONGEST_UNIT, _("unit")),
    )


def _check_row(row: Any) -> None:
    if not isinstance(row, dict):
        raise Refused(_("Each row must be an object with named fields."), code="not-an-object")
    if unknown := sorted(str(name)[:40] for name in row if name not in COLUMNS):
        raise Refused(_("There is no such field: %(names)s.") % {"names": ", ".join(unknown[:5])}, code="unknown-field")


def _value(given: Any, subgroup: tuple[Decimal, ...]) -> Decimal:
    """The value; of a subgroup its mean, which may be said too, as it was rounded."""
    if subgroup and _blank(given):
        return _mean(subgroup)
    value = exact(given)
    rounding = Decimal(5).scaleb(int(value.as_tuple().exponent) - 1)
    if subgroup and abs(value - _mean(subgroup)) > rounding:
        raise Refused(_("The value is not the mean of its subgroup: leave it out."), code="bad-subgroup")
    return value


def exact(value: Any) -> Decimal:
    """A decimal exactly as written. Refuses nothing, text, NaN, infinity, truth values and too many digits."""
    if _blank(value):
        raise Refused(_("The value is missing."), code="value-missing")
    number = _decimal(value)
    if number is None:
        raise Refused(_("“%(value)s” is not a number.") % {"value": str(value)[:40]}, code="not-a-number")
    exponent = number.as_tuple().exponent
    decimals = max(0, -int(exponent))
    if decimals > MOST_DECIMALS or number.adjusted() >= MOST_DIGITS:
        raise Refused(
            _("A value has at most %(digits)d digits before and %(decimals)d after the point.")
            % {"digits": MOST_DIGITS, "decimals": MOST_DECIMALS},
            code="too-many-digits",
        )
    return number


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal | float):
        return None
    text = _written(value)
    return Decimal(text) if NUMBER.fullmatch(text) else None


def _written(value: str | int | Decimal | float) -> str:
    """A number as text; one of more digits than any text may have as none."""
    if isinstance(value, float):
        return repr(value)
    return "" if isinstance(value, int) and abs(value) > LARGEST else str(value)


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _metric(given: Any, default: str) -> str:
    number = given if isinstance(given, str) and given.strip() else default
    if not number:
        raise Refused(_("Say which metric the value belongs to."), code="metric-missing")
    return number.strip()


def _n(given: Any, subgroup: Sequence[Decimal]) -> Decimal:
    if subgroup:
        return Decimal(len(subgroup))
    if _blank(given):
        return Decimal(1)
    n = exact(given)
    if n < 0:
        raise Refused(_("n cannot be negative."), code="bad-n")
    return n


def _subgroup(given: Any) -> tuple[Decimal, ...]:
    """A list of numbers, or text with spaces or semicolons between them."""
    if _blank(given):
        return ()
    parts = given.replace(";", " ").split() if isinstance(given, str) else given
    if not isinstance(parts, list | tuple) or not 2 <= len(parts) <= LARGEST_SUBGROUP:
        raise Refused(_("A subgroup has 2 to 100 values."), code="bad-subgroup")
    return tuple(exact(part) for part in parts)


def _mean(subgroup: Sequence[Decimal]) -> Decimal:
    return (sum(subgroup, Decimal(0)) / len(subgroup)).quantize(Decimal(1).scaleb(-MOST_DECIMALS)).normalize()


def moment(given: Any, zone: ZoneInfo, *, by_hand: bool = False) -> datetime:
    """An aware time. A plain date means its noon at the site; a time without offset is taken from a hand only."""
    found = given if isinstance(given, date) else _parsed(given)
    if found is None:
        raise Refused(
            _("“%(given)s” is not a date or time. Write it as 2026-03-31 or 2026-03-31T14:00.")
            % {"given": str(given)[:40]},
            code="bad-time",
        )
    if not isinstance(found, datetime):
        return datetime.combine(found, time(12), zone)
    return found if found.tzinfo else _local(found, zone, by_hand=by_hand)


def _local(found: datetime, zone: ZoneInfo, *, by_hand: bool) -> datetime:
    if not by_hand:
        raise Refused(
            _("The time does not say its offset. Write it as 2026-03-31T14:00:00+02:00, or with a Z."), code="no-offset"
        )
    there = found.replace(tzinfo=zone)
    # When clocks are put back an hour comes twice, and when they are put forward one never comes.
    if there.utcoffset() != there.replace(fold=1).utcoffset():
        raise Refused(_("The clocks were changed in that hour. Write the time with its offset."), code="ambiguous-time")
    return there


def _parsed(given: Any) -> date | None:
    text = given.strip() if isinstance(given, str) else ""
    if not MOMENT.fullmatch(text):
        return None
    try:
        return parse_date(text) if len(text) <= len("2026-03-31") else parse_datetime(text)
    except ValueError:
        return None


def _text(given: Any, longest: int, name: str) -> str:
    if given is None:
        return ""
    if isinstance(given, dict | list | bool):
        raise Refused(_("The %(name)s is no text.") % {"name": name}, code="not-text")
    text = str(given).translate(BIDI).strip()
    if len(text) > longest or "\x00" in text:
        raise Refused(
            _("The %(name)s is longer than %(longest)d characters.") % {"name": name, "longest": longest},
            code="too-long",
        )
    return text


def read_csv(text: str) -> Iterator[dict[str, Any]]:
    """Rows of a CSV with a header; comma, semicolon or tab. Raises Refused for a header that is not one."""
    for chunk in read_table(io.StringIO(text.removeprefix("\ufeff"), newline=""), size=1_000):
        yield from chunk


class Table(Sequence[dict[str, Any]]):
    """Lines of a CSV: `cells` as they were split, and objects with tidy cells where one is asked for; a Refused where
    there are too many of them.
    """

    def __init__(self, names: Sequence[str], cells: list[list[str]], separator: str) -> None:
        self.names, self.separator = names, separator
        self.cells = [row for row in cells if row]

    def __len__(self) -> int:
        return len(self.cells)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return Table(self.names, self.cells[at], self.separator)
        if any(map(str.strip, self.cells[at][len(self.names) :])):  # perhaps of a number with a decimal comma
            return Refused(_("The row has more cells than there are columns."), code="too-many-cells")
        named = zip(self.names, self.cells[at], strict=False)
        return {name: _cell(name, cell, self.separator) for name, cell in named if name}

    def place(self, name: str) -> int:
        """The number of a column; −1 for one that there is not."""
        return self.names.index(name) if name in self.names else -1


def read_table(text: TextIO, *, size: int) -> Iterator[Table]:
    """The same from a stream, `size` rows at a time.

    A decimal comma is understood where the separator is a semicolon, as spreadsheets write it. Raises Refused:
    "bad-header", "not-a-table".
    """
    header = text.readline(LONGEST_HEADER)
    separator = max(",;\t", key=header.count)
    names = _names(header, separator)
    _check_header(names)
    rows = csv.reader(text, delimiter=separator)
    try:
        while chunk := list(islice(rows, size)):
            yield Table(names, chunk, separator)
    except csv.Error as error:
        raise _no_table() from error


def _names(header: str, separator: str) -> list[str]:
    try:
        return [name.strip().lower() for name in next(csv.reader([header], delimiter=separator), [])]
    except csv.Error as error:
        raise _no_table() from error


def _no_table() -> Refused:
    return Refused(_("This is no table: a cell of it is too long, or its quotes do not end."), code="not-a-table")


def _check_header(names: list[str]) -> None:
    if not {"observed_at"} <= set(names) or not {"value", "subgroup"} & set(names):
        raise Refused(
            _("The first line must name the columns: metric, observed_at, value; and if you like n, event_id, note."),
            code="bad-header",
        )
    unknown = sorted(set(names) - COLUMNS - {""})
    if unknown or len(set(names)) != len(names):
        raise Refused(
            _("These columns are unknown or named twice: %(names)s.") % {"names": ", ".join(unknown or names)},
            code="bad-header",
        )


def _cell(name: str, value: str, separator: str) -> str:
    return value.strip().replace(",", ".") if separator == ";" and name in ("value", "n") else value.strip()
