"""What higher apps tell of documents: content of a revision, which its approval signs too, and where one is used."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Part = Callable[[Any], Any]

_parts: dict[str, Part] = {}
_uses: list[Callable[[Any, Any], Iterable["Use"]]] = []


def register_part(name: str, part: Part) -> None:
    """Let `part(revision)`, plain values, be signed with every revision under `name`. Called while Django starts."""
    _parts[name] = part


def parts_of(revision: Any) -> dict[str, Any]:
    """The parts of a revision that other apps keep."""
    return {name: part(revision) for name, part in _parts.items()}


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
