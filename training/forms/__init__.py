"""What the verbs of training ask for."""

from training.forms.competence import AssessSkillForm, NeedForm, ObserveForm
from training.forms.completing import AssessForm
from training.forms.curricula import CurriculumForm, EditCurriculumForm
from training.forms.keeping import CourseForm, EditCourseForm, EditSkillForm, SkillForm
from training.forms.lessons import EditLessonForm, LessonForm
from training.forms.requiring import RequireForm

__all__ = [
    "AssessForm",
    "AssessSkillForm",
    "CourseForm",
    "CurriculumForm",
    "EditCourseForm",
    "EditCurriculumForm",
    "EditLessonForm",
    "EditSkillForm",
    "LessonForm",
    "NeedForm",
    "ObserveForm",
    "RequireForm",
    "SkillForm",
]
