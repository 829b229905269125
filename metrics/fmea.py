"""The rule of the failure modes (after AIAG and VDA): when a risk asks for an action. Pure.

Severity, occurrence and detection are scored from 1 (harmless, never, always caught) to 10. A severity of 9 or 10 is
about safety or law, and asks for an action however rare it is.
"""

from dataclasses import dataclass

LOWEST, HIGHEST = 1, 10
SEVERE = 9
OFTEN = 40  # severity × occurrence
RISKY = 100  # risk priority number


@dataclass(frozen=True)
class Score:
    """One scoring of a failure mode. Raises ValueError for a score outside 1 to 10."""

    severity: int
    occurrence: int
    detection: int

    def __post_init__(self) -> None:
        if not all(LOWEST <= score <= HIGHEST for score in (self.severity, self.occurrence, self.detection)):
            raise ValueError("scores are from 1 to 10")

    @property
    def rpn(self) -> int:
        """The risk priority number, 1 to 1,000."""
        return self.severity * self.occurrence * self.detection

    @property
    def asks_for_action(self) -> bool:
        return self.severity >= SEVERE or self.severity * self.occurrence >= OFTEN or self.rpn >= RISKY
