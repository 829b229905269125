from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.forms.widgets import RichText, StepsField
from documents.models import Document, DocumentType, Revision
from documents.states import TrainingVerdict
from ui.forms import DecimalField, PersonField, ProcessField, RowForm, SiteField, VerbForm, WholeField

SECONDS = {"max_digits": 8, "decimal_places": 1, "min_value": 0, "required": False}


LONG = {"rows": 3}
SHEET = ("takt_seconds", "standard_wip", "reaction_plan")


class TypeField(forms.ModelChoiceField):
    """A document type, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            DocumentType.objects.filter(is_active=True), to_field_name="code", empty_label=_("Choose …"), **kwargs
        )


class StepRow(RowForm):
    key = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    what = forms.CharField(label=_("What"), max_length=300)
    key_point = forms.CharField(label=_("Key point"), max_length=300, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    manual_seconds = DecimalField(label=_("Manual, s"), **SECONDS)
    machine_seconds = DecimalField(label=_("Automatic, s"), **SECONDS)
    walk_seconds = DecimalField(label=_("Walk, s"), **SECONDS)
    worker = WholeField(label=_("Worker"), min_value=1, max_value=99, required=False, initial=1)
    tools = forms.CharField(label=_("Tools"), max_length=300, required=False)
    ppe = forms.CharField(label=_("Protective equipment"), max_length=300, required=False)
    photo = forms.RegexField(r"^[0-9a-f]{64}$", label=_("Photo"), required=False, widget=forms.HiddenInput)
    is_safety = forms.BooleanField(label=_("Safety"), required=False)
    is_quality = forms.BooleanField(label=_("Quality"), required=False)


class RevisionText(VerbForm):
    """What a revision says and what it asks of people."""

    body = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=200_000,
        widget=RichText(attrs={"rows": 14}),
    )
    training = forms.ChoiceField(
        label=_("Training"), choices=TrainingVerdict.choices, initial=TrainingVerdict.READ, required=False
    )
    takt_seconds = DecimalField(
        label=_("Takt, s"), max_digits=8, decimal_places=1, min_value=Decimal("0.1"), required=False
    )
    standard_wip = WholeField(label=_("Standard work in process"), min_value=0, max_value=9999, required=False)
    reaction_plan = forms.CharField(
        label=_("When something is not as it should be"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs=LONG),
        help_text=_("The reaction plan: who stops what, and who is called."),
    )
    steps = StepsField(StepRow, label=_("Steps"), required=False)

    def clean_training(self) -> str:
        return self.cleaned_data["training"] or TrainingVerdict.READ


class CreateDocumentForm(RevisionText):
    site = SiteField(label=_("Site"))
    type = TypeField(label=_("Type"))
    title = forms.CharField(label=_("Title"), max_length=200)
    process = ProcessField(label=_("Process"), required=False)
    owner = PersonField(label=_("Owner"), required=False)
    field_order = ("site", "type", "title", "process", "owner", "training", "body", *SHEET, "steps")


class EditDocumentForm(VerbForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    process = ProcessField(label=_("Process"), required=False)
    owner = PersonField(label=_("Owner"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=2000)

    def initial_from(self, record: Document) -> dict[str, Any]:
        return {"title": record.title, "process": record.process, "owner": record.owner.username}


class StartRevisionForm(VerbForm):
    reason = forms.CharField(label=_("Why a new revision?"), max_length=2000, widget=forms.Textarea(attrs=LONG))
    change_summary = forms.CharField(
        label=_("What changes?"), required=False, max_length=4000, widget=forms.Textarea(attrs=LONG)
    )


class EditRevisionForm(RevisionText):
    reason = forms.CharField(
        label=_("Why this revision?"), required=False, max_length=2000, widget=forms.Textarea(attrs=LONG)
    )
    change_summary = forms.CharField(
        label=_("What changes?"), required=False, max_length=4000, widget=forms.Textarea(attrs=LONG)
    )
    field_order = ("reason", "change_summary", "training", "body", *SHEET, "steps")

    def initial_from(self, record: Revision) -> dict[str, Any]:
        names = ("reason", "change_summary", "training", "body", *SHEET)
        steps = [step.content() for step in record.steps.all()]
        return {**{name: getattr(record, name) for name in names}, "steps": steps}

    def prepare(self) -> None:
        """Pictures go among the files of the draft."""
        if self.record is not None:
            address = f"/api/v1/revisions/{self.record.number}/pictures/"
            for name in ("body", "steps"):
                self.fields[name].widget.pictures = address


class WordForm(VerbForm):
    """A Word file."""

    file = forms.FileField(
        label=_("Word file"),
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        help_text=_("A .docx file, up to 15 MB. Headings, lists, tables and pictures are taken over."),
    )

    @property
    def facts(self) -> dict[str, Any]:
        return {**super().facts, "file": self.cleaned_data["file"].file}


class CreateFromWordForm(WordForm):
    """The same for a document that is opened with it."""

    site = SiteField(label=_("Site"))
    type = TypeField(label=_("Type"))
    title = forms.CharField(label=_("Title"), max_length=200)
    process = ProcessField(label=_("Process"), required=False)
    owner = PersonField(label=_("Owner"), required=False)
    field_order = ("file", "site", "type", "title", "process", "owner")
