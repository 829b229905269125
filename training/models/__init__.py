from training.models.assignments import Assignment
from training.models.competence import Competence, StationNeed
from training.models.curricula import Curriculum, CurriculumLine
from training.models.lessons import Attendance, Lesson
from training.models.observations import Observation
from training.models.requirements import Requirement
from training.models.skills import Course, Skill

__all__ = [
    "Assignment",
    "Attendance",
    "Competence",
    "Course",
    "Curriculum",
    "CurriculumLine",
    "Lesson",
    "Observation",
    "Requirement",
    "Skill",
    "StationNeed",
]
