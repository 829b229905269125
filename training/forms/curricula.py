from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from training.models import Requirement
from ui.forms import JobRoleField, RecordField, RowForm, RowsField, VerbForm, WholeField


class LineRow(RowForm):
    requirement = RecordField(Requirement, label=_("Requirement"))
    days = WholeField(label=_("Due after days"), min_value=0, max_value=730)


class EditCurriculumForm(VerbForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    lines = RowsField(LineRow, min_rows=1, label=_("In this order"))

    def initial_from(self, record: Any) -> dict[str, Any]:
        lines = record.lines.select_related("requirement")
        rows = [{"requirement": line.requirement.number, "days": line.days} for line in lines]
        return {"title": record.title, "lines": rows}


class CurriculumForm(VerbForm):
    job_role = JobRoleField(label=_("Job role"))
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    lines = RowsField(LineRow, min_rows=1, label=_("In this order"))
