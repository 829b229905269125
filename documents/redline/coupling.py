"""Which blocks are the same one in two states: by the words that they share."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree

WORD = re.compile(r"\w+(?:[.,:'’-]\w+)*|\s+|[^\w\s]", re.UNICODE)
ALIKE = 0.4
LONGEST_UNIT = 20_000  # letters
Weighed = tuple[str, str, "Counter[str]"]  # the kind of a block, its first word, its words


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[int]:
    """How often each value meets itself in the other list: what difflib's time grows with."""
    counted = Counter(new)
    return (times * counted[value] for value, times in Counter(old).items())


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
