"""How authors write questions, rules of quizzes, and items of practical assessments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.selectors import newest_in_force, revision_on_its_way
from training import selectors
from training.models import Question
from training.states import QuestionKind
from ui.forms import RowForm, RowsField, VerbForm, WholeField


class OptionRow(RowForm):
    text = forms.CharField(label=_("Answer"), max_length=200)
    is_right = forms.BooleanField(label=_("Right"), required=False)


class TranslationRow(RowForm):
    language = forms.CharField(label=_("Language"), max_length=8)
    text = forms.CharField(label=_("Question"), max_length=300)
    options = forms.CharField(
        label=_("Answers, one a line"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    explanation = forms.CharField(label=_("Explanation"), max_length=300, required=False)


class QuestionForm(VerbForm):
    """`record` is the document, or the question that is said otherwise."""

    step_key = forms.CharField(label=_("About the step"), required=False, max_length=32, widget=forms.Select)
    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind.choices)
    text = forms.CharField(label=_("Question"), max_length=300)
    options = RowsField(OptionRow, label=_("Answers"))
    explanation = forms.CharField(
        label=_("Explanation"), required=False, max_length=300, help_text=_("Shown after the answer: why it is so.")
    )
    translations = RowsField(TranslationRow, label=_("In other languages"), required=False)

    def prepare(self) -> None:
        document = getattr(self.record, "document", self.record)
        newest = (newest_in_force(document) or revision_on_its_way(document)) if document else None
        steps = [(step.key, f"{step.position}. {step.what}") for step in newest.steps.all()] if newest else []
        known = {key for key, _label in steps}
        before = getattr(self.record, "step_key", "")
        gone = [(before, _("a step that is gone"))] if before and before not in known else []
        self.fields["step_key"].widget.choices = [("", _("The standard as a whole")), *steps, *gone]  # type: ignore[attr-defined]

    def initial_from(self, record: Any) -> dict[str, Any]:
        if not isinstance(record, Question):
            return {}
        said = {name: getattr(record, name) for name in ("step_key", "kind", "text", "options", "explanation")}
        return {**said, "translations": [_row(code, texts) for code, texts in record.translations.items()]}

    @property
    def facts(self) -> dict[str, Any]:
        given = super().facts
        rows = given.pop("translations") or []
        return {**given, "translations": {row["language"]: _texts(row) for row in rows}}


def _row(language: str, texts: dict[str, Any]) -> dict[str, Any]:
    lines = "\n".join(texts.get("options") or [])
    return {"language": language, "text": texts.get("text"), "options": lines, "explanation": texts.get("explanation")}


def _texts(row: dict[str, Any]) -> dict[str, Any]:
    lines = [line.strip() for line in (row.get("options") or "").splitlines() if line.strip()]
    return {"text": row["text"], "explanation": row.get("explanation") or "", **({"options": lines} if lines else {})}


class RuleForm(VerbForm):
    pass_mark = WholeField(label=_("Pass mark, %"), min_value=1, max_value=100)
    questions = WholeField(label=_("Questions at once"), min_value=1, max_value=10)
    tries = WholeField(label=_("Tries, before one waits"), min_value=1, max_value=20)

    def initial_from(self, record: Any) -> dict[str, Any]:
        rule = selectors.rule_of(record)
        return {"pass_mark": rule.pass_mark, "questions": rule.questions, "tries": rule.tries}


class ItemForm(VerbForm):
    text = forms.CharField(label=_("What the person shows"), max_length=300)
