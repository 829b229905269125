"""What the verbs of training ask for."""

from training.forms.completing import AssessForm
from training.forms.keeping import CourseForm, EditCourseForm, EditSkillForm, SkillForm
from training.forms.requiring import RequireForm

__all__ = ["AssessForm", "CourseForm", "EditCourseForm", "EditSkillForm", "RequireForm", "SkillForm"]
