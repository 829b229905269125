from django.utils.translation import gettext_lazy as _

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

ADD_SKILL = Verb(
    "open", services.add_skill, forms.SkillForm, label=_("Add a skill"), may=permissions.may_open_requirement
)
ADD_COURSE = Verb(
    "open", services.add_course, forms.CourseForm, label=_("Add a course"), may=permissions.may_open_requirement
)

SKILL = (
    Verb("edit", services.edit_skill, forms.EditSkillForm, label=_("Edit"), may=permissions.may_end, when={"active"}),
    Verb("end", services.end, ReasonForm),
)
COURSE = (
    Verb("edit", services.edit_course, forms.EditCourseForm, label=_("Edit"), may=permissions.may_end, when={"active"}),
    Verb("end", services.end, ReasonForm),
)
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
