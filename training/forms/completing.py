"""How an assignment is completed: the assessor's checklist."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from records.states import Meaning
from training import selectors, services
from training.forms.fields import day
from training.models import Assignment
from ui.forms import ReasonForm, VerbForm
from ui.signing import FIELDS, Dialog
from ui.verbs import Verb

MOST_COUNTED = 9999


class AssessForm(VerbForm):
    note = forms.CharField(label=_("What was shown"), required=False, max_length=1000)


class WaiveForm(ReasonForm):
    until = day(
        label=_("Until"),
        required=False,
        help_text=_("The last day of the waiver; then it is assigned again. Empty: for good."),
    )


PRACTISE = Verb("assess", services.assess, VerbForm)


class PracticalForm(VerbForm):
    """The checklist of one assignment: each item yes or no, with a remark and a count. Passing it is signed.

    Not passing needs no signature: it says what to practise.
    """

    result = forms.ChoiceField(choices=[("passed", _("Passed")), ("failed", _("Not yet"))])
    note = forms.CharField(
        label=_("What was shown, or what to practise"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def prepare(self) -> None:
        self.items = selectors.checklist_of(self.record)
        for item in self.items:
            self.fields[f"shown-{item['key']}"] = forms.ChoiceField(
                choices=[("yes", _("Yes")), ("no", _("No"))], required=False
            )
            self.fields[f"note-{item['key']}"] = forms.CharField(required=False, max_length=300)
            self.fields[f"count-{item['key']}"] = forms.IntegerField(
                required=False, min_value=0, max_value=MOST_COUNTED
            )
        if self.is_failing:
            for name in FIELDS:
                self.fields[name].required = False

    @property
    def is_failing(self) -> bool:
        return bool(self.data.get("result") == "failed")

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The items with what was entered so far."""
        given = {name: self.data.get(name, "") for name in self.fields}
        return [
            {**item, "shown": given[f"shown-{item['key']}"], "note": given[f"note-{item['key']}"],
             "count": given[f"count-{item['key']}"]}
            for item in self.items
        ]  # fmt: skip

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        given = self.cleaned_data
        said = {"yes": True, "no": False}
        answers = {
            item["key"]: {
                "shown": said.get(given[f"shown-{item['key']}"]),
                "note": given[f"note-{item['key']}"],
                "count": given[f"count-{item['key']}"],
            }
            for item in self.items
        }
        return {"answers": answers, "reason" if self.is_failing else "note": given["note"]}

    def judge(self, *, by: Any, **more: Any) -> bool:
        """Pass or fail the person, as was pressed."""
        service = services.fail if self.is_failing else services.assess
        return self.attempt(service, self.record, by=by, **more)

    def _call(self, service: Any, *subject: Any, **facts: Any) -> Any:
        return service(*subject, **facts) if self.is_failing else super()._call(service, *subject, **facts)


def practical_form(assignment: Assignment, request: HttpRequest, user: Any, dialog: Dialog) -> PracticalForm:
    """The checklist as it is asked for or sent, with the challenge of its signature."""
    sent = request.POST if request.method == "POST" else None
    if sent is None:
        dialog = dialog.shown(assignment, by=user, meaning=Meaning.VERIFIED)
    return PracticalForm(sent, record=assignment, user=user, verb=PRACTISE, dialog=dialog)
