from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from training.forms.fields import day
from training.models import Course
from ui.forms import PersonField, RecordField, RowForm, RowsField, SiteField, VerbForm


class AttendanceRow(RowForm):
    person = PersonField(label=_("Person"))
    valid_until = day(label=_("Certificate valid until"), required=False)
    note = forms.CharField(label=_("Certificate or remark"), required=False, max_length=200)


class EditLessonForm(VerbForm):
    held_on = day(label=_("Day"))
    place = forms.CharField(label=_("Place"), required=False, max_length=120)
    people = RowsField(AttendanceRow, label=_("Who takes part"))

    def initial_from(self, record: Any) -> dict[str, Any]:
        rows = [
            {"person": row.person.username, "valid_until": row.valid_until, "note": row.note}
            for row in record.attendances.select_related("person")
        ]
        return {"held_on": record.held_on, "place": record.place, "people": rows}


class LessonForm(VerbForm):
    site = SiteField(label=_("Site"))
    course = RecordField(Course, label=_("Course"), required=False)
    document = RecordField(Document, label=_("or standard"), required=False)
    held_on = day(label=_("Day"))
    trainer = PersonField(label=_("Trainer"), required=False, help_text=_("Left empty: yourself."))
    place = forms.CharField(label=_("Place"), required=False, max_length=120)
    people = RowsField(AttendanceRow, label=_("Who takes part"))
