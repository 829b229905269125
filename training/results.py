"""What came of a training: higher apps say which metric it was to move, and whether that moved (Kirkpatrick 4)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Result:
    """One thing that the training was for, and how it stands."""

    label: str
    verdict: str
    tone: str = "neutral"
    url: str = ""


Provider = Callable[[list[Any]], Iterable[tuple[int, Result]]]

_providers: list[Provider] = []


def register_results(provider: Provider) -> Provider:
    """Let `provider(requirements)` tell results, each with the key of its requirement. Called while Django starts."""
    _providers.append(provider)
    return provider


def results_of(requirements: list[Any]) -> dict[int, list[Result]]:
    """The results of each requirement, by its key."""
    found: dict[int, list[Result]] = {}
    for provider in _providers:
        for key, result in provider(requirements):
            found.setdefault(key, []).append(result)
    return found
