"""The filtered list as a file: CSV streamed, XLSX written row by row."""

import csv
import re
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from records.models import Record, Signature
from records.selectors import manifestations
from ui.cells import exported, heading
from ui.registry import RecordPage

# What a spreadsheet may take for a formula: one of the signs, also in full width, behind whatever it overlooks at
# the beginning of a cell, or behind a separator by which somebody else's program would cut the cell.
SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
OVERLOOKED = "".join(
    re.escape(letter)
    for letter in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp", "Zs")
)
SUSPECT = re.compile(rf"[{SIGNS}\t\r\n]")
FORMULA = re.compile(rf"(^|[,;|\t\r\n])(?=[{OVERLOOKED}\"']*[{SIGNS}])|^(?=[\t\r\n])")
CHUNK = 1000
MOST_XLSX = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Echo:
    """A file that gives back what is written: csv wants a file, a response wants pieces."""

    def write(self, value: str) -> str:
        return value


def defused(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, made a text again (CWE-1236)."""
    if not isinstance(value, str) or not SUSPECT.search(value):
        return value
    return FORMULA.sub(r"\1'", value)


def table(page: RecordPage, records: QuerySet[Any]) -> Iterator[list[Any]]:
    """Headings, then one row for each record, all of the filtered set."""
    yield [heading(page, column) for column in page.columns]
    for record in records.iterator(chunk_size=CHUNK):
        yield [exported(column.value(record)) for column in page.columns]


def signature_table(record: Record, signatures: Iterable[Signature]) -> Iterator[list[Any]]:
    """Headings, then one row for each signature, in the words of its page."""
    yield [_("Record"), _("Version"), _("Meaning"), _("Name"), _("User name"), _("Role"), _("Signed at"), _("UTC"),
           _("Method"), _("Superseded"), _("Digest"), _("Note")]  # fmt: skip
    for shown in manifestations(record, signatures):
        signature = shown.signature
        yield [
            record.number, signature.record_version, shown.meaning, shown.name, shown.username, shown.role, shown.local,
            shown.utc, str(signature.get_method_display()), _("yes") if shown.is_superseded else _("no"), shown.digest,
            signature.note,
        ]  # fmt: skip


def csv_pieces(rows: Iterable[list[Any]]) -> Iterator[str]:
    writer = csv.writer(Echo(), quoting=csv.QUOTE_NONNUMERIC)  # a text is one cell, whichever separator is expected
    yield "\ufeff"
    for row in rows:
        yield writer.writerow(["" if cell is None else defused(cell) for cell in row])


def xlsx_file(rows: Iterable[list[Any]], title: str) -> Any:
    """An open temporary file with the workbook, at its beginning. Texts are never formulas or links."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet("".join(letter for letter in title if letter not in "[]:*?/\\")[:31])
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for number, row in zip(range(MOST_XLSX), rows, strict=False):
        for place, cell in enumerate(row):
            _write(sheet, number, place, cell, bold if number == 0 else None)
    book.close()
    file.seek(0)
    return file


def _write(sheet: Any, row: int, column: int, cell: Any, style: Any) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float) or hasattr(cell, "as_tuple"):
        sheet.write_number(row, column, cell)
    elif cell is not None:
        sheet.write_string(row, column, str(cell)[:32767], style)
