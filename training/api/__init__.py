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
from training.api.facts import Competences, Coverage, Qualified, QualifiedThen
from training.api.quiz import (
    Acknowledgements,
    Assessments,
    Attempts,
    Kiosks,
    OneQuestion,
    Questions,
    QuestionVerb,
    RevokeKiosk,
)

__all__ = [
    "Acknowledgements",
    "Assessments",
    "AssignmentChallenge",
    "AssignmentVerb",
    "Assignments",
    "Attempts",
    "Competences",
    "Coverage",
    "EndNeed",
    "Kiosks",
    "Needs",
    "Observations",
    "Observe",
    "ObserveChallenge",
    "OneAssignment",
    "OneObservation",
    "OneQuestion",
    "Qualified",
    "QualifiedThen",
    "QuestionVerb",
    "Questions",
    "RevokeKiosk",
    "ShownTogether",
    "SignTogether",
]
