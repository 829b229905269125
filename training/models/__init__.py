from training.models.assignments import Assignment
from training.models.requirements import Requirement

__all__ = ["Assignment", "Requirement"]
