from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from metrics import selectors
from metrics.fmea import HIGHEST, LOWEST
from metrics.models import ControlPlan, ControlPlanRow, FailureMode, Gauge, Metric
from metrics.states import About, ControlMethod, PlanPhase
from records.models import Record
from ui.forms import JobRoleField, RecordField, VerbForm, WholeField

NONE = ("", "—")


class PlanForm(VerbForm):
    """The head of a control plan (8.5.1)."""

    phase = forms.ChoiceField(label=_("Phase"), choices=PlanPhase.choices, initial=PlanPhase.PRODUCTION)
    part = forms.CharField(label=_("Part or product"), max_length=160, required=False)
    part_number = forms.CharField(label=_("Part number"), max_length=60, required=False)
    customer = forms.CharField(label=_("Customer"), max_length=120, required=False)
    team = forms.CharField(label=_("Team"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    begun_on = forms.DateField(label=_("First issued"), required=False)

    def initial_from(self, record: Any) -> dict[str, Any]:
        head = selectors.head_of(record)
        return {name: getattr(head, name) for name in ControlPlan.FIELDS} if head else {}


class OnAStep(VerbForm):
    """The part of a plan that stands on a step of a standard: named by the step's number, kept by its key."""

    operation = forms.CharField(label=_("Operation"), max_length=120, required=False)
    standard = RecordField(Document, label=_("Standard"), required=False)
    step = forms.CharField(
        label=_("Step"), max_length=32, required=False, help_text=_("Its number in that standard, such as 3")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        standard, name = data.get("standard"), data.get("step", "").strip()
        step = selectors.step_named(standard, name) if standard and name else None
        if name and step is None:
            words = _("This standard has no such step.") if standard else _("Name the standard, too.")
            self.add_error("step", words)
        data["step_key"] = step.key if step else ""
        return data

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in super().facts.items() if name != "step"}


def step_no(held: ControlPlanRow | FailureMode) -> str:
    """The number of its step, to begin a form with; nothing when the standard no longer has it."""
    step = selectors.step_named(held.standard, held.step_key) if held.standard and held.step_key else None
    return str(step.position) if step else ""


class RowForm(OnAStep):
    """A row of a control plan (8.5.1)."""

    characteristic = forms.CharField(label=_("Characteristic"), max_length=160)
    about = forms.ChoiceField(label=_("Characteristic of"), choices=[NONE, *About.choices], required=False)
    characteristic_no = forms.CharField(label=_("Characteristic no."), max_length=20, required=False)
    special = forms.CharField(label=_("Class"), max_length=10, required=False)
    process_no = forms.CharField(label=_("Process no."), max_length=20, required=False)
    equipment = forms.CharField(label=_("Machine or tool"), max_length=120, required=False)
    specification = forms.CharField(label=_("Specification, tolerance"), max_length=160, required=False)
    instrument = RecordField(Gauge, label=_("Gauge"), required=False)
    gauge = forms.CharField(
        label=_("How it is measured"),
        max_length=160,
        required=False,
        help_text=_("Where no gauge of the register is used"),
    )
    sample_size = forms.CharField(label=_("Sample"), max_length=40, required=False)
    frequency = forms.CharField(label=_("Frequency"), max_length=60, required=False)
    control = forms.ChoiceField(label=_("Sort of control"), choices=[NONE, *ControlMethod.choices], required=False)
    method = forms.CharField(label=_("Control method"), max_length=160, required=False)
    metric = RecordField(Metric, label=_("Metric"), required=False)
    reaction_plan = forms.CharField(label=_("Reaction plan"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    reaction_document = RecordField(Document, label=_("Document of the reaction"), required=False)
    reaction_role = JobRoleField(label=_("Who reacts"), required=False)
    position = WholeField(label=_("Place in the plan"), min_value=1, max_value=9999, required=False)

    field_order = ("version", "process_no", "operation", "standard", "step", "equipment")


class EditRowForm(RowForm):
    """Begins with what the row says."""

    def initial_from(self, record: ControlPlanRow) -> dict[str, Any]:
        names = (*ControlPlanRow.FIELDS, *ControlPlanRow.LATER, "position")
        said = {name.removesuffix("_id"): getattr(record, name.removesuffix("_id")) for name in names}
        return {**said, "step": step_no(record)}


class Score(WholeField):
    """A score of the FMEA."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=LOWEST, max_value=HIGHEST, **kwargs)


class FailureForm(OnAStep):
    """A failure mode (6.1.2, FMEA)."""

    mode = forms.CharField(label=_("Failure mode"), max_length=200)
    effect = forms.CharField(label=_("Effect"), max_length=200)
    severity = Score(label=_("Severity"), help_text=_("1 harmless … 10 dangerous without warning"))
    cause = forms.CharField(label=_("Cause"), max_length=200)
    occurrence = Score(label=_("Occurrence"), help_text=_("1 never … 10 all the time"))
    control = forms.CharField(label=_("Control today"), max_length=200, required=False)
    detection = Score(label=_("Detection"), help_text=_("1 always caught … 10 never caught"))
    row = forms.CharField(
        label=_("Row of the control plan"), max_length=32, required=False, help_text=_("The number of its row")
    )
    action = forms.CharField(label=_("Action"), max_length=300, required=False)
    answer = RecordField(
        Record, label=_("Answered by"), required=False, help_text=_("A CAPA, a kaizen event or another record")
    )
    position = WholeField(label=_("Place in the plan"), min_value=1, max_value=9999, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        name = data.get("row", "").strip()
        rows = selectors.rows_of(self.revision) if name else ()
        row = next((one for one in rows if name in (one.key, str(one.position))), None)
        if name and row is None:
            self.add_error("row", _("There is no such row in this control plan."))
        data["row_key"] = row.key if row else ""
        return data

    @property
    def revision(self) -> Any:
        return self.record

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in super().facts.items() if name != "row"}


class EditFailureForm(FailureForm):
    """Begins with what it says. What it was scored after an action stays."""

    AFTER = frozenset({"severity_after", "occurrence_after", "detection_after", "evidence", "scored_again_on"})

    @property
    def revision(self) -> Any:
        return self.record.revision

    def initial_from(self, record: FailureMode) -> dict[str, Any]:
        names = {name.removesuffix("_id") for name in FailureMode.FIELDS} - self.AFTER
        said = {name: getattr(record, name) for name in (*names, "position")}
        row = next((one for one in selectors.rows_of(record.revision) if one.key == record.row_key), None)
        return {**said, "step": step_no(record), "row": str(row.position) if row else ""}


class ScoreAgainForm(VerbForm):
    severity = Score(label=_("Severity"))
    occurrence = Score(label=_("Occurrence"))
    detection = Score(label=_("Detection"))
    evidence_found = forms.CharField(
        label=_("Evidence"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("How you know that the action works: a trial, a study, weeks without the failure."),
    )

    def initial_from(self, record: FailureMode) -> dict[str, Any]:
        after = record.score_after or record.score
        return {"severity": after.severity, "occurrence": after.occurrence, "detection": after.detection}
