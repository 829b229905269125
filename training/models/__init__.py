from training.models.assignments import Assignment
from training.models.practical import Assessment, PracticalItem
from training.models.quiz import Attempt, Question, QuizRule
from training.models.reading import Acknowledgement, Reading
from training.models.requirements import Requirement
from training.models.skills import Course, Skill

__all__ = [
    "Acknowledgement",
    "Assessment",
    "Assignment",
    "Attempt",
    "Course",
    "PracticalItem",
    "Question",
    "QuizRule",
    "Reading",
    "Requirement",
    "Skill",
]
