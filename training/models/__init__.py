from training.models.assignments import Assignment
from training.models.requirements import Requirement
from training.models.skills import Course, Skill

__all__ = ["Assignment", "Course", "Requirement", "Skill"]
