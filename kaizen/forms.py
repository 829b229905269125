from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.forms import TypeField
from documents.models import Document
from documents.states import TrainingVerdict
from evidence.refusals import Refused
from kaizen.models import Goal, KaizenEvent
from kaizen.plans import CHECK_DAYS, CloseOutPlan, GainPlan, StandardPlan
from kaizen.selectors import usual_standards
from kaizen.states import CheckResult, LockName, Part
from metrics.models import Metric
from ui.forms import (
    DecimalField,
    JobRolesField,
    PersonField,
    ProcessField,
    RecordField,
    RowForm,
    RowsField,
    SiteField,
    VerbForm,
)

LONG = {"rows": 4}
REVIEW_WITHIN = timedelta(days=180)


def date_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


def text_field(label: Any, *, required: bool = True, rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=10_000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


class IdeaForm(VerbForm):
    site = SiteField(label=_("Site"))
    title = forms.CharField(label=_("In a few words"), max_length=200)
    description = text_field(_("What could be better?"))
    benefit = text_field(_("What would it bring?"), required=False, rows=2)
    process = ProcessField(label=_("Process"), required=False)


class AnswerIdeaForm(VerbForm):
    answer = text_field(_("How is it taken up?"), help_text=_("In an event, a CAPA, or by just doing it."))


class EventFacts(VerbForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    problem = text_field(_("Problem"))
    scope_in = text_field(_("In scope"), required=False, rows=2)
    scope_out = text_field(_("Out of scope"), required=False, rows=2)
    starts_on = date_field(label=_("Starts"))
    ends_on = date_field(label=_("Ends"))
    sponsor = PersonField(label=_("Sponsor"))
    line_manager = PersonField(label=_("Line manager"), help_text=_("Who implements the result and will own the gain."))
    safety_note = text_field(_("What guards safety and quality during the event?"), required=False, rows=2)
    expected_benefit = text_field(_("Expected benefit"), required=False, rows=2)


class ProposeEventForm(EventFacts):
    site = SiteField(label=_("Site"))
    process = ProcessField(label=_("Process"), required=False)
    owner = PersonField(label=_("Leader"), required=False)
    field_order = ("site", "process", "title", "problem", "scope_in", "scope_out", "starts_on", "ends_on", "owner")


class EditEventForm(EventFacts):
    def initial_from(self, record: KaizenEvent) -> dict[str, Any]:
        names = ("title", "problem", "scope_in", "scope_out", "starts_on", "ends_on", "safety_note", "expected_benefit")
        people = {"sponsor": record.sponsor.username, "line_manager": record.line_manager.username}
        return {**{name: getattr(record, name) for name in names}, **people}


class CharterFromForm(VerbForm):
    """Starts an event from a CAPA or an idea."""

    title = forms.CharField(label=_("Title"), max_length=200)
    starts_on = date_field(label=_("Starts"))
    ends_on = date_field(label=_("Ends"))
    sponsor = PersonField(label=_("Sponsor"))
    line_manager = PersonField(label=_("Line manager"))
    owner = PersonField(label=_("Leader"), required=False)

    def initial_from(self, record: Any) -> dict[str, Any]:
        return {"title": record.title}


class MemberRow(RowForm):
    person = PersonField(label=_("Person"))
    part = forms.ChoiceField(label=_("Part"), choices=Part.choices, initial=Part.MEMBER)


class TeamForm(VerbForm):
    members = RowsField(MemberRow, label=_("Team"), min_rows=1)

    def initial_from(self, record: KaizenEvent) -> dict[str, Any]:
        members = record.members.select_related("person")
        return {"members": [{"person": member.person.username, "part": member.part} for member in members]}


class GoalRow(RowForm):
    metric = RecordField(Metric, label=_("Metric"))
    baseline_start = date_field(label=_("Baseline from"))
    baseline_end = date_field(label=_("Baseline to"))
    target = DecimalField(label=_("Target"), max_digits=24, decimal_places=9)


class GoalsForm(VerbForm):
    goals = RowsField(GoalRow, label=_("Goals"), min_rows=1)

    def initial_from(self, record: KaizenEvent) -> dict[str, Any]:
        goals = record.goals.select_related("metric")
        names = ("metric", "baseline_start", "baseline_end", "target")
        return {"goals": [{name: getattr(goal, name) for name in names} for goal in goals]}


class AchievedRow(RowForm):
    metric = RecordField(Metric, label=_("Metric"))
    after_start = date_field(label=_("Improved process runs since"))
    achieved = forms.CharField(label=_("What was achieved"), max_length=300, required=False)


class ReportForm(VerbForm):
    results = text_field(_("What was changed?"))
    expected = text_field(_("What did we expect?"), rows=2)
    happened = text_field(_("What happened, and why?"), rows=2)
    next_time = text_field(_("What do we do next time?"), rows=2)
    achieved = RowsField(AchievedRow, label=_("Result for each goal"), min_rows=1)

    def initial_from(self, record: KaizenEvent) -> dict[str, Any]:
        return {"achieved": [{"metric": goal.metric} for goal in record.goals.select_related("metric")]}


class StandardRow(RowForm):
    metric = RecordField(Metric, label=_("For the gain in"))
    document = RecordField(Document, label=_("Document to revise"), required=False)
    title = forms.CharField(label=_("Or the title of a new one"), max_length=200, required=False)
    type = TypeField(label=_("Its type"), required=False)
    change_summary = text_field(_("What changes in the standard?"), rows=2, required=False)
    body = text_field(_("New text"), rows=3, required=False, help_text=_("Left empty: the text as it is."))
    training = forms.ChoiceField(
        label=_("Training"), choices=TrainingVerdict.choices, initial=TrainingVerdict.READ, required=False
    )
    job_roles = JobRolesField(label=_("Who must know it"), required=False)


class GainRow(RowForm):
    metric = RecordField(Metric, label=_("Metric"))
    title = forms.CharField(label=_("The gain in one line"), max_length=200)
    after_start = date_field(label=_("Improved process runs since"), required=False)
    benefit_a_year = DecimalField(
        label=_("Benefit a year"), max_digits=14, decimal_places=2, min_value=0, required=False
    )
    control_plan = RecordField(Document, label=_("Control plan"), required=False)
    characteristic = forms.CharField(label=_("Characteristic"), max_length=160, required=False)
    specification = forms.CharField(label=_("Specification"), max_length=160, required=False)
    sample_size = forms.CharField(label=_("Sample"), max_length=40, required=False)
    frequency = forms.CharField(label=_("Frequency"), max_length=60, required=False)
    control_method = forms.CharField(label=_("Control method"), max_length=160, required=False)
    reaction_plan = text_field(_("Reaction plan"), required=False, rows=2)
    questions = text_field(
        _("Questions for the layered audits"), required=False, rows=3, help_text=_("One on each line.")
    )
    check_days = forms.CharField(label=_("Check after days"), max_length=60, required=False)
    review_due = date_field(label=_("Management reviews it by"), required=False)
    waive_documented = text_field(_("Without a standard, because"), required=False, rows=1)
    waive_trained = text_field(_("Without training, because"), required=False, rows=1)
    waive_watched = text_field(_("Without a watch, because"), required=False, rows=1)
    waive_reviewed = text_field(_("Without a review, because"), required=False, rows=1)

    def clean_check_days(self) -> Sequence[int]:
        words = self.cleaned_data["check_days"].replace(",", " ").split()
        if not all(word.isascii() and word.isdigit() and 0 < int(word[:5]) <= 3650 for word in words):
            raise forms.ValidationError(_("Give whole numbers of days, such as 30, 60, 90, 180, 365."))
        return [int(word) for word in words] or CHECK_DAYS


class CloseOutForm(VerbForm):
    """The close-out plan: a row for each goal, and the standards that carry the gains."""

    gains = RowsField(GainRow, label=_("Gains"), min_rows=1)
    standards = RowsField(StandardRow, label=_("Standards"), required=False)

    def initial_from(self, record: KaizenEvent) -> dict[str, Any]:
        goals = list(record.goals.select_related("metric"))
        standards: list[Any] = list(usual_standards(record)[:1]) or [None]
        return {
            "gains": [_gain_row(goal) for goal in goals],
            "standards": [{"metric": goal.metric, "document": standards[0]} for goal in goals],
        }

    @property
    def facts(self) -> dict[str, Any]:
        goals = {goal.metric_id: goal for goal in self.record.goals.select_related("metric")}
        rows = self.cleaned_data["gains"]
        _check_metrics(self.cleaned_data["standards"], rows)
        return {"plan": CloseOutPlan([_gain_plan(row, goals, self.cleaned_data["standards"]) for row in rows])}


def _check_metrics(standards: list[dict[str, Any]], gains: list[dict[str, Any]]) -> None:
    """A standard for a metric that is in no row would be forgotten silently."""
    planned = {row["metric"].pk for row in gains}
    for row in standards:
        if row["metric"].pk not in planned:
            raise Refused(
                _("%(metric)s has a standard but is not among the gains.") % {"metric": row["metric"].title},
                code="foreign-metric",
            )


def _gain_row(goal: Goal) -> dict[str, Any]:
    return {
        "metric": goal.metric,
        "title": goal.achieved or goal.metric.title,
        "after_start": goal.after_start,
        "characteristic": goal.metric.title,
        "check_days": ", ".join(map(str, CHECK_DAYS)),
        "review_due": timezone.localdate() + REVIEW_WITHIN,
    }


def _gain_plan(row: dict[str, Any], goals: dict[int, Goal], standards: list[dict[str, Any]]) -> GainPlan:
    goal = goals.get(row["metric"].pk)
    if goal is None:
        raise Refused(
            _("%(metric)s is no goal of this event.") % {"metric": row["metric"].title}, code="foreign-metric"
        )
    control_row = {
        "characteristic": row["characteristic"] or goal.metric.title,
        "specification": row["specification"],
        "sample_size": row["sample_size"],
        "frequency": row["frequency"],
        "method": row["control_method"],
        "reaction_plan": row["reaction_plan"],
    }
    return GainPlan(
        goal=goal,
        title=row["title"],
        standards=[_standard_plan(one) for one in standards if one["metric"].pk == goal.metric_id],
        after_start=row["after_start"],
        control_plan=row["control_plan"],
        control_row=control_row,
        check_days=row["check_days"],
        questions=row["questions"].splitlines(),
        review_due=row["review_due"],
        benefit_a_year=row["benefit_a_year"],
        waivers={str(lock): row[f"waive_{lock}"] for lock in LockName if row.get(f"waive_{lock}", "").strip()},
    )


def _standard_plan(row: dict[str, Any]) -> StandardPlan:
    return StandardPlan(
        change_summary=row["change_summary"],
        document=row["document"],
        title=row["title"],
        type=row["type"],
        body=row["body"] or None,
        training=row["training"] or TrainingVerdict.READ,
        job_roles=list(row["job_roles"]),
    )


class AnswerCheckForm(VerbForm):
    result = forms.ChoiceField(label=_("Result"), choices=CheckResult.choices)
    note = text_field(_("What was seen"))
