"""Training over REST."""

from training.api.assignments import (
    AssignmentChallenge,
    Assignments,
    AssignmentVerb,
    OneAssignment,
    ShownTogether,
    SignTogether,
)

__all__ = ["AssignmentChallenge", "AssignmentVerb", "Assignments", "OneAssignment", "ShownTogether", "SignTogether"]
