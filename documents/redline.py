"""What is otherwise in one formatted text than in another. Pure: two sanitised bodies in, marked HTML out.

Blocks (paragraphs, rows, list items) are aligned by difflib from the outside in, so a table stays a table and a row
that came or went is marked as a row. Two blocks that belong together are compared word by word by xmldiff, which
knows bold and links. Whatever is done, dropping what is deleted gives the new text and dropping what is inserted
gives the old one: each compared block is proved to do so, or shown as deleted and inserted as a whole.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from lxml import etree, html
from xmldiff import formatting, main

INLINE = frozenset({"a", "b", "br", "code", "em", "i", "img", "mark", "s", "span", "strong", "sub", "sup", "u"})
FORMATTING = ("a", "b", "code", "em", "i", "s", "span", "strong", "sub", "sup", "u")
UNIT = "unit"  # our own element around words that belong together: what xmldiff compares
DIFF = "{http://namespaces.shoobx.com/diff}"
WORD = re.compile(r"\w+(?:[.,:'’-]\w+)*|\s+|[^\w\s]", re.UNICODE)
FIRST_SIGN = 0xF0000  # of a private plane that xmldiff's own signs do not use
MOST_SIGNS = 60_000

SECONDS = 2.0  # for the comparison of words; what is left then is shown block by block
MOST_PAIRS = 200_000  # of equal blocks that difflib may meet at one level
MOST_ALIGNED = 2500  # comparisons of blocks that are not equal, at one level
ALIKE = 0.4
LONGEST_UNIT = 20_000  # letters

INSERTED, DELETED, CHANGED, REFORMATTED = "hf-inserted", "hf-deleted", "hf-changed", "hf-reformatted"


@dataclass(frozen=True)
class Block:
    """One block of the text, marked: in one column, as it was, and as it is. Empty where it was not or is not."""

    both: str
    before: str
    after: str
    is_changed: bool


@dataclass(frozen=True)
class TextDiff:
    """Two texts compared. `is_coarse`: it was too much, so that parts are shown as whole blocks."""

    blocks: tuple[Block, ...] = ()
    is_coarse: bool = False

    @property
    def is_changed(self) -> bool:
        return any(block.is_changed for block in self.blocks)

    @property
    def html(self) -> str:
        return "".join(block.both for block in self.blocks)


def compare(before: str, after: str, *, seconds: float = SECONDS) -> TextDiff:
    """Compare two sanitised bodies."""
    diff = _Diff(deadline=time.monotonic() + seconds)
    made = list(diff.children(_prepared(before), _prepared(after)))
    return TextDiff(tuple(_block(one) for one in made), diff.is_coarse)


def words(before: str, after: str) -> str:
    """Two plain texts compared word by word, as HTML."""
    old, new = (WORD.findall(text) for text in (before, after))
    root = etree.Element("span")
    if sum(_pairs(old, new)) > MOST_PAIRS:
        _append(root, "del", before)
        _append(root, "ins", after)
        return _html(root)
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            _append(root, "", "".join(new[c:d]))
            continue
        _append(root, "del", "".join(old[a:b]))
        _append(root, "ins", "".join(new[c:d]))
    return _html(root)


def plain(body: str) -> str:
    """The words of a formatted text, with a space between blocks."""
    return " ".join(" ".join(_text(unit).split()) for unit in _prepared(body).iter(UNIT))


def accepted(marked: str) -> str:
    """The words of a marked text without what is deleted."""
    return _kept(marked, "del", DELETED)


def rejected(marked: str) -> str:
    """The words of a marked text without what is inserted."""
    return _kept(marked, "ins", INSERTED)


def _kept(marked: str, tag: str, mark: str) -> str:
    root = html.fragment_fromstring(marked or "<p></p>", create_parent="div")
    _drop(root, tag, mark)
    return "".join(root.itertext())


def _drop(root: etree._Element, tag: str, mark: str) -> None:
    for element in list(root.iter(etree.Element)):
        if element.tag == tag or mark in element.get("class", "").split():
            _remove(element)


def _remove(element: etree._Element) -> None:
    """Take an element out and leave what follows it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _append(root: etree._Element, tag: str, text: str) -> None:
    if not text:
        return
    if tag:
        etree.SubElement(root, tag).text = text
    elif len(root):
        root[-1].tail = (root[-1].tail or "") + text
    else:
        root.text = (root.text or "") + text


def _html(root: etree._Element) -> str:
    whole: str = etree.tostring(root, encoding="unicode", method="html")
    return whole[whole.index(">") + 1 : whole.rindex("<")]


# --- Units: words that belong together, with their formatting --------------------


def _prepared(body: str) -> etree._Element:
    """A body as well-formed XML in which each run of words and inline formatting is one unit."""
    parsed = html.fragment_fromstring(body or "", create_parent="body")
    root = etree.fromstring(etree.tostring(parsed))
    _gather(root)
    return root


def _gather(element: etree._Element) -> None:
    """Put each run of inline content below `element` into a unit."""
    children, text = list(element), element.text
    for child in children:
        element.remove(child)
    element.text = None
    run: etree._Element | None = _begun(element, None, text)
    for child in children:
        tail, child.tail = child.tail, None
        if child.tag in INLINE:
            run = etree.SubElement(element, UNIT) if run is None else run
            run.append(child)
        else:
            run = None
            _gather(child)
            element.append(child)
        run = _begun(element, run, tail)


def _begun(element: etree._Element, run: etree._Element | None, text: str | None) -> etree._Element | None:
    """Add words to the run; white space alone begins none."""
    if not text or (run is None and not text.strip()):
        return run
    run = etree.SubElement(element, UNIT) if run is None else run
    _append(run, "", text)
    return run


def _block(made: etree._Element) -> Block:
    old, new = deepcopy(made), deepcopy(made)
    changed = made.get("class", "") != "" or any(
        one.tag in ("ins", "del") or one.get("class") for one in made.iter(etree.Element)
    )
    mark = set(made.get("class", "").split())
    _drop(old, "ins", INSERTED)
    _drop(new, "del", DELETED)
    return Block(_shown(made), "" if INSERTED in mark else _shown(old), "" if DELETED in mark else _shown(new), changed)


def _shown(element: etree._Element) -> str:
    """As HTML, units unwrapped."""
    element = deepcopy(element)
    if element.tag == UNIT:
        element.tag = "p"
    for unit in list(element.iter(UNIT)):
        unit.tag = "span"
    whole: str = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return whole


# --- Alignment --------------------


@dataclass
class _Diff:
    """One comparison: its time, and whether it had to be coarse."""

    deadline: float
    is_coarse: bool = False
    signs: dict[str, str] = field(default_factory=dict)

    def children(self, old: etree._Element, new: etree._Element) -> Iterator[etree._Element]:
        """The children of both, marked, in an order in which both can be read."""
        before, after = list(old), list(new)
        keys = [_key(one) for one in before], [_key(one) for one in after]
        for tag, a, b, c, d in self._opcodes(*keys):
            if tag == "equal":
                yield from (deepcopy(one) for one in after[c:d])
            else:
                yield from self._replaced(before[a:b], after[c:d])

    def _opcodes(self, old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
        first = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        if sum(_pairs(old[first:], new[first:])) <= MOST_PAIRS:
            return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
        self.is_coarse = True
        return [("equal", 0, first, 0, first), ("replace", first, len(old), first, len(new))]

    def _replaced(self, before: Sequence[etree._Element], after: Sequence[etree._Element]) -> Iterator[etree._Element]:
        """Blocks that are not equal: those that belong together compared, the rest deleted and inserted."""
        at_old = at_new = 0
        for old_index, new_index in [*self._couples(before, after), (len(before), len(after))]:
            yield from (_marked(one, "del") for one in before[at_old:old_index])
            yield from (_marked(one, "ins") for one in after[at_new:new_index])
            if old_index < len(before):
                yield from self.pair(before[old_index], after[new_index])
            at_old, at_new = old_index + 1, new_index + 1

    def _couples(self, before: Sequence[etree._Element], after: Sequence[etree._Element]) -> list[tuple[int, int]]:
        """Which of them are the same block in two states: the best alignment in order, by the words they share."""
        if not (before and after):
            return []
        tags = [one.tag for one in before]
        if tags == [one.tag for one in after] and (len(tags) == 1 or tags[0] in ("td", "th")):
            return [(n, n) for n in range(len(tags))]
        if len(before) * len(after) > MOST_ALIGNED:
            self.is_coarse = True
            return []
        known = [_weighed(one) for one in after]
        return _best([[_likeness(was, other) for other in known] for was in map(_weighed, before)])

    def pair(self, old: etree._Element, new: etree._Element) -> Iterator[etree._Element]:
        """One block in two states."""
        if old.tag == UNIT:
            yield self._unit(old, new)
            return
        made = etree.Element(new.tag, dict(new.attrib))
        made.extend(self.children(old, new))
        if dict(old.attrib) != dict(new.attrib):
            made.set("class", CHANGED)
        yield made

    def _unit(self, old: etree._Element, new: etree._Element) -> etree._Element:
        """Words compared by xmldiff, or where that fails shown as deleted and inserted."""
        if time.monotonic() < self.deadline and max(_length(old), _length(new)) <= LONGEST_UNIT:
            made = self._compared(old, new)
            if made is not None and _proves(made, old, new):
                return made
        self.is_coarse = True
        return _both(old, new)

    def _compared(self, old: etree._Element, new: etree._Element) -> etree._Element | None:
        left, right = (self._signed(one) for one in (old, new))
        if len(self.signs) > MOST_SIGNS:
            return None
        formatter = formatting.XMLFormatter(
            normalize=formatting.WS_NONE, pretty_print=False, text_tags=(UNIT,), formatting_tags=FORMATTING
        )
        try:
            found = main.diff_trees(left, right, formatter=formatter)
            return _as_html(etree.fromstring(self._unsigned(found))[0])
        except (ValueError, AssertionError, IndexError, KeyError, etree.LxmlError):
            return None  # what it does not manage is shown as deleted and inserted

    def _signed(self, unit: etree._Element) -> etree._Element:
        """Each word as one sign: xmldiff compares letter by letter, and would cut words in the middle."""
        root = etree.Element("body")
        root.append(deepcopy(unit))
        for element in root.iter():
            element.text = self._sign(element.text)
            element.tail = self._sign(element.tail)
        return root

    def _sign(self, text: str | None) -> str | None:
        if not text:
            return text
        return "".join(self.signs.setdefault(word, chr(FIRST_SIGN + len(self.signs))) for word in WORD.findall(text))

    def _unsigned(self, text: str) -> str:
        known = {sign: _escaped(word) for word, sign in self.signs.items()}
        return "".join(known.get(letter, letter) for letter in text)


def _escaped(word: str) -> str:
    return word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[int]:
    """How often each value meets itself in the other list: what difflib's time grows with."""
    counted = Counter(new)
    return (times * counted[value] for value, times in Counter(old).items())


def _key(element: etree._Element) -> str:
    text: str = etree.tostring(element, encoding="unicode", with_tail=False)
    return text


def _length(element: etree._Element) -> int:
    return sum(map(len, element.itertext()))


def _text(element: etree._Element) -> str:
    return "".join(element.itertext())


Weighed = tuple[str, str, "Counter[str]"]  # the kind of a block, its first word, its words


def _weighed(element: etree._Element) -> Weighed:
    found = " ".join(element.itertext())[:LONGEST_UNIT].split()
    return element.tag, found[0] if found else "", Counter(found)


def _likeness(old: Weighed, new: Weighed) -> float:
    """How many words two blocks share, 0 … 1; a row is known by what it begins with. Other kinds are never the same."""
    if old[0] != new[0]:
        return 0.0
    total = old[2].total() + new[2].total()
    shared = 2 * (old[2] & new[2]).total() / total if total else 1.0
    return shared + 0.1 * (shared > 0 and old[1] == new[1])


def _best(likeness: list[list[float]]) -> list[tuple[int, int]]:
    """The couples, in order, whose likeness adds up to most; none below ALIKE."""
    rows, columns = len(likeness), len(likeness[0])
    most = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in reversed(range(rows)):
        for column in reversed(range(columns)):
            with_it = likeness[row][column] + most[row + 1][column + 1] if likeness[row][column] >= ALIKE else 0.0
            most[row][column] = max(with_it, most[row + 1][column], most[row][column + 1])
    couples, row, column = [], 0, 0
    while row < rows and column < columns:
        if most[row][column] == most[row + 1][column]:
            row += 1
        elif most[row][column] == most[row][column + 1]:
            column += 1
        else:
            couples.append((row, column))
            row, column = row + 1, column + 1
    return couples


# --- Marks --------------------


def _marked(element: etree._Element, tag: str) -> etree._Element:
    """A block that came or went: itself by its class, its words by ins or del."""
    made = deepcopy(element)
    made.tail = None
    if made.tag == UNIT:
        return _wrapped(made, tag)
    for unit in list(made.iter(UNIT)):
        _wrap(unit, tag)
    made.set("class", INSERTED if tag == "ins" else DELETED)
    return made


def _wrapped(unit: etree._Element, tag: str) -> etree._Element:
    _wrap(unit, tag)
    return unit


def _wrap(unit: etree._Element, tag: str) -> None:
    inner = etree.Element(tag)
    inner.text, unit.text = unit.text, None
    inner.extend(list(unit))
    unit.append(inner)


def _both(old: etree._Element, new: etree._Element) -> etree._Element:
    made, added = _wrapped(deepcopy(old), "del"), _wrapped(deepcopy(new), "ins")
    made.extend(list(added))
    return made


def _as_html(unit: etree._Element) -> etree._Element:
    """What xmldiff marked, as ins and del."""
    if unit.get(f"{DIFF}insert") is not None or unit.get(f"{DIFF}delete") is not None:
        raise ValueError(unit.tag)
    for element in list(unit.iter(etree.Element)):
        if element.tag in (f"{DIFF}insert", f"{DIFF}delete"):
            element.tag = "ins" if element.tag.endswith("insert") else "del"
            continue
        _translate(element)
    etree.cleanup_namespaces(unit)
    return unit


def _translate(element: etree._Element) -> None:
    marks = {name.removeprefix(DIFF) for name in element.attrib if name.startswith(DIFF)}
    for name in marks:
        del element.attrib[f"{DIFF}{name}"]
    if marks & {"insert-formatting", "delete-formatting"}:
        element.set("class", REFORMATTED)
        if "delete-formatting" in marks:
            element.tag = "span"
            element.attrib.pop("href", None)
    for name, tag in (("insert", "ins"), ("delete", "del")):
        if name in marks:
            _put_around(element, tag)


def _put_around(element: etree._Element, tag: str) -> None:
    parent = element.getparent()
    if parent is None:
        raise ValueError(tag)
    around = etree.Element(tag)
    around.tail, element.tail = element.tail, None
    parent.replace(element, around)
    around.append(element)


def _proves(made: etree._Element, old: etree._Element, new: etree._Element) -> bool:
    """Whether dropping what came gives the old words, and dropping what went the new ones."""
    was, now = deepcopy(made), deepcopy(made)
    _drop(was, "ins", INSERTED)
    _drop(now, "del", DELETED)
    same = _text(was) == _text(old) and _text(now) == _text(new)
    return same and _images(was) == _images(old) and _images(now) == _images(new)


def _images(unit: etree._Element) -> list[str]:
    return [image.get("src", "") for image in unit.iter("img")]
