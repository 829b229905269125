"""Forms of what every record has: actions, files, remarks."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ui.forms.fields import PersonField
from ui.forms.verb import ReasonForm, VerbForm


class ActionForm(VerbForm):
    """Give somebody something to do."""

    what = forms.CharField(label=_("What"), max_length=300)
    who = PersonField(label=_("Who"))
    due = forms.DateField(label=_("Due"), widget=forms.DateInput(attrs={"type": "date"}))


class FinishForm(VerbForm):
    result = forms.CharField(label=_("What was done"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))


class CommentForm(VerbForm):
    text = forms.CharField(label=_("Comment"), max_length=5000, widget=forms.Textarea(attrs={"rows": 2}))


class FileForm(VerbForm):
    file = forms.FileField(label=_("File"), help_text=_("Up to 25 MB. It is kept unchanged, under its digest."))

    @property
    def facts(self) -> dict[str, Any]:
        file = self.cleaned_data["file"]
        return {"file": file, "name": file.name}


class MomentForm(forms.Form):
    """A moment in the past; a day alone means its end."""

    on = forms.DateField(label=_("As it was on"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean_on(self) -> datetime:
        day: date = self.cleaned_data["on"]
        try:
            return timezone.make_aware(datetime.combine(day, time.max))
        except (OverflowError, ValueError):
            raise forms.ValidationError(_("This day is too far away. Give another."), code="out-of-range") from None


class HandleForm(VerbForm):
    note = forms.CharField(
        label=_("What was found and done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ConfirmForm(VerbForm):
    """Nothing to enter."""


ACTION_FORMS: dict[str, type[VerbForm]] = {
    "finish": FinishForm,
    "verify": ConfirmForm,
    "reopen": ReasonForm,
    "withdraw": ReasonForm,
}
