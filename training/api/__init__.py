"""Training over REST."""

from training.api.assignments import (
    AssignmentChallenge,
    Assignments,
    AssignmentVerb,
    OneAssignment,
    ShownTogether,
    SignTogether,
)
from training.api.doing import EndNeed, Needs, Observations, Observe, ObserveChallenge, OneObservation
from training.api.facts import AsOf, Competences, Coverage, Qualified

__all__ = [
    "AsOf",
    "AssignmentChallenge",
    "AssignmentVerb",
    "Assignments",
    "Competences",
    "Coverage",
    "EndNeed",
    "Needs",
    "Observations",
    "Observe",
    "ObserveChallenge",
    "OneAssignment",
    "OneObservation",
    "Qualified",
    "ShownTogether",
    "SignTogether",
]
