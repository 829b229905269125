"""What higher apps tell of documents: content of a revision, which its approval signs too, and where one is used.

And sheets of that content, which are printed with the revision.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Part = Callable[[Any], Any]

_parts: dict[str, Part] = {}
_told: dict[str, Part] = {}
_papers: dict[str, Callable[[Any, Any], dict[str, Any] | None]] = {}
_uses: list[Callable[[Any, Any], Iterable["Use"]]] = []


def register_part(name: str, part: Part, *, told: Part | None = None) -> None:
    """Let `part(revision)`, plain values, be signed with every revision under `name`. Called while Django starts.

    `told(revision)` says the same in words, for people who compare two revisions.
    """
    _parts[name] = part
    _told[name] = told or part


def parts_of(revision: Any) -> dict[str, Any]:
    """The parts of a revision that other apps keep."""
    return {name: part(revision) for name, part in _parts.items()}


def told_parts_of(revision: Any) -> dict[str, Any]:
    """The same parts in words."""
    return {name: told(revision) for name, told in _told.items()}


def register_paper(template: str, context: Callable[[Any, Any], dict[str, Any] | None]) -> None:
    """Let a sheet be printed with revisions: `context(revision, user)` feeds `template`, None leaves it out."""
    _papers[template] = context


def papers_of(revision: Any, user: Any) -> list[tuple[str, dict[str, Any]]]:
    """The sheets of a revision, each with what its template shows."""
    found = ((template, context(revision, user)) for template, context in _papers.items())
    return [(template, shown) for template, shown in found if shown is not None]


@dataclass(frozen=True)
class Use:
    """Something that would miss a document: a kind in one word, what it is called, where it is found."""

    kind: str
    label: str
    url: str = ""


def register_use(source: Callable[[Any, Any], Iterable[Use]]) -> None:
    """Let `source(document, user)` tell where a document is used, as far as the user sees it."""
    _uses.append(source)


def uses_of(document: Any, user: Any) -> list[Use]:
    """What higher apps know of the use of a document."""
    return [use for source in _uses for use in source(document, user)]
