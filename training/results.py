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


Provider = Callable[[Any], Iterable[Result]]

_providers: list[Provider] = []


def register_results(provider: Provider) -> Provider:
    """Let `provider(requirement)` tell the results of trainings. Called while Django starts."""
    _providers.append(provider)
    return provider


def results_of(requirement: Any) -> list[Result]:
    return [result for provider in _providers for result in provider(requirement)]
