from training.models.assignments import Assignment
from training.models.competence import Competence, StationNeed
from training.models.curricula import Curriculum, CurriculumLine
from training.models.lessons import Attendance, Lesson
from training.models.observations import Observation
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
    "Attendance",
    "Competence",
    "Course",
    "Curriculum",
    "CurriculumLine",
    "Lesson",
    "Observation",
    "PracticalItem",
    "Question",
    "QuizRule",
    "Reading",
    "Requirement",
    "Skill",
    "StationNeed",
]
