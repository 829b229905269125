"""What higher apps add to the content of a revision, so that the signature of its approval covers it too."""

from collections.abc import Callable
from typing import Any

Part = Callable[[Any], Any]

_parts: dict[str, Part] = {}


def register_part(name: str, part: Part) -> None:
    """Let `part(revision)`, plain values, be signed with every revision under `name`. Called while Django starts."""
    _parts[name] = part


def parts_of(revision: Any) -> dict[str, Any]:
    """The parts of a revision that other apps keep."""
    return {name: part(revision) for name, part in _parts.items()}
