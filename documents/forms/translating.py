from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents import selectors
from documents.forms.drafting import LONG
from documents.forms.widgets import RichText
from documents.models import Revision, Translation
from ui.forms import RowForm, RowsField, VerbForm

LANGUAGES = (
    ("ar", "العربية"), ("bg", "Български"), ("bs", "Bosanski"), ("cs", "Čeština"), ("da", "Dansk"), ("de", "Deutsch"),
    ("el", "Ελληνικά"), ("en", "English"), ("es", "Español"), ("et", "Eesti"), ("fi", "Suomi"), ("fr", "Français"),
    ("hi", "हिन्दी"), ("hr", "Hrvatski"), ("hu", "Magyar"), ("it", "Italiano"), ("ja", "日本語"), ("ko", "한국어"),
    ("lt", "Lietuvių"), ("lv", "Latviešu"), ("nl", "Nederlands"), ("no", "Norsk"), ("pl", "Polski"),
    ("pt", "Português"), ("ro", "Română"), ("ru", "Русский"), ("sk", "Slovenčina"), ("sl", "Slovenščina"),
    ("sq", "Shqip"), ("sr", "Srpski"), ("sv", "Svenska"), ("th", "ไทย"), ("tr", "Türkçe"), ("uk", "Українська"),
    ("vi", "Tiếng Việt"), ("zh", "中文"),
)  # fmt: skip
NAMES = dict(LANGUAGES)
TEXT = {"max_length": 300, "required": False}


class StepTexts(RowForm):
    """The texts of one step in another language."""

    key = forms.CharField(max_length=32, widget=forms.HiddenInput)
    what = forms.CharField(label=_("What"), **TEXT)
    key_point = forms.CharField(label=_("Key point"), **TEXT)
    reason = forms.CharField(label=_("Reason"), **TEXT)
    tools = forms.CharField(label=_("Tools"), **TEXT)
    ppe = forms.CharField(label=_("Protective equipment"), **TEXT)


class TranslationForm(VerbForm):
    """A revision in another language."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(label=_("Text"), required=False, max_length=200_000, widget=RichText(attrs={"rows": 14}))
    reaction_plan = forms.CharField(
        label=_("When something is not as it should be"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs=LONG),
    )
    steps = RowsField(StepTexts, label=_("Steps"), required=False)
    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    checked = forms.BooleanField(
        label=_("I compared this with the text of the revision as it is now: it says the same"), required=False
    )

    def __init__(self, *args: Any, asked: str = "", **kwargs: Any) -> None:
        self.asked = asked
        super().__init__(*args, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        steps = {row["key"]: row for row in self.cleaned_data["steps"]}
        return {**super().facts, "steps": steps}

    def initial_from(self, record: Revision) -> dict[str, Any]:
        """Begins with the translation of the language that was asked for, or with the original text."""
        language = (self.asked or "")[:8]
        found = selectors.translation_of(record, language) if language in NAMES else None
        steps = selectors.steps_in(record, language, found)
        names = selectors.STEP_TEXTS
        return {
            "language": language,
            "title": found.title if found else record.title,
            "body": found.body if found else record.body,
            "reaction_plan": found.reaction_plan if found else record.reaction_plan,
            "steps": [{"key": one.step.key, **{name: getattr(one, name) for name in names}} for one in steps],
            **_marks(record, found),
        }

    def show_beside(self, record: Revision) -> None:
        """After a refusal because somebody was faster: everything typed, beside what is there now."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for name, mark in _marks(record, selectors.translation_of(record, data.get("language", "")[:8])).items():
            data[name] = mark
        data.pop("checked", None)
        self.data = data


def _marks(record: Revision, found: Translation | None) -> dict[str, str]:
    """By what the service knows whether the text and its translation are those that were shown."""
    return {"shown": selectors.text_digest(record), "seen": selectors.mark_of(found)}
