"""The rows of a file, one after the other: CSV however it is written, or a sheet of a workbook."""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any, cast

from django.utils.translation import gettext as _

from evidence.refusals import Refused
from ui.workbooks import UNREADABLE, has_formulas, not_a_workbook, opened, plain

LARGEST = 20 * 1024 * 1024
UNPACKED = 40 * 1024 * 1024  # of a workbook; 100,000 cells are less than ten
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 100_000, 60, 2_500
MOST_CELLS = 100_000  # of a workbook, which takes a hundred times as long to read as text; each look reads all
BLOCK = 256 * 1024
PACKED, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SEPARATORS = ";,\t"
DIGITS, DECIMALS = 15, 9  # what a workbook shows of a number, and what is kept of it
MOST_SHEETS = 20  # among which the first table is looked for
TITLES = 20  # rows among which the headings are looked for; a title may stand above them

EMPTY_TEXT = "str"  # of a formula that gives a text; without a value it gave an empty one
Cell = str | Decimal | date | time
Row = tuple[int, list[Cell]]


def sheets(file: IO[bytes]) -> list[str]:
    """The names of the sheets of a workbook; none of a CSV. Raises Refused for what cannot be read."""
    if not _is_workbook(file):
        return []
    try:
        return [str(sheet.title) for sheet in opened(file, most=UNPACKED).worksheets]
    except UNREADABLE as fault:
        raise not_a_workbook() from fault


def first_table(file: IO[bytes]) -> str:
    """The name of the first sheet of a workbook with a table on it, else with anything; of none that of no sheet.

    Looks at the first sheets only. Raises Refused for what cannot be read.
    """
    filled: list[str] = []
    if not _is_workbook(file):
        return ""
    try:
        for sheet in opened(file, most=UNPACKED).worksheets[:MOST_SHEETS]:
            width = _width(sheet)
            if width > 1:
                return str(sheet.title)
            filled += [str(sheet.title)] if width else []
    except UNREADABLE as fault:
        raise not_a_workbook() from fault
    return filled[0] if filled else ""


def _width(sheet: Any) -> int:
    """How many headings there are on a sheet; none where it cannot be read."""
    with suppress(Refused):
        for _number, cells in _below_title(_of_sheet(sheet)):
            return len(cells)
    return 0


def rows(file: IO[bytes], *, sheet: str = "") -> Iterator[Row]:
    """The headings, then every row that is not empty, each with its number in the file.

    As many cells as headings, of text also more. Of a workbook those of its first sheet, or the named one. The headings
    are the first row with two cells filled.
    Raises Refused: "file-empty", "not-text", "not-a-table", "not-a-workbook", "old-workbook", "zip-bomb", "no-sheet",
    "too-many-rows", "too-many-cells", "too-many-columns".
    """
    is_text = not _is_workbook(file)
    found = _of_text(file) if is_text else _of_workbook(file, sheet)
    headings: list[Cell] = []
    for count, (number, cells) in enumerate(_below_title(found)):
        if count > MOST_ROWS:
            raise Refused(_("More than 100,000 rows. Import in parts."), code="too-many-rows")
        headings = headings or cells
        yield number, _fitted(cells, len(headings), keep=is_text)
    if not headings:
        raise Refused(_("There is nothing in it."), code="file-empty")


def _fitted(cells: list[Cell], width: int, *, keep: bool) -> list[Cell]:
    """As many cells as there are headings. What stands beside the table of a sheet is a remark; in a line of text it
    may be half of a number with a decimal comma: it is kept, to be told.
    """
    if keep and any(cells[width:]):
        return cells
    return cells[:width] + [""] * (width - len(cells))


def _below_title(found: Iterator[Row]) -> Iterator[Row]:
    """From the headings on: a title and the like, one cell wide, stand above them."""
    first: list[Row] = []
    for row in found:
        first.append(row)
        if sum(cell != "" for cell in row[1]) > 1 or len(first) == TITLES:
            break
    several = [place for place, (_number, cells) in enumerate(first) if sum(cell != "" for cell in cells) > 1]
    kept = first[several[0] :] if several else first
    if kept:
        while kept[0][1][-1] == "":
            kept[0][1].pop()
        if len(kept[0][1]) > MOST_COLUMNS:
            raise Refused(_("More than %(most)d columns.") % {"most": MOST_COLUMNS}, code="too-many-columns")
    yield from chain(kept, found)


def digest(file: IO[bytes]) -> str:
    """SHA-256 of the file as it came."""
    file.seek(0)
    found = hashlib.sha256()
    while block := file.read(BLOCK):
        found.update(block)
    return found.hexdigest()


def _is_workbook(file: IO[bytes]) -> bool:
    file.seek(0)
    mark = file.read(4)
    file.seek(0)
    if mark == OLD_WORKBOOK:
        raise Refused(_("This is a workbook of the old kind. Save it as .xlsx, or as CSV."), code="old-workbook")
    return mark == PACKED


def _of_workbook(file: IO[bytes], name: str) -> Iterator[Row]:
    try:
        sheet, count = _sheet(file, name), 0
        for row in _of_sheet(sheet, _sheet(file, name, formulas=True) if has_formulas(file) else None):
            count += len(row[1])
            if count > MOST_CELLS:
                told = _("More than 100,000 cells of a workbook. Save the sheet as CSV, or import in parts.")
                raise Refused(told, code="too-many-cells")
            yield row
    except UNREADABLE as fault:
        raise not_a_workbook() from fault


def _of_sheet(sheet: Any, formulas: Any = None) -> Iterator[Row]:
    rows = _rows_of(sheet)
    for number, cells in enumerate(rows if formulas is None else map(_computed, rows, _rows_of(formulas)), 1):
        found = [_of_cell(cell) for cell in _filled(cells)]
        if any(cell != "" for cell in found):
            yield number, found


def _rows_of(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()
    return cast("Iterator[tuple[Any, ...]]", sheet.iter_rows(max_col=MOST_COLUMNS + 1, max_row=5 * MOST_ROWS))


def _computed(cells: tuple[Any, ...], formulas: tuple[Any, ...]) -> tuple[Any, ...]:
    """The cells of a row. A formula without a value kept with it stands there itself, to be told: it is not empty."""
    return tuple(
        formula if cell.value is None and cell.data_type != EMPTY_TEXT and formula.data_type == "f" else cell
        for cell, formula in zip(cells, formulas, strict=True)
    )


def _filled(cells: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row without the cells behind its last one, to which every row is filled up."""
    last = len(cells)
    while last and cells[last - 1].value is None:
        last -= 1
    return cells[:last]


def _sheet(file: IO[bytes], name: str, *, formulas: bool = False) -> Any:
    book = opened(file, most=UNPACKED, formulas=formulas)
    sheet = next((one for one in book.worksheets if one.title == name), None) if name else book.worksheets[0]
    if sheet is None:
        raise Refused(_("There is no sheet “%(name)s” in it.") % {"name": name}, code="no-sheet")
    return sheet


def _of_cell(cell: Any) -> Cell:
    value = getattr(cell.value, "text", cell.value)  # of a formula over several cells its text
    if value is None:
        return ""
    if isinstance(value, str):
        return plain(value, longest=LONGEST_CELL)
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return _as_shown(value)
    return _of_time(cell, value)


def _as_shown(value: float) -> Cell:
    """A number by the digits that a workbook shows of it: what it computes with is binary and never exact."""
    if isinstance(value, int):
        return Decimal(value)
    shown = Decimal(format(value, f".{DIGITS}g"))
    if not shown.is_finite():
        return str(value)
    exponent = int(shown.as_tuple().exponent)
    return shown if exponent >= -DECIMALS else shown.quantize(Decimal(1).scaleb(-DECIMALS)).normalize()


def _of_time(cell: Any, value: Any) -> Cell:
    """A day unless its cell shows a time: a workbook keeps both as a moment."""
    if isinstance(value, datetime):
        rounded = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        shows_time = rounded.time() != time() or "h" in str(cell.number_format).lower()
        return rounded if shows_time else rounded.date()
    return value if isinstance(value, date | time) else plain(str(value), longest=LONGEST_CELL)


def _of_text(file: IO[bytes]) -> Iterator[Row]:
    with _decoded(file) as text:
        first = list(islice(text, TITLES))
        told = bool(first) and first[0].lower().startswith("sep=")
        separator = first[0].strip()[4:5] if told else ""
        lines = chain(first[1:] if told else first, text)
        yield from _cells(lines, separator or _separator(first), start=2 if told else 1)


def _separator(lines: list[str]) -> str:
    """What most of the first lines have; a semicolon before a comma, which may be a decimal one."""
    return max(SEPARATORS, key=lambda sign: sum(sign in line for line in lines))


def _cells(lines: Any, separator: str, *, start: int) -> Iterator[Row]:
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=separator), start):
            found: list[Cell] = [plain(cell, longest=LONGEST_CELL) for cell in cells]
            if any(found):
                yield number, found
    except csv.Error as error:
        told = _("This is no table: a cell of it is too long, or its quotes do not end.")
        raise Refused(told, code="not-a-table") from error


@contextmanager
def _decoded(file: IO[bytes]) -> Iterator[io.TextIOWrapper]:
    """The file as text; it stays open."""
    encoding = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield text
    finally:
        with suppress(ValueError):  # whoever opened the file has closed it already
            text.detach()


def _encoding(file: IO[bytes]) -> str:
    """UTF-8 where it is that, UTF-16 where it says so, else Windows-1252. Raises Refused for what is no text."""
    file.seek(0)
    first = file.read(BLOCK)
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        candidates = [] if b"\x00" in first else ["utf-8-sig", "cp1252"]
    for name in candidates:
        if _is_in(file, name):
            return name
    told = _("This is neither a workbook nor text. Save it as .xlsx, or as CSV.")
    raise Refused(told, code="not-text")


def _is_in(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
