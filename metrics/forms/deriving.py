"""How a derived metric is made of others."""

import json
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evidence.refusals import Refused
from metrics import selectors
from metrics.formulas import LONGEST, MOST_PERIODS, Declared, Input, tidied
from metrics.models import Metric
from metrics.states import FormulaKind, Take
from ui.forms import DecimalField, RecordField, RowForm, RowsField, VerbForm, WholeField

NUMBER = {"max_digits": 24, "decimal_places": 9}
OF_A_FORMULA = ("formula", "inputs", "factor", "over", "expression")
ALWAYS = ["inputs", "over"]
SHOWS = {
    kind: [*ALWAYS, *more]
    for kind, more in {
        FormulaKind.RATIO: ["factor"],
        FormulaKind.SUM: ["factor", "inputs.weight"],
        FormulaKind.DIFFERENCE: ["factor"],
        FormulaKind.PRODUCT: ["factor"],
        FormulaKind.ROLLING: ["factor"],
        FormulaKind.EXPRESSION: ["expression", "inputs.name"],
    }.items()
}
SHOWN_BY_KIND = json.dumps(SHOWS)


class InputRow(RowForm):
    metric = RecordField(Metric, label=_("Metric"))
    take = forms.ChoiceField(label=_("What of it"), choices=Take.choices, initial=Take.SUM, required=False)
    weight = DecimalField(label=_("Weight"), required=False, **NUMBER)
    name = forms.CharField(label=_("Name"), max_length=20, required=False)


class FormulaForm(VerbForm):
    """The fields of a formula. The service takes them together, as `formula`."""

    formula = forms.ChoiceField(
        label=_("Formula"),
        choices=FormulaKind.choices,
        widget=forms.Select(attrs={"data-shows": SHOWN_BY_KIND}),
    )
    inputs = RowsField(
        InputRow,
        label=_("Worked out from"),
        required=False,
        extra=2,
        help_text=_("Metrics of the same site, reported as often or more often. Of each, all values of the period."),
    )
    expression = forms.CharField(
        label=_("Expression"),
        max_length=LONGEST,
        required=False,
        help_text=_(
            "Names of the inputs, numbers, + - * / and parentheses: availability * performance * quality / 10000"
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}),
    )
    factor = DecimalField(
        label=_("Times"), required=False, help_text=_("100 makes a share a percentage. Empty for 1."), **NUMBER
    )
    over = WholeField(
        label=_("Over periods"),
        required=False,
        min_value=1,
        max_value=MOST_PERIODS,
        help_text=_("How many periods the inputs are gathered over, the own one included. Empty for 1."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.declared: Declared | None = None
        if not self.errors and data.get("formula"):
            self._declare(data)
        return data

    def _declare(self, data: dict[str, Any]) -> None:
        inputs = tuple(
            Input(row["metric"], row["name"], row["take"] or Take.SUM, _or_one(row["weight"])) for row in data["inputs"]
        )
        declared = Declared(
            data["formula"], inputs, _or_one(data["factor"]), data["over"] or 1, data["expression"].strip()
        )
        try:
            self.declared = tidied(declared)
        except Refused as refusal:
            self.add_error("formula", forms.ValidationError(refusal.message, code=refusal.code))

    @property
    def facts(self) -> dict[str, Any]:
        found = {name: value for name, value in super().facts.items() if name not in OF_A_FORMULA}
        return {**found, "formula": self.declared}


def _or_one(given: Decimal | None) -> Decimal:
    return Decimal(1) if given is None else given


class ChangeFormulaForm(FormulaForm):
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def initial_from(self, record: Metric) -> dict[str, Any]:
        standing = selectors.formula_in_force(record)
        if standing is None:
            return {}
        of_sum, named = standing.kind == FormulaKind.SUM, standing.kind == FormulaKind.EXPRESSION
        inputs = [
            {
                "metric": one.metric,
                "take": one.take,
                "weight": one.weight.normalize() if of_sum and one.weight != 1 else None,
                "name": one.name if named else "",
            }
            for one in standing.inputs.all()
        ]
        factor = None if standing.factor == 1 else format(standing.factor.normalize(), "f")
        over = None if standing.over == 1 else standing.over
        shown = {"formula": standing.kind, "expression": standing.expression, "factor": factor, "over": over}
        return {**shown, "inputs": inputs}
