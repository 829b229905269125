"""What is asked of comparisons and Pareto charts, by the address of the page."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.counted import Countable, countable, countables
from metrics.selectors.paretos import Question, Window
from ui.forms import SiteField
from ui.forms.fields import Scoped

HALF_A_YEAR = timedelta(days=182)
LONGEST = 3660
YEARS = range(1970, 3000)
DAY = {"type": "date"}


class AskedForm(forms.Form):
    """Fields that choose among things offer only what the user sees."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, Scoped):
                field.limit_to(user)


class ComparisonForm(AskedForm):
    measure = forms.ChoiceField(label=_("Measure"))
    site = SiteField(label=_("Site"), required=False)
    shift = forms.CharField(label=_("Shift"), max_length=20, required=False)

    def __init__(self, *args: Any, measures: Sequence[tuple[str, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = [(name, f"{name} ({n})") for name, n in measures]  # type: ignore[attr-defined]


class ParetoForm(AskedForm):
    """Without anything asked: the first thing that can be counted, in the last half year, beside the one before."""

    of = forms.ChoiceField(label=_("What"))
    by = forms.CharField(label=_("By"), max_length=30, required=False, widget=forms.Select)
    amount = forms.CharField(label=_("How much"), max_length=30, required=False, widget=forms.Select)
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs=DAY))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs=DAY))
    before_first = forms.DateField(label=_("Before: from"), required=False, widget=forms.DateInput(attrs=DAY))
    before_last = forms.DateField(label=_("Before: to"), required=False, widget=forms.DateInput(attrs=DAY))
    site = SiteField(label=_("Site"), required=False)
    category = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["of"].choices = [(one.slug, one.title) for one in countables()]  # type: ignore[attr-defined]
        of = self.countable
        widgets: Any = self.fields
        widgets["by"].widget.choices = [(slug, title) for slug, (title, _path) in of.by.items()]
        rows = [("", _("how many"))] if of.is_counted else []
        widgets["amount"].widget.choices = [*rows, *((slug, title) for slug, (title, _path) in of.amounts.items())]

    @property
    def countable(self) -> Countable:
        return countable(str(self.data.get("of", ""))) or countables()[0]

    @property
    def chosen(self) -> str:
        return str(self.cleaned_data.get("category", "")) if self.is_bound else ""

    @property
    def amount_label(self) -> Any:
        chosen = self.question().amount
        return self.countable.amounts[chosen][0] if chosen else _("how many")

    def clean_by(self) -> str:
        return self._one_of(self.cleaned_data["by"], self.countable.by)

    def clean_amount(self) -> str:
        return self._one_of(
            self.cleaned_data["amount"], {**({"": 0} if self.countable.is_counted else {}), **self.countable.amounts}
        )

    def _one_of(self, given: str, known: Any) -> str:
        """What was chosen; nothing, or what belongs to another thing that is counted, is the first of this one."""
        return given if given in known else next(iter(known))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("first", "last", "before_first", "before_last"):
            if data.get(name) and data[name].year not in YEARS:
                self.add_error(name, _("Give a day between 1970 and 2999."))
        for first, last in (("first", "last"), ("before_first", "before_last")):
            begin, end = data.get(first), data.get(last)
            if begin and end and begin > end:
                self.add_error(last, _("The end lies before the beginning."))
            if begin and end and (end - begin).days > LONGEST:
                self.add_error(last, _("Ask for ten years at most."))
        return data

    def question(self) -> Question:
        """What is asked, with what was left out filled in."""
        data = self.cleaned_data if self.is_bound else {}
        of = self.countable
        last = data.get("last") or max(self.today, data.get("first") or self.today)
        window = Window(data.get("first") or last - HALF_A_YEAR, last)
        before = window.just_before()
        if data.get("before_first") and data.get("before_last"):
            before = Window(data["before_first"], data["before_last"])
        return Question(
            of=of,
            by=data.get("by") or next(iter(of.by)),
            amount=data.get("amount") or ("" if of.is_counted else next(iter(of.amounts))),
            window=window,
            before=before,
            site=data.get("site"),
            per_month=before.days != window.days,
        )
