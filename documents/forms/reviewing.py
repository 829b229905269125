from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents import selectors
from documents.models import DocumentType, Revision
from documents.models.reviewing import LONGEST_CONTEXT, LONGEST_QUOTE
from documents.states import Place, Task, TrainingVerdict, Whom
from people.states import Authority
from ui.forms import JobRoleField, PersonField, RowForm, RowsField, VerbForm, WholeField

LONG = {"rows": 3}
BLANK = [("", "—")]
NAMED = {Whom.AUTHORITY: "authority", Whom.JOB_ROLE: "job_role", Whom.PERSON: "person"}
ASKED = (
    Authority.QUALITY_MANAGER,
    Authority.PROCESS_OWNER,
    Authority.ENGINEER,
    Authority.SUPERVISOR,
    Authority.MANAGER,
)


class WeighForm(VerbForm):
    """What training the change asks for."""

    training = forms.ChoiceField(label=_("Training"), choices=TrainingVerdict.choices)
    reason = forms.CharField(
        label=_("Why not as proposed"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs=LONG),
        help_text=_("Needed where you decide otherwise than proposed."),
    )

    def initial_from(self, record: Revision) -> dict[str, Any]:
        return {"training": record.significance_proposed or record.training, "reason": record.significance_reason}

    def prepare(self) -> None:
        """Says what is proposed and why."""
        if self.record is not None:
            proposal = selectors.proposal_for(self.record)
            text = _("Proposed: %(verdict)s. %(reasons)s") % {
                "verdict": proposal.verdict.label,
                "reasons": " ".join(proposal.reasons),
            }
            self.fields["training"].help_text = text


class RemarkForm(VerbForm):
    """A remark: on words of the text, a step, a field, or the whole."""

    text = forms.CharField(label=_("Remark"), max_length=2000, widget=forms.Textarea(attrs=LONG))
    place = forms.ChoiceField(label=_("About"), choices=Place.choices, initial=Place.WHOLE, required=False)
    exact = forms.CharField(
        label=_("Words of the text"),
        required=False,
        max_length=LONGEST_QUOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Copy the words that you mean, or select them in the text."),
    )
    before = forms.CharField(required=False, max_length=LONGEST_CONTEXT, widget=forms.HiddenInput, strip=False)
    after = forms.CharField(required=False, max_length=LONGEST_CONTEXT, widget=forms.HiddenInput, strip=False)
    target = forms.CharField(label=_("Step or field"), required=False, max_length=40)

    def clean(self) -> dict[str, Any] | None:
        """Words mean a place in the text, whatever else is chosen."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("place") or (cleaned.get("place") == Place.WHOLE and cleaned.get("exact")):
            cleaned["place"] = Place.QUOTE if cleaned.get("exact") else Place.WHOLE
        return cleaned


class AnswerRemarkForm(VerbForm):
    answer = forms.CharField(label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs=LONG))


class RouteRow(RowForm):
    """One place on a route."""

    stage = WholeField(label=_("Stage"), min_value=1, max_value=9, initial=1)
    task = forms.ChoiceField(label=_("Task"), choices=Task.choices)
    whom = forms.ChoiceField(label=_("Who is asked"), choices=Whom.choices)
    authority = forms.ChoiceField(
        label=_("Authority"), choices=[*BLANK, *((one.value, one.label) for one in ASKED)], required=False
    )
    job_role = JobRoleField(label=_("Job role"), required=False)
    person = PersonField(label=_("Person"), required=False)
    everybody = forms.BooleanField(label=_("All of them"), required=False)

    def clean(self) -> dict[str, Any] | None:
        """What `whom` names is given, and nothing else is kept."""
        cleaned = super().clean() or self.cleaned_data
        wanted = NAMED.get(cleaned.get("whom", ""))
        for name, nothing in (("authority", ""), ("job_role", None), ("person", None)):
            if name != wanted:
                cleaned[name] = nothing
            elif not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Say which."))
        return cleaned


class RouteForm(VerbForm):
    """The whole route of a type."""

    steps = RowsField(RouteRow, label=_("Route"), required=False)
    asks_change_request = forms.BooleanField(label=_("A revision needs an approved change request"), required=False)

    def initial_from(self, record: DocumentType) -> dict[str, Any]:
        return {
            "steps": [step.content() for step in record.route.all()],
            "asks_change_request": record.asks_change_request,
        }
