from django.utils.translation import gettext_lazy as _

from records.states import Meaning
from training import forms, permissions, services
from training.states import AssignmentStatus
from ui.forms import ReasonForm, VerbForm
from ui.verbs import Verb

REQUIRE = Verb(
    "open",
    services.require_now,
    forms.RequireForm,
    label=_("Require a training"),
    may=permissions.may_open_requirement,
)

OPEN_CURRICULUM = Verb(
    "open",
    services.open_curriculum,
    forms.CurriculumForm,
    label=_("Write a curriculum"),
    may=permissions.may_open_requirement,
)
PLAN_LESSON = Verb(
    "open", services.plan_lesson, forms.LessonForm, label=_("Plan a lesson"), may=permissions.may_open_requirement
)
ADD_SKILL = Verb(
    "open", services.add_skill, forms.SkillForm, label=_("Add a skill"), may=permissions.may_open_requirement
)
ADD_COURSE = Verb(
    "open", services.add_course, forms.CourseForm, label=_("Add a course"), may=permissions.may_open_requirement
)

SKILL = (
    Verb(
        "assess",
        services.assess_skill,
        forms.AssessSkillForm,
        label=_("Assess a person"),
        may=permissions.may_assess_skill,
        when={"active"},
        signed=True,
        meaning=Meaning.VERIFIED,
        icon="stars",
    ),
    Verb("edit", services.edit_skill, forms.EditSkillForm, label=_("Edit"), may=permissions.may_end, when={"active"}),
    Verb("end", services.end, ReasonForm),
)
COURSE = (
    Verb("edit", services.edit_course, forms.EditCourseForm, label=_("Edit"), may=permissions.may_end, when={"active"}),
    Verb("end", services.end, ReasonForm),
)
CURRICULUM = (
    Verb("activate", services.activate_curriculum, VerbForm),
    Verb(
        "edit",
        services.edit_curriculum,
        forms.EditCurriculumForm,
        label=_("Edit"),
        may=permissions.may_activate,
        when={"draft", "active"},
    ),
    Verb("retire", services.retire_curriculum, ReasonForm),
)
LESSON = (
    Verb("hold", services.hold, VerbForm),
    Verb(
        "edit",
        services.edit_lesson,
        forms.EditLessonForm,
        label=_("Edit"),
        may=permissions.may_cancel,
        when={"planned"},
    ),
    Verb("cancel", services.cancel, ReasonForm),
)
OBSERVE = Verb(
    "observe",
    services.observe,
    forms.ObserveForm,
    label=_("Sign what was seen"),
    may=permissions.may_observe,
    when={"due"},
    signed=True,
    meaning=Meaning.VERIFIED,
)
NEED = Verb("need", services.need, forms.NeedForm, label=_("Add a need"), may=permissions.may_set_needs)
REQUIREMENT = (
    Verb("activate", services.activate, VerbForm),
    Verb("retire", services.retire, ReasonForm),
)

ASSIGNMENT = (
    Verb("open", services.open_assignment, VerbForm),
    Verb("acknowledge", services.acknowledge, VerbForm),
    Verb("assess", services.assess, forms.AssessForm),
    Verb("fail", services.fail, ReasonForm),
    Verb("waive", services.waive, forms.WaiveForm),
)

ACKNOWLEDGE = next(verb for verb in ASSIGNMENT if verb.name == "acknowledge")
CONFIRM = Verb(
    "confirm-read",
    services.confirm_read,
    VerbForm,
    label=_("I have read this"),
    may=permissions.may_acknowledge,
    when={AssignmentStatus.OPENED},
    signed=True,
    meaning=Meaning.ACKNOWLEDGED,
)

ADD_QUESTION = Verb(
    "add-question", services.add_question, forms.QuestionForm, label=_("Write a question"), may=permissions.may_ask
)
EDIT_QUESTION = Verb(
    "edit", services.edit_question, forms.QuestionForm, label=_("Say it otherwise"), may=permissions.may_ask
)
RETIRE_QUESTION = Verb(
    "retire", services.retire_question, VerbForm, label=_("Ask no more"), may=permissions.may_ask, tone="danger"
)
SET_RULE = Verb("set-rule", services.set_quiz_rule, forms.RuleForm, label=_("Set the rule"), may=permissions.may_ask)
ADD_ITEM = Verb("add-item", services.add_item, forms.ItemForm, label=_("Add an item"), may=permissions.may_ask)
OF_A_BANK = (ADD_QUESTION, SET_RULE, ADD_ITEM)
OF_A_QUESTION = (EDIT_QUESTION, RETIRE_QUESTION)
