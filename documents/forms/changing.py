from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import ChangeRequest, Document
from documents.models.changing import PLANNING, QUESTIONS
from documents.states import ChangeSource, Risk, Urgency
from records.models import Record
from ui.forms import PersonField, ProcessField, RecordField, RecordsField, SiteField, VerbForm

LONG = {"rows": 3}


def long(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=4000, widget=forms.Textarea(attrs=LONG), help_text=help_text
    )


class SuggestForm(VerbForm):
    """Three fields for whoever stands at the machine."""

    title = forms.CharField(label=_("What should change?"), max_length=200)
    reason = long(_("What is wrong with it as it is?"))
    proposal = long(_("How should it be?"))


class EditRequestForm(VerbForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    documents = RecordsField(Document, label=_("Documents affected"))
    source = forms.ChoiceField(
        label=_("Came from"), choices=ChangeSource.choices, initial=ChangeSource.OTHER, required=False
    )
    reason = long(_("Reason"))
    proposal = long(_("Proposed change"), required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices, initial=Urgency.USUAL, required=False)
    process = ProcessField(label=_("Process"), required=False)
    owner = PersonField(label=_("Owner"), required=False, help_text=_("Who answers the questions. Left empty: you."))

    def clean_source(self) -> str:
        return self.cleaned_data["source"] or ChangeSource.OTHER

    def clean_urgency(self) -> str:
        return self.cleaned_data["urgency"] or Urgency.USUAL

    def initial_from(self, record: ChangeRequest) -> dict[str, Any]:
        names = ("title", "source", "reason", "proposal", "urgency", "process")
        numbers = [line.document for line in record.lines.select_related("document")]
        return {**{name: getattr(record, name) for name in names}, "documents": numbers, "owner": record.owner.username}


class RequestForm(EditRequestForm):
    site = SiteField(label=_("Site"))
    origin = RecordField(
        Record,
        label=_("Record it came from"),
        required=False,
        help_text=_("A kaizen event, corrective action, audit or review."),
    )
    field_order = (
        "site",
        "title",
        "documents",
        "source",
        "origin",
        "reason",
        "proposal",
        "urgency",
        "process",
        "owner",
    )


class AssessForm(VerbForm):
    """What the change touches, its risk, and the four questions of ISO 9001, 6.3."""

    impact_training = long(_("Training: who must learn what?"), help_text=_("Write “none” where nothing is touched."))
    impact_control_plan = long(_("Control plan: which rows?"))
    impact_metrics = long(_("Metrics: which will move, and how?"))
    impact_documents = long(_("Other documents: which?"))
    impact_stock = long(_("Stock and work in progress: what happens to it?"))
    impact_customer = long(_("Customers: who must be told or asked?"))
    risk = forms.ChoiceField(label=_("Risk"), choices=Risk.choices)
    risk_note = long(_("What could go wrong, and what guards against it?"), required=False)
    purpose = long(_("Purpose of the change and its possible consequences (6.3 a)"))
    integrity = long(_("How the management system stays whole meanwhile (6.3 b)"))
    resources = long(_("Resources: are they there? (6.3 c)"))
    responsibilities = long(_("Responsibilities and authorities: who does what? (6.3 d)"))

    def initial_from(self, record: ChangeRequest) -> dict[str, Any]:
        return {name: getattr(record, name) for name in (*QUESTIONS, *PLANNING, "risk", "risk_note")}
