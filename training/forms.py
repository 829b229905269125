from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from training.states import Method
from ui.forms import JobRoleField, RecordField, VerbForm


class RequireForm(VerbForm):
    job_role = JobRoleField(label=_("Job role"))
    document = RecordField(Document, label=_("Document"))
    method = forms.ChoiceField(label=_("Method"), choices=Method.choices, initial=Method.READ, required=False)

    def clean_method(self) -> str:
        return self.cleaned_data["method"] or Method.READ


class AssessForm(VerbForm):
    note = forms.CharField(label=_("What was shown"), required=False, max_length=1000)
