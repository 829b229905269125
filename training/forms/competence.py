from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from training.forms.fields import LevelField, day
from training.models import Skill
from ui.forms import PersonField, RecordField, VerbForm, WholeField


class AssessSkillForm(VerbForm):
    person = PersonField(label=_("Person"))
    level = LevelField()
    evidence_seen = forms.CharField(
        label=_("What was seen"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    document = RecordField(Document, label=_("By which standard"), required=False)
    valid_until = day(
        label=_("Valid until"), required=False, help_text=_("Left empty: as long as the skill says, else for ever.")
    )


class NeedForm(VerbForm):
    """What somebody must know to run a station."""

    document = RecordField(Document, label=_("Standard"), required=False)
    skill = RecordField(Skill, label=_("or skill"), required=False)
    level = LevelField(required=False, help_text=_("Of the skill."))
    people = WholeField(label=_("People on each shift"), min_value=1, max_value=99, initial=1, required=False)

    @property
    def facts(self) -> dict[str, Any]:
        given = super().facts
        return {**given, "people": given["people"] or 1}


YES_OR_NO = [("yes", _("Yes")), ("no", _("No"))]


def answer(label: Any) -> forms.TypedChoiceField:
    """Yes or no, neither of them beforehand."""
    return forms.TypedChoiceField(
        label=label, choices=YES_OR_NO, coerce=lambda value: value == "yes", widget=forms.RadioSelect
    )


class ObserveForm(VerbForm):
    works_to_standard = answer(_("Does the person work to the standard?"))
    key_points_kept = answer(_("Are the key points kept?"))
    note = forms.CharField(
        label=_("What was seen"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where the answer is no."),
    )  # fmt: skip
