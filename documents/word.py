"""A Word file (.docx) as formatted text and pictures. It knows no records: bytes in, dataclasses out."""

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.parsers import expat

import mammoth
import nh3
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import rich_text
from evidence.refusals import Refused

LARGEST = 15 * 1024 * 1024
LARGEST_INSIDE = 80 * 1024 * 1024
LARGEST_XML = 12 * 1024 * 1024
MOST_ELEMENTS = 200_000  # each of them costs about a kilobyte while it is read
MOST_PARTS = 2000
MOST_PICTURES = 100
LONGEST_TEXT = 200_000
DEEPEST_XML = 200
PARTS = {"[Content_Types].xml", "word/document.xml"}
BESIDE = {
    "word/header": gettext_lazy("headers of the pages"),
    "word/footer": gettext_lazy("footers of the pages"),
    "word/comments": gettext_lazy("comments"),
    "word/charts/": gettext_lazy("charts"),
    "word/diagrams/": gettext_lazy("diagrams"),
    "word/embeddings/": gettext_lazy("embedded files"),
    "word/vbaProject": gettext_lazy("macros"),
}
STYLES = """
p[style-name='Title'] => h2:fresh
p[style-name='Subtitle'] => h3:fresh
p[style-name='heading 1'] => h2:fresh
p[style-name='heading 2'] => h3:fresh
p[style-name='heading 3'] => h4:fresh
p[style-name='heading 4'] => h4:fresh
p[style-name='Heading 1'] => h2:fresh
p[style-name='Heading 2'] => h3:fresh
p[style-name='Heading 3'] => h4:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='caption'] => p.caption:fresh
u => u
"""
CAPTIONED = re.compile(r'<p>\s*(<img[^>]*>)\s*</p>\s*<p class="caption">(.*?)</p>', re.DOTALL)
ALONE = re.compile(r"<p>\s*(<img[^>]*>)\s*</p>")
HEADED = re.compile(r"<table><tr>(.*?)</tr>", re.DOTALL)
CROOKED = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError, RuntimeError, expat.ExpatError,
)  # fmt: skip
UNKNOWN = re.compile(r"Unrecogni[sz]ed (paragraph|run|table) style: '([^']*)'")


@dataclass(frozen=True)
class Picture:
    """A picture of the file, named by its place in it."""

    name: str
    data: bytes


@dataclass(frozen=True)
class WordText:
    """`html` shows each of `pictures` with the picture's key as its address."""

    html: str
    pictures: dict[str, Picture] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def read(file: BinaryIO) -> WordText:
    """The text of a Word file. Raises Refused: "not-a-word-file", "word-file-too-large", "word-file-broken"."""
    beside = _check(file)
    gathered = _Pictures()
    file.seek(0)
    try:
        made = mammoth.convert_to_html(
            file,
            style_map=STYLES,
            convert_image=mammoth.images.img_element(gathered.take),
            include_embedded_style_map=False,
            external_file_access=False,
        )
    except Refused:
        raise
    except Exception as broken:  # the library raises whatever a crooked file makes it raise
        raise Refused(
            _("This Word file cannot be read. Open it in Word, save it again, and try once more."), "word-file-broken"
        ) from broken
    html = _tidied(made.value)
    if len(html) > LONGEST_TEXT:
        raise Refused(_("The text of this file is longer than 200,000 characters."), code="word-file-too-large")
    return WordText(html, gathered.found, tuple(dict.fromkeys([*_told(made.messages), *gathered.left_out, *beside])))


class _Pictures:
    """Takes the pictures out while the text is converted."""

    def __init__(self) -> None:
        self.found: dict[str, Picture] = {}
        self.left_out: list[str] = []

    def take(self, image: Any) -> dict[str, str]:
        if len(self.found) >= MOST_PICTURES:
            self.left_out.append(_("pictures after the first %(count)d") % {"count": MOST_PICTURES})
            return {"src": ""}
        with image.open() as opened:
            data = opened.read()
        number = len(self.found) + 1
        key = f"word-picture-{number}-"
        kind = str(image.content_type or "").rpartition("/")[2][:8] or "bin"
        self.found[key] = Picture(_("picture %(number)d") % {"number": number} + f".{kind}", data)
        return {"src": key}


def _check(file: BinaryIO) -> list[str]:
    """A zip with the parts of a Word document, bounded in what it unpacks to; tells what stands beside the text."""
    file.seek(0, 2)
    if file.tell() > LARGEST:
        raise Refused(_("The file is larger than 15 MB."), code="word-file-too-large")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            _check_parts(packed)
            names = [part.filename for part in packed.infolist()]
    except CROOKED as other:
        raise _not_word() from other
    return [str(words) for start, words in BESIDE.items() if any(name.startswith(start) for name in names)]


def _check_parts(packed: zipfile.ZipFile) -> None:
    """What a part says of its size is not believed: everything is unpacked once, piece by piece, and counted."""
    parts = packed.infolist()
    if not {part.filename for part in parts} >= PARTS:
        raise _not_word()
    if len(parts) > MOST_PARTS:
        raise _too_large()
    weighed = _Weighed()
    for part in parts:
        with packed.open(part) as opened:
            weighed.add(opened, is_xml=part.filename.lower().endswith((".xml", ".rels")))


class _Weighed:
    """How much was unpacked so far, and how many elements the XML of it has."""

    def __init__(self) -> None:
        self.unpacked = self.xml = self.elements = self.depth = 0

    def add(self, opened: Any, *, is_xml: bool) -> None:
        parser = self._parser() if is_xml else None
        for piece in iter(lambda: opened.read(1 << 20), b""):
            self.unpacked += len(piece)
            self.xml += len(piece) if parser else 0
            if self.unpacked > LARGEST_INSIDE or self.xml > LARGEST_XML:
                raise _too_large()
            if parser:
                parser.Parse(piece, False)

    def _parser(self) -> Any:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        self.depth = 0
        return parser

    def _refuse_doctype(self, *_declared: Any) -> None:
        raise _not_word()  # Word writes none; one is there to define entities

    def _start(self, *_element: Any) -> None:
        self.elements, self.depth = self.elements + 1, self.depth + 1
        if self.elements > MOST_ELEMENTS or self.depth > DEEPEST_XML:
            raise _too_large()

    def _end(self, _name: str) -> None:
        self.depth -= 1


def _not_word() -> Refused:
    return Refused(
        _("This is no Word file. Give a .docx file; save an old .doc file as .docx first."), code="not-a-word-file"
    )


def _too_large() -> Refused:
    return Refused(_("This Word file unpacks to more than 80 MB."), code="word-file-too-large")


def _tidied(html: str) -> str:
    """Pictures of their own become figures with their captions; the first row of a table becomes its head."""
    html = CAPTIONED.sub(r"<figure>\1<figcaption>\2</figcaption></figure>", html)
    html = ALONE.sub(r"<figure>\1</figure>", html)
    html = HEADED.sub(_head, html)
    return nh3.clean(
        html, tags=rich_text.TAGS, attributes=rich_text.ATTRIBUTES, url_schemes=rich_text.SCHEMES, link_rel=None
    )


def _head(found: re.Match[str]) -> str:
    """A first row set in bold throughout is a head."""
    cells = re.findall(r"<td[^>]*>(.*?)</td>", found[1], re.DOTALL)
    if not cells or not all(
        re.fullmatch(r"\s*(<p>\s*<strong>.*?</strong>\s*</p>)?\s*", cell, re.DOTALL) for cell in cells
    ):
        return found[0]
    head = re.sub(r"<(/?)td", r"<\1th", found[1])
    return f"<table><tr>{head}</tr>"


def _told(messages: Any) -> list[str]:
    """What the library could not take over, in words; styles without a meaning of their own lose nothing."""
    found = dict.fromkeys(str(message.message) for message in messages)
    return [_said(text) for text in found if not UNKNOWN.match(text)][:20]


def _said(text: str) -> str:
    if "w:drawing" in text or "v:" in text or "wps:" in text or "image" in text.lower():
        return _("a drawing or a picture of a kind that browsers do not show")
    if "An unrecognised element was ignored" in text:
        return _("a part of the file that is no text (%(name)s)") % {"name": text.rpartition(":")[2].strip()[:40]}
    return text[:120]
