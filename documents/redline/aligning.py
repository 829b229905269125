"""One comparison: blocks from the outside in, and two that belong together word by word."""

import time
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from lxml import etree
from xmldiff import formatting, main

from documents.redline.coupling import LONGEST_UNIT, WORD, _best, _likeness, _pairs, _weighed
from documents.redline.marking import _as_html, _both, _marked, _proves
from documents.redline.units import CHANGED, UNIT

FORMATTING = ("a", "b", "code", "em", "i", "s", "span", "strong", "sub", "sup", "u")
FIRST_SIGN = 0xF0000  # of a private plane that xmldiff's own signs do not use
MOST_SIGNS = 60_000
MOST_PAIRS = 200_000  # of equal blocks that difflib may meet at one level
MOST_ALIGNED = 2500  # comparisons of blocks that are not equal, at one level


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


def _key(element: etree._Element) -> str:
    text: str = etree.tostring(element, encoding="unicode", with_tail=False)
    return text


def _length(element: etree._Element) -> int:
    return sum(map(len, element.itertext()))
