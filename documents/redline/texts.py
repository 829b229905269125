"""Two texts compared: as marked blocks, or word by word in one line."""

import time
from copy import deepcopy
from dataclasses import dataclass
from difflib import SequenceMatcher

from lxml import etree, html

from documents.redline.aligning import MOST_PAIRS, _Diff
from documents.redline.coupling import WORD, _pairs
from documents.redline.units import DELETED, INSERTED, UNIT, _append, _drop, _html, _prepared, _text

SECONDS = 2.0  # for the comparison of words; what is left then is shown block by block


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
