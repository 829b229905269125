"""Bodies with measurements, read as they come: JSON, lines of JSON, CSV; each also packed with gzip."""

import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from django.core.handlers.wsgi import LimitedStream
from django.http import HttpRequest
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

from evidence.refusals import Refused
from metrics import selectors, services
from ui.api.strict import TooLarge, loads

LARGEST = 20 * 1024 * 1024  # of a JSON document, which is held in memory
LARGEST_STREAM = 2 * 1024 * 1024 * 1024
BLOCK = 256 * 1024
LONGEST_LINE = 64 * 1024

Rows = Iterator[list[Any]]


class Incoming(io.RawIOBase):
    """The body of a request: counted, and digested as it was sent. Raises ParseError for one that was cut off."""

    def __init__(self, stream: Any, *, length: int | None, largest: int) -> None:
        self.stream, self.length, self.largest = stream, length, largest
        self.size, self.sha256 = 0, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            found = self.stream.read(len(buffer))
        except OSError as error:  # also of a piece that is not as its own line says
            raise _cut_off() from error
        self.size += len(found)
        if not found and self.size < (self.length or 0):
            raise _cut_off()
        if self.size > self.largest:
            raise TooLarge(self.largest // 1024 // 1024)
        self.sha256.update(found)
        buffer[: len(found)] = found
        return len(found)


def _cut_off() -> ParseError:
    return ParseError(_("The body ended before its end. Nothing was stored; send it again."), code="cut-off")


class Unpacked(io.RawIOBase):
    """What a packed body holds, bounded too: a small file can hold a large one."""

    def __init__(self, packed: BinaryIO, largest: int) -> None:
        self.packed, self.largest, self.size = packed, largest, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            found = self.packed.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ParseError(_("The body is not packed as its header says."), code="not-gzip") from error
        self.size += len(found)
        if self.size > self.largest:
            raise TooLarge(self.largest // 1024 // 1024)
        buffer[: len(found)] = found
        return len(found)


def accept_pieces(request: HttpRequest) -> None:
    """A body that comes in pieces ("Transfer-Encoding: chunked") tells no length, and Django would take it for empty:
    it is read to its end where the server says that it marks that."""
    if not _in_pieces(request) or not request.META.get("wsgi.input_terminated"):
        return
    request.META["CONTENT_LENGTH"] = str(LARGEST_STREAM + 1)
    request._stream = LimitedStream(request.META["wsgi.input"], LARGEST_STREAM + 1)  # type: ignore[assignment]


def _in_pieces(request: Any) -> bool:
    return str(request.META.get("HTTP_TRANSFER_ENCODING", "")).strip().lower() == "chunked"


def _length(request: Any) -> int | None:
    """How many bytes the sender announced."""
    told = str(request.META.get("CONTENT_LENGTH") or "")
    return int(told) if told.isdecimal() and not _in_pieces(request) else None


class Body:
    """The chunks of rows of a body, and its digest once they are read."""

    def __init__(self, request: Any, *, largest: int) -> None:
        self.incoming = Incoming(request, length=_length(request), largest=largest)
        self.reader: Any = io.BufferedReader(self.incoming, BLOCK)
        encoding = request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
        if encoding == "gzip":
            packed = cast(BinaryIO, gzip.GzipFile(fileobj=self.reader))
            self.reader = io.BufferedReader(Unpacked(packed, largest), BLOCK)
        elif encoding != "identity":
            raise UnsupportedMediaType(encoding, _("Pack the body with gzip, or not at all."))

    def digest(self) -> str:
        """SHA-256 of the body as it was sent."""
        return self.incoming.sha256.hexdigest()


def _check_charset(media_type: str) -> None:
    """Whatever is sent is read as UTF-8. Raises UnsupportedMediaType for what says otherwise."""
    told = parse_header_parameters(media_type)[1].get("charset", "utf-8")
    if told.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(media_type, _("Send UTF-8."))


class _Bodies(BaseParser):
    largest = LARGEST_STREAM

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        _check_charset(media_type or "")
        body = Body(stream, largest=self.largest)
        return {"body": body, **self.read(body)}

    def read(self, body: Body) -> dict[str, Any]:
        raise NotImplementedError


class JsonRows(_Bodies):
    """Strict JSON whose numbers stay the decimals that were sent."""

    media_type = "application/json"
    largest = LARGEST

    def read(self, body: Body) -> dict[str, Any]:
        return {"rows": _document(body.reader.read())}


class CsvRows(_Bodies):
    """CSV with a header line, in UTF-8."""

    media_type = "text/csv"

    def read(self, body: Body) -> dict[str, Any]:
        text = io.TextIOWrapper(body.reader, encoding="utf-8-sig", newline="")
        return {"chunks": _table(text)}


class JsonLines(_Bodies):
    """One object of strict JSON a line. A line that is none is refused, the others are taken."""

    media_type = "application/x-ndjson"

    def read(self, body: Body) -> dict[str, Any]:
        return {"chunks": _lines(body.reader)}


def _document(body: bytes) -> Any:
    """A JSON document. What is not plain is read again by the rules in full, which say what is wrong."""
    if b"\\u" not in body:  # an escape could be half a character
        try:
            found = _DECODER.decode(body.decode())
        except (ValueError, RecursionError):
            return loads(body)
        if _is_flat(found, body):
            return found
    return loads(body)


def _is_flat(found: Any, body: bytes) -> bool:
    """Whether there are no more braces and brackets than a list of rows has, with a subgroup each."""
    rows = found.get("rows", [found]) if isinstance(found, dict) else found
    most = len(rows) if isinstance(rows, list) else 0
    return body.count(b"{") <= most + 1 and body.count(b"[") <= most + 1


def _table(text: io.TextIOWrapper) -> Rows:
    try:
        yield from selectors.read_table(text, size=services.PIECE)
    except UnicodeDecodeError as error:
        raise ParseError(_("The body is not UTF-8 text."), code="not-text") from error
    except Refused as refusal:
        raise ParseError(refusal.message, code=refusal.code) from refusal


def _lines(reader: Any) -> Rows:
    rows: list[Any] = []
    rest = b""
    while block := reader.read(BLOCK):
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > LONGEST_LINE:
            raise ParseError(_("A line is longer than 64 KB."), code="too-long")
        rows += _objects([line for line in lines if line.strip()])
        if len(rows) >= services.PIECE:
            yield rows
            rows = []
    rows += _objects([rest] if rest.strip() else [])
    if rows:
        yield rows


def _objects(lines: list[bytes]) -> list[Any]:
    """The objects of many lines. All at once where that goes well, else line by line."""
    joined = b",".join(lines)
    if b"\\u" not in joined:  # an escape could be half a character
        try:
            found = _DECODER.decode(f"[{joined.decode()}]")
        except (ValueError, RecursionError):
            found = []
        if len(found) == len(lines):
            return cast(list[Any], found)
    return [_object(line) for line in lines]


def _object(line: bytes) -> Any:
    try:
        return loads(line)
    except ParseError as error:
        return Refused(str(error.detail), code="not-json")


class Written(str):
    """A number as it was written."""

    __slots__ = ()


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated in an object")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not a number")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=Written, parse_constant=_no_number)
