from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits import selectors, states
from audits.models import Audit, Checklist, CheckQuestion, Finding
from documents.models import Document
from records.models import Record
from records.selectors import visible
from ui.forms import PersonField, ProcessField, RecordField, RowForm, RowsField, SiteField, VerbForm, WholeField
from ui.forms.fields import Scoped
from ui.forms.rows import RowsWidget

RADIO = forms.RadioSelect(attrs={"class": "form-selectgroup-input"})


def day(**kwargs: Any) -> forms.DateField:
    """A date, entered with the browser's calendar."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


def text(rows: int = 3, **kwargs: Any) -> forms.CharField:
    """A paragraph."""
    return forms.CharField(max_length=10_000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class ChecklistField(Scoped, forms.ModelChoiceField):
    """A checklist in use, by its uuid."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("Choose …"))
        super().__init__(Checklist.objects.none(), to_field_name="uuid", **kwargs)

    def limit_to(self, user: Any) -> None:
        self.queryset = selectors.visible_checklists(user).filter(is_active=True)

    def label_from_instance(self, instance: Checklist) -> str:
        return f"{instance.name} ({instance.site.code}, {instance.get_type_display()})"


class QuestionField(Scoped, forms.ModelChoiceField):
    """A question, by its uuid."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(CheckQuestion.objects.none(), to_field_name="uuid", **kwargs)

    def limit_to(self, user: Any) -> None:
        self.queryset = CheckQuestion.objects.filter(checklist__in=selectors.visible_checklists(user).values("pk"))


class QuestionForm(VerbForm):
    """One question of a checklist."""

    text = forms.CharField(label=_("Question"), max_length=300)
    clause = forms.CharField(label=_("Clause"), required=False, max_length=20)
    aspect = forms.ChoiceField(
        label=_("Asks for"), choices=states.Aspect.choices, initial=states.Aspect.CONFORMITY, required=False
    )
    document = RecordField(Document, label=_("Standard"), required=False)

    def clean_aspect(self) -> str:
        return self.cleaned_data["aspect"] or states.Aspect.CONFORMITY


class QuestionRow(RowForm):
    text = forms.CharField(label=_("Question"), max_length=300)
    clause = forms.CharField(label=_("Clause"), required=False, max_length=20)
    aspect = forms.ChoiceField(
        label=_("Asks for"), choices=states.Aspect.choices, initial=states.Aspect.CONFORMITY, required=False
    )

    def has_changed(self) -> bool:
        """The aspect is always chosen; a row without a question is a blank one."""
        return bool({"text", "clause"} & set(self.changed_data))

    def clean_aspect(self) -> str:
        return self.cleaned_data["aspect"] or states.Aspect.CONFORMITY


class ChecklistForm(VerbForm):
    site = SiteField(label=_("Site"))
    type = forms.ChoiceField(label=_("Type"), choices=states.AuditType.choices)
    name = forms.CharField(label=_("Name"), max_length=160)
    process = ProcessField(label=_("Process"), required=False)
    questions = RowsField(QuestionRow, min_rows=1, label=_("Questions"))


class DropForm(VerbForm):
    until = day(label=_("Asked until"), help_text=_("The last day on which it is asked. Its answers stay."))


class PlanForm(VerbForm):
    site = SiteField(label=_("Site"))
    checklist = ChecklistField(label=_("Checklist"))
    title = forms.CharField(label=_("Title"), max_length=200)
    auditor = PersonField(label=_("Auditor"), help_text=_("Nobody audits the process that they own or work in."))
    planned_on = day(label=_("Planned for"))
    process = ProcessField(label=_("Process"), required=False, help_text=_("Left empty: the checklist's."))
    scope = text(2, label=_("Scope"), required=False)
    criteria = text(2, label=_("Criteria"), required=False)


class EditAuditForm(VerbForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    owner = PersonField(label=_("Auditor"))
    planned_on = day(label=_("Planned for"))
    process = ProcessField(label=_("Process"), required=False)
    scope = text(2, label=_("Scope"), required=False)
    criteria = text(2, label=_("Criteria"), required=False)

    def initial_from(self, record: Audit) -> dict[str, Any]:
        names = ("title", "planned_on", "process", "scope", "criteria")
        return {**{name: getattr(record, name) for name in names}, "owner": record.owner.username}


class AnswerRow(RowForm):
    """One question of the sheet. On the page, a question without a result is not answered yet."""

    question = QuestionField(widget=forms.HiddenInput)
    result = forms.ChoiceField(label=_("Result"), choices=states.Result.choices, widget=RADIO)
    note = forms.CharField(label=_("Evidence seen"), required=False, max_length=500)

    def has_changed(self) -> bool:
        return bool({"result", "note"} & set(self.changed_data))

    @property
    def asked(self) -> Any:
        """The question as the sheet shows it."""
        return self.initial.get("asked")


class SheetWidget(RowsWidget):
    """All questions of an audit with their answers, big enough for a finger."""

    template_name = "audits/_sheet.html"
    asked: dict[str, CheckQuestion]

    def _shown(self, name: str, number: int, row: Any) -> RowForm:
        shown = super()._shown(name, number, row)
        key = str(shown["question"].value() or "")
        shown.initial["asked"] = self.asked.get(key)
        return shown


class SheetField(RowsField):
    widget = SheetWidget


class AnswerForm(VerbForm):
    answers = SheetField(AnswerRow, min_rows=1, label=_("Questions"))

    def prepare(self) -> None:
        if self.record is not None:
            asked = selectors.questions_for(self.record).select_related("document")
            self.fields["answers"].widget.asked = {str(question.uuid): question for question in asked}

    def initial_from(self, record: Audit) -> dict[str, Any]:
        known = {answer.question_id: answer for answer in record.answers.all()}
        return {"answers": [_row(question, known.get(question.pk)) for question in selectors.questions_for(record)]}


def _row(question: CheckQuestion, answer: Any) -> dict[str, Any]:
    return {
        "question": str(question.uuid),
        "result": answer.result if answer else "",
        "note": answer.note if answer else "",
    }


class FindingForm(VerbForm):
    title = forms.CharField(label=_("In a few words"), max_length=200)
    grade = forms.ChoiceField(label=_("Grade"), choices=states.Grade.choices, initial=states.Grade.MINOR)
    clause = forms.CharField(label=_("Clause"), required=False, max_length=20)
    requirement = text(2, label=_("Requirement"), help_text=_("What should be."))
    evidence = text(2, label=_("Evidence"), help_text=_("What was seen, where and when."))
    gap = text(2, label=_("Gap"), help_text=_("The difference, and why it matters."))
    response_due = day(label=_("Response due"), required=False, help_text=_("Left empty: in 30 days."))


class ReportForm(VerbForm):
    conclusion = text(label=_("Conclusion"), help_text=_("Is the process conform, does it perform, what is wasted?"))


class RespondForm(VerbForm):
    response = text(label=_("Response"), help_text=_("The cause, and what will be done until when."))


class ActForm(VerbForm):
    action_taken = text(label=_("What was done"))

    def initial_from(self, record: Finding) -> dict[str, Any]:
        return {"action_taken": record.action_taken}


class VerifyForm(VerbForm):
    verification = text(label=_("How was it verified?"), help_text=_("What was seen, where and when."))


class OpenCapaForm(VerbForm):
    owner = PersonField(label=_("Owner"), required=False, help_text=_("Left empty: the owner of the finding."))
    due = day(label=_("Due"), required=False, help_text=_("Left empty: in 90 days."))


class TrailForm(forms.Form):
    """The filter of the trail. Fields left empty do not narrow it."""

    record = forms.CharField(label=_("Record"), required=False, max_length=60)
    person = PersonField(label=_("By"), required=False)
    since = day(label=_("From"), required=False)
    until = day(label=_("To"), required=False)
    before = WholeField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    column = forms.CharField(label=_("Field"), required=False, max_length=60, help_text=_("Such as title or due."))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        for field in self.fields.values():
            if isinstance(field, Scoped):
                field.limit_to(user)

    def clean_record(self) -> Record | None:
        number = self.cleaned_data["record"].strip()
        if not number:
            return None
        found = visible(Record, self.user).filter(number__iexact=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no such record among those that you see."), code="no-such-record")
        return found

    @property
    def facts(self) -> dict[str, Any]:
        """What `selectors.Query` takes."""
        found = self.cleaned_data
        return {
            "record": found["record"].pk if found["record"] else None,
            "person": found["person"].pk if found["person"] else None,
            "since": found["since"],
            "until": found["until"],
            "column": found["column"].strip().lower().replace(" ", "_"),
        }


class TrailReviewForm(VerbForm):
    """Which part of the trail somebody takes in hand."""

    site = SiteField(label=_("Site"))
    since = day(label=_("From"))
    until = day(label=_("To"))


class ConcludeForm(VerbForm):
    conclusion = text(label=_("What you saw"), help_text=_("What was looked for, what stood out, what follows."))
