"""Workbooks and zips as people upload them, opened within limits. A formula counts as the value kept with it."""

import lzma
import re
import zipfile
import zlib
from datetime import date, datetime
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from evidence.refusals import Refused

MOST_ENTRIES, STEEPEST = 3000, 200  # a zip that grows two hundredfold is no folder of documents
FORMULA, BLOCK, LONGEST_TAG = re.compile(rb"<(?:[a-z]+:)?f[ />]"), 256 * 1024, 16
# What openpyxl raises for files that only look like a workbook.
UNREADABLE = (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError,
              IndexError, SyntaxError, LookupError, RuntimeError, NotImplementedError, EOFError, zlib.error,
              lzma.LZMAError)  # fmt: skip


def check_zip(file: IO[bytes], *, most: int) -> None:
    """Raises Refused("zip-bomb") for a zip that would fill memory or disk, BadZipFile for what is none."""
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries)
    steep = unpacked > 10 * 1024 * 1024 and unpacked > STEEPEST * max(packed, 1)
    if len(entries) > MOST_ENTRIES or unpacked > most or steep:
        raise Refused(_("The zip file holds too much."), code="zip-bomb")


def opened(file: IO[bytes], *, most: int, formulas: bool = False) -> Any:
    """The workbook, to be read row by row; `most` bytes when it is unpacked. With `formulas` those instead of values.

    Raises Refused("zip-bomb"), or one of UNREADABLE: read its rows within the same `try`.
    """
    check_zip(file, most=most)
    file.seek(0)
    return load_workbook(file, read_only=True, data_only=not formulas, keep_links=False)


def has_formulas(file: IO[bytes]) -> bool:
    """Whether there is a formula on any sheet of a workbook, which `check_zip` let through."""
    with zipfile.ZipFile(file) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(_holds_formula(archive, name) for name in sheets)


def _holds_formula(archive: zipfile.ZipFile, name: str) -> bool:
    rest = b""
    with archive.open(name) as sheet:
        while block := sheet.read(BLOCK):
            if FORMULA.search(rest + block):
                return True
            rest = block[-LONGEST_TAG:]
    return False


def not_a_workbook() -> Refused:
    return Refused(_("This is no workbook that can be read. Save it as .xlsx."), code="not-a-workbook")


def as_text(cell: Any, *, longest: int) -> str:
    """A cell as people would type it: a date in ISO, a whole number without a point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return plain(str(cell), longest=longest)


def plain(text: str, *, longest: int) -> str:
    """A text in one line, without what no screen shows and no database keeps."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * longest])
        text = text.encode("utf-8", "ignore").decode()
    return text.strip()[:longest]
