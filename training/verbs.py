from django.utils.translation import gettext_lazy as _

from records.states import Meaning
from training import forms, permissions, services
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
    Verb("waive", services.waive, ReasonForm),
)
