"""What the verbs of training ask for."""

from training.forms.asking import ItemForm, QuestionForm, RuleForm
from training.forms.competence import AssessSkillForm, NeedForm, ObserveForm
from training.forms.completing import AssessForm, PracticalForm, WaiveForm, practical_form
from training.forms.curricula import CurriculumForm, EditCurriculumForm
from training.forms.keeping import CourseForm, EditCourseForm, EditSkillForm, SkillForm
from training.forms.lessons import EditLessonForm, LessonForm
from training.forms.requiring import RequireForm
from training.forms.standing import EnrolForm, NewPinForm, SignHereForm, answers_of

__all__ = [
    "AssessForm",
    "AssessSkillForm",
    "CourseForm",
    "CurriculumForm",
    "EditCourseForm",
    "EditCurriculumForm",
    "EditLessonForm",
    "EditSkillForm",
    "EnrolForm",
    "ItemForm",
    "LessonForm",
    "NeedForm",
    "NewPinForm",
    "ObserveForm",
    "PracticalForm",
    "QuestionForm",
    "RequireForm",
    "RuleForm",
    "SignHereForm",
    "SkillForm",
    "WaiveForm",
    "answers_of",
    "practical_form",
]
