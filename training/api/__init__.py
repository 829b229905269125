"""Training over REST."""

from training.api.assignments import (
    AssignmentChallenge,
    Assignments,
    AssignmentVerb,
    OneAssignment,
    ShownTogether,
    SignTogether,
)
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
    "Kiosks",
    "OneAssignment",
    "OneQuestion",
    "QuestionVerb",
    "Questions",
    "RevokeKiosk",
    "ShownTogether",
    "SignTogether",
]
