from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import Review
from reviews.states import Decision, Input
from ui.forms import PersonField, RowForm, RowsField, SiteField, VerbForm


def date_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


class PlanForm(VerbForm):
    site = SiteField(label=_("Site"))
    title = forms.CharField(label=_("Title"), max_length=200)
    chair = PersonField(label=_("Chair"))
    period_from = date_field(label=_("Period from"))
    period_to = date_field(label=_("Period to"))
    planned_for = date_field(label=_("Planned for"))


class ConclusionRow(RowForm):
    letter = forms.ChoiceField(label=_("Input"), choices=Input.choices)
    conclusion = forms.CharField(
        label=_("Conclusion"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ConcludeForm(VerbForm):
    conclusions = RowsField(ConclusionRow, label=_("Conclusions"), min_rows=1)

    def initial_from(self, record: Review) -> dict[str, Any]:
        return {"conclusions": [{"letter": i.letter, "conclusion": i.conclusion} for i in record.agenda.all()]}


class DecideForm(VerbForm):
    letter = forms.ChoiceField(label=_("Kind of decision"), choices=Decision.choices)
    text = forms.CharField(label=_("Decision"), max_length=300)
    who = PersonField(label=_("Who does it"))
    due = date_field(label=_("Due"))


class HoldForm(VerbForm):
    held_on = date_field(label=_("Held on"))
    attendees = forms.CharField(
        label=_("Attendees"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("With their roles."),
    )
    minutes = forms.CharField(label=_("Minutes"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}))
