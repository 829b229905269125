from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from training.forms.fields import LevelField
from training.models import Course, Skill
from training.states import Method
from ui.forms import JobRoleField, PersonField, RecordField, VerbForm, WholeField

DEFAULTS = {"method": Method.READ, "refresher_days": 30}


class RequireForm(VerbForm):
    """Of whom: a job role or a person. What: a document, a skill or a course."""

    job_role = JobRoleField(label=_("Job role"), required=False)
    person = PersonField(label=_("or person"), required=False)
    document = RecordField(Document, label=_("Document"), required=False)
    skill = RecordField(Skill, label=_("or skill"), required=False)
    course = RecordField(Course, label=_("or course"), required=False)
    method = forms.ChoiceField(label=_("Method"), choices=Method.choices, initial=Method.READ, required=False)
    level = LevelField(required=False, help_text=_("Of the skill that is required, or that passing gives."))
    raises = RecordField(Skill, label=_("Passing gives competence in"), required=False)
    validity_months = WholeField(
        label=_("Valid for months"), required=False, min_value=1, max_value=120,
        help_text=_("Left empty: it never runs out."),
    )  # fmt: skip
    refresher_days = WholeField(
        label=_("Refresher days before it runs out"), required=False, min_value=0, max_value=365, initial=30
    )
    observe_days = WholeField(
        label=_("Observed at work after days"), required=False, min_value=0, max_value=365,
        help_text=_("Left empty: 45 for what is taught or practised, never for what is only read."),
    )  # fmt: skip

    @property
    def facts(self) -> dict[str, Any]:
        given = super().facts
        return {**given, **{name: value for name, value in DEFAULTS.items() if given[name] in (None, "")}}
