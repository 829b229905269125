"""Where a quotation stands in a formatted text, also after the text changed. Pure: HTML and words in, HTML out.

A quotation is kept with the words before and after it (the text quote selector of the Web Annotation Data Model,
W3C 2017). White space counts for nothing: a browser and a parser do not agree on it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree, html

LEAST_CONTEXT = 8  # letters on each side, to believe that words between them are a changed quotation
MOST_OCCURRENCES = 200


@dataclass(frozen=True)
class Quote:
    """Words of a text, known outside by `name`."""

    name: str
    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Span:
    """From `start` to before `end`, counted in letters without white space. `is_exact`: the same words as quoted."""

    start: int
    end: int
    is_exact: bool = True


def squeezed(text: str) -> str:
    return "".join(text.split())


def find(text: str, quote: Quote) -> Span | None:
    """Where the quotation is in the squeezed `text`; None where it is there no longer.

    Of several places the one with most of the words around it alike; where the words themselves changed, what now
    stands between those before and after.
    """
    exact, prefix, suffix = squeezed(quote.exact), squeezed(quote.prefix), squeezed(quote.suffix)
    found = list(_occurrences(text, exact)) if exact else []
    if found:
        best = max(found, key=lambda at: _alike(text, at, at + len(exact), prefix, suffix))
        return Span(best, best + len(exact))
    return _between(text, prefix, suffix, most=3 * len(exact) + 100)


def _occurrences(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    for _count in range(MOST_OCCURRENCES):
        if at < 0:
            return
        yield at
        at = text.find(words, at + 1)


def _alike(text: str, start: int, end: int, prefix: str, suffix: str) -> int:
    before = text[max(0, start - len(prefix)) : start]
    return _common(before[::-1], prefix[::-1]) + _common(text[end : end + len(suffix)], suffix)


def _common(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _between(text: str, prefix: str, suffix: str, *, most: int) -> Span | None:
    if min(len(prefix), len(suffix)) < LEAST_CONTEXT:
        return None
    at = text.find(prefix)
    start = at + len(prefix)
    end = text.find(suffix, start) if at >= 0 else -1
    return Span(start, end, is_exact=False) if start < end <= start + most else None


@dataclass(frozen=True)
class Marked:
    """A text in which quotations are marked, and where each was found."""

    html: str
    found: dict[str, Span]


def parsed(body: str) -> etree._Element:
    """A sanitised body as a tree below one element."""
    root: etree._Element = html.fragment_fromstring(body or "<p></p>", create_parent="div")
    return root


def plain(body: str) -> str:
    """The words of a sanitised body, without white space."""
    return squeezed("".join(parsed(body).itertext()))


def mark(body: str, quotes: Sequence[Quote]) -> Marked:
    """Put `<mark>` around each quotation that is found in a sanitised body.

    The first piece of each has the id `remark-<name>`; a quotation across paragraphs is several pieces.
    """
    root = parsed(body)
    text = squeezed("".join(root.itertext()))
    found = {quote.name: span for quote in quotes if (span := find(text, quote))}
    begun: set[str] = set()
    at = 0
    for holder, is_tail in list(_texts(root)):
        words = (holder.tail if is_tail else holder.text) or ""
        length = len(squeezed(words))
        _mark_text(holder, is_tail, words, at, found, begun)
        at += length
    inner = html.tostring(root, encoding="unicode")
    return Marked(inner.removeprefix("<div>").removesuffix("</div>"), found)


def _texts(element: etree._Element) -> Iterator[tuple[etree._Element, bool]]:
    """Every text of the tree in the order of reading: (element, whether it is what follows the element)."""
    yield element, False
    for child in element:
        yield from _texts(child)
        yield child, True


def _mark_text(
    holder: etree._Element, is_tail: bool, words: str, at: int, found: dict[str, Span], begun: set[str]
) -> None:
    """Cut one text at the borders of the quotations in it, and wrap what is quoted."""
    pieces = list(_pieces(words, at, found))
    if not any(names for _text, names in pieces):
        return
    parent = holder.getparent() if is_tail else holder
    if parent is None:
        return
    index = parent.index(holder) + 1 if is_tail else 0
    last: etree._Element | None = None
    if is_tail:
        holder.tail = ""
        last = holder
    else:
        holder.text = ""
    for text, names in pieces:
        if not names:
            if last is None:
                parent.text = (parent.text or "") + text
            else:
                last.tail = (last.tail or "") + text
            continue
        last = _mark_element(text, names, begun)
        parent.insert(index, last)
        index += 1


def _mark_element(text: str, names: list[str], begun: set[str]) -> etree._Element:
    made: etree._Element = etree.Element("mark", {"class": "hf-remarked", "data-remarks": " ".join(names)})
    made.text = text
    if first := next((name for name in names if name not in begun), None):
        made.set("id", f"remark-{first}")
    begun.update(names[:1] if first is None else [first])
    return made


def _pieces(words: str, at: int, found: dict[str, Span]) -> Iterator[tuple[str, list[str]]]:
    """The text in pieces with the names of the quotations that cover each; white space only between their letters."""
    piece, covering = "", None
    for letter in words:
        names = _covering(at, found, between=letter.isspace())
        if names != covering and piece:
            yield piece, covering or []
            piece = ""
        piece, covering = piece + letter, names
        at += 0 if letter.isspace() else 1
    if piece:
        yield piece, covering or []


def _covering(at: int, found: dict[str, Span], *, between: bool) -> list[str]:
    return [name for name, span in found.items() if span.start + between <= at < span.end]
