"""The words in a file, as far as they can be read without harm, and how far two words lie apart. Pure."""

import io
import zipfile
from typing import Any

import filetype
import mammoth
from pypdf import PdfReader
from pypdf.errors import PyPdfError

LONGEST = 100_000  # letters that are searched: a tsvector takes a megabyte at most
LARGEST = 25 * 1024 * 1024
MOST_PAGES = 200
LARGEST_UNPACKED = 60 * 1024 * 1024
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What the readers raise for files that only look like their kind; whatever it is, the file has no text for us.
UNREADABLE = (PyPdfError, zipfile.BadZipFile, ValueError, KeyError, IndexError, TypeError, AttributeError, OSError,
              RecursionError, NotImplementedError, ArithmeticError, LookupError, RuntimeError)  # fmt: skip


def text_of(data: bytes, name: str) -> str:
    """The text of a PDF, a Word document or a text file, LONGEST letters of it; empty where nothing can be read."""
    if not data or len(data) > LARGEST:
        return ""
    try:
        return kept(_read(data, name.lower()))
    except UNREADABLE:
        return ""


def _read(data: bytes, name: str) -> str:
    kind = filetype.guess(data)
    mime = kind.mime if kind else ""
    if mime == "application/pdf":
        return _of_pdf(data)
    if mime in (DOCX, "application/zip") and name.endswith(".docx"):
        return _of_docx(data)
    if not mime and name.endswith((".txt", ".md", ".csv")):
        return data[: 4 * LONGEST].decode("utf-8", "replace")
    return ""


def _of_pdf(data: bytes) -> str:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        return ""
    found, length = [], 0
    for page in reader.pages[:MOST_PAGES]:
        found.append(page.extract_text())
        length += len(found[-1])
        if length > LONGEST:
            break
    return "\n".join(found)


def _of_docx(data: bytes) -> str:
    if unpacked(io.BytesIO(data)) > LARGEST_UNPACKED:
        return ""
    read: Any = mammoth.extract_raw_text(io.BytesIO(data))
    return str(read.value)


def unpacked(file: Any) -> int:
    """How many bytes a zip says that it holds."""
    with zipfile.ZipFile(file) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def kept(text: str) -> str:
    """As the database can keep it: no NUL, no half of a pair, not too much."""
    return text.replace("\x00", " ").encode("utf-8", "ignore").decode()[:LONGEST]


def slips(typed: str, meant: str) -> int:
    """How many slips of the finger lie between two words: one more, one less, another, or two in each other's place."""
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for place, letter in enumerate(typed, start=1):
        above, row = row, [place]
        for at, other in enumerate(meant, start=1):
            fewest = min(above[at] + 1, row[at - 1] + 1, above[at - 1] + (letter != other))
            if before and at > 1 and letter == meant[at - 2] and other == typed[place - 2]:
                fewest = min(fewest, before[at - 2] + 1)
            row.append(fewest)
        before = above
    return row[-1]
