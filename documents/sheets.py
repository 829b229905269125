"""An old register as a workbook, and its files as a zip: read within limits. Pure but for the words of refusals."""

import io
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evidence.refusals import Refused
from ui.workbooks import UNREADABLE, as_text, check_zip, not_a_workbook, opened

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 2000, 40, 500
LARGEST_SHEET, LARGEST_ARCHIVE, LARGEST_FILE = 5 * 1024 * 1024, 100 * 1024 * 1024, 25 * 1024 * 1024
UNPACKED_SHEET, UNPACKED_ARCHIVE = 60 * 1024 * 1024, 400 * 1024 * 1024


@dataclass(frozen=True)
class Field:
    """A fact that a column may hold, and what people call its column."""

    name: str
    label: str | Promise
    names: tuple[str, ...]
    example: str = ""
    required: bool = False


FIELDS = (
    Field("title", gettext_lazy("Title"), ("title", "document", "name", "document title"), "Deburring of rings", True),
    Field("type", gettext_lazy("Type"), ("type", "document type", "kind"), "WI", True),
    Field("old_number", gettext_lazy("Old number"), ("old number", "number", "document number", "id"), "QP-07-12"),
    Field("process", gettext_lazy("Process"), ("process", "area", "department"), "RING"),
    Field("owner", gettext_lazy("Owner"), ("owner", "responsible", "author"), "olga"),
    Field("in_force_since", gettext_lazy("In force since"), ("in force since", "effective", "valid"), "2024-03-01"),
    Field("review_due", gettext_lazy("Review due"), ("review due", "next review"), "2027-03-01"),
    Field("edition", gettext_lazy("Edition or revision"), ("edition", "revision", "rev", "edition or revision"), "D"),
    Field("publisher", gettext_lazy("Publisher"), ("publisher", "issuer"), ""),
    Field("clauses", gettext_lazy("Clauses"), ("clauses", "clause", "iso clause"), "7.5.3, 8.5.1"),
    Field("file", gettext_lazy("File"), ("file", "file name", "filename", "path"), "deburring.docx"),
)  # fmt: skip
DATES = ("in_force_since", "review_due")


@dataclass(frozen=True)
class Sheet:
    """The headings, and the rows with their number in the workbook; every cell is a plain text."""

    headings: list[str]
    rows: list[tuple[int, list[str]]]


def read(file: IO[bytes]) -> Sheet:
    """The first sheet of a workbook. Formulas count as the values that were kept with them.

    Raises Refused: "sheet-too-large", "not-a-workbook", "sheet-empty", "too-many-rows".
    """
    data = file.read(LARGEST_SHEET + 1)
    if len(data) > LARGEST_SHEET:
        raise Refused(_("The workbook is larger than 5 MB."), code="sheet-too-large")
    try:
        rows = list(_rows(opened(io.BytesIO(data), most=UNPACKED_SHEET).worksheets[0]))
    except UNREADABLE as fault:
        raise not_a_workbook() from fault
    if not rows:
        raise Refused(_("The first sheet is empty."), code="sheet-empty")
    if len(rows) > MOST_ROWS + 1:
        raise Refused(_("More than %(most)d rows. Import in parts.") % {"most": MOST_ROWS}, code="too-many-rows")
    wide = max(place for _number, texts in rows for place, text in enumerate(texts, 1) if text)
    return Sheet(rows[0][1][:wide], [(number, texts[:wide]) for number, texts in rows[1:]])


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty; one more than is allowed, so that too many are noticed."""
    sheet.reset_dimensions()
    found = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, max_row=20 * MOST_ROWS, values_only=True), 1):
        texts = [as_text(cell, longest=LONGEST_CELL) for cell in cells]
        if any(texts):
            found += 1
            yield number, texts
        if found > MOST_ROWS + 1:
            return


def check_archive(file: IO[bytes]) -> None:
    """Raises Refused: "archive-too-large", "not-an-archive", "zip-bomb"."""
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    if size > LARGEST_ARCHIVE:
        raise Refused(_("The zip file is larger than 100 MB."), code="archive-too-large")
    try:
        check_zip(file, most=UNPACKED_ARCHIVE)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as fault:
        raise Refused(_("This is no zip file."), code="not-an-archive") from fault
    file.seek(0)


def packed(files: Sequence[IO[bytes]]) -> IO[bytes]:
    """The files of a folder as one zip, which is kept and read like one that came."""
    made = tempfile.SpooledTemporaryFile(max_size=LARGEST_FILE)  # noqa: SIM115 - whoever asked closes it
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            file.seek(0)
            with archive.open(zipfile.ZipInfo(PurePosixPath(str(file.name).replace("\\", "/")).name), "w") as entry:
                shutil.copyfileobj(file, entry)
    made.seek(0)
    return made


class Archive:
    """The files of a zip, by their names without folders and without regard to case.

    A name that lies in two folders is in `twice`: nobody knows which file is meant.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._archive = zipfile.ZipFile(file)
        self._entries = {
            PurePosixPath(entry.filename.replace("\\", "/")).name.casefold(): entry
            for entry in self._archive.infolist()
            if not entry.is_dir() and entry.file_size <= LARGEST_FILE and not entry.flag_bits & 1
        }
        names = Counter(base_name(entry.filename) for entry in self._archive.infolist() if not entry.is_dir())
        self.twice = {name for name, times in names.items() if times > 1}

    def __contains__(self, name: str) -> bool:
        return base_name(name) in self._entries

    def read(self, name: str) -> bytes:
        """The bytes of a file, never more than it may have. Raises Refused("file-unreadable")."""
        try:
            with self._archive.open(self._entries[base_name(name)]) as file:
                data = file.read(LARGEST_FILE + 1)
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as fault:
            raise Refused(_("%(name)s cannot be read from the zip.") % {"name": name}, "file-unreadable") from fault
        if len(data) > LARGEST_FILE:
            raise Refused(_("%(name)s is larger than 25 MB.") % {"name": name}, "file-too-large")
        return data


def base_name(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name.casefold()


def guess_mapping(headings: Sequence[str]) -> dict[str, int]:
    """Which column holds which fact, as far as their headings say: name of the fact → place of the column."""
    known = {" ".join(heading.casefold().split()): place for place, heading in reversed(list(enumerate(headings)))}
    found: dict[str, int] = {}
    for field in FIELDS:
        place = next((known[name] for name in field.names if name in known), None)
        if place is not None and place not in found.values():
            found[field.name] = place
    return found


def template() -> bytes:
    """A workbook to fill in: the columns by their names, and one row as an example."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Register")
    bold = book.add_format({"bold": True, "bottom": 1})
    for place, field in enumerate(FIELDS):
        sheet.write_string(0, place, field.names[0].capitalize(), bold)
        sheet.write_string(1, place, field.example)
        sheet.set_column(place, place, max(16, len(field.example) + 4))
    sheet.freeze_panes(1, 0)
    book.close()
    return file.getvalue()
