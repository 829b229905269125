from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ui.forms import DecimalField, ProcessField, SiteField, VerbForm, WholeField


class EditSkillForm(VerbForm):
    code = forms.CharField(label=_("Code"), max_length=20)
    title = forms.CharField(label=_("Name"), max_length=200)
    process = ProcessField(label=_("Process"), required=False)
    validity_months = WholeField(
        label=_("Assessed again after months"), required=False, min_value=1, max_value=120,
        help_text=_("Left empty: an assessment never runs out."),
    )  # fmt: skip

    def initial_from(self, record: Any) -> dict[str, Any]:
        same = {name: getattr(record, name) for name in ("title", "process", "validity_months")}
        return {"code": record.short, **same}


class SkillForm(EditSkillForm):
    site = SiteField(label=_("Site"))
    field_order = ("site", "code", "title", "process", "validity_months")


class EditCourseForm(VerbForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    process = ProcessField(label=_("Process"), required=False)
    provider = forms.CharField(label=_("Provider"), max_length=120, required=False)
    hours = DecimalField(label=_("Hours"), required=False, min_value=0.1, max_value=999, decimal_places=1)
    content = forms.CharField(
        label=_("What is taught"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def initial_from(self, record: Any) -> dict[str, Any]:
        return {name: getattr(record, name) for name in ("title", "process", "provider", "hours", "content")}


class CourseForm(EditCourseForm):
    site = SiteField(label=_("Site"))
    field_order = ("site", "title", "process", "provider", "hours", "content")
