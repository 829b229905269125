from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from capa import states
from capa.models import Capa, Cause, Nonconformity
from documents.models import Document
from metrics import selectors as metrics
from metrics.models import Metric, Watch
from records.models import Record
from records.selectors import visible
from training.models import Course, Skill
from training.states import Level, Method
from ui.forms import DecimalField, JobRoleField, PersonField, ProcessField, RecordField, SiteField, VerbForm, WholeField
from ui.forms.fields import Scoped

YES_OR_NO = (("", "—"), ("yes", _("Yes")), ("no", _("No")))


def day(**kwargs: Any) -> forms.DateField:
    """A date, entered with the browser's calendar."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


def text(rows: int = 3, **kwargs: Any) -> forms.CharField:
    """A paragraph."""
    return forms.CharField(max_length=10_000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class YesNoField(forms.NullBooleanField):
    """A question that must be answered: leaving it open is not "no"."""

    widget = forms.Select(choices=YES_OR_NO)
    default_error_messages = {"required": _("Answer yes or no.")}

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)

    def to_python(self, value: Any) -> Any:
        return {"yes": True, "no": False, "true": True, "false": False}.get(str(value).lower())

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")


class CauseField(forms.ModelChoiceField):
    """A cause of the record at hand, by its uuid; the form gives the choices."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Cause.objects.none(), to_field_name="uuid", **kwargs)


class WatchField(Scoped, forms.ModelChoiceField):
    """A watch of a metric that the user sees, by its uuid."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Watch.objects.none(), to_field_name="uuid", **kwargs)

    def limit_to(self, user: Any) -> None:
        self.queryset = metrics.watches().filter(metric__in=visible(Metric, user).values("pk"))

    def label_from_instance(self, instance: Watch) -> str:
        return f"{instance.metric} ({instance.protects.number})"


class NonconformityFacts(VerbForm):
    title = forms.CharField(label=_("In a few words"), max_length=200)
    source = forms.ChoiceField(
        label=_("Source"), choices=states.Source.choices, initial=states.Source.INTERNAL, required=False
    )
    description = text(label=_("What happened"))
    detected_on = day(label=_("Detected on"))
    severity = forms.ChoiceField(
        label=_("Severity"), choices=states.Severity.choices, initial=states.Severity.MINOR, required=False
    )
    process = ProcessField(label=_("Process"), required=False)
    requirement = forms.CharField(label=_("Requirement not met"), required=False, max_length=300)
    product = forms.CharField(label=_("Product"), required=False, max_length=120)
    lot = forms.CharField(label=_("Lot"), required=False, max_length=80)
    quantity = WholeField(label=_("Quantity"), required=False, min_value=0, max_value=2_000_000_000)
    customer = forms.CharField(
        label=_("Customer"), required=False, max_length=120, help_text=_("A complaint names its customer.")
    )
    reply_due = day(label=_("Reply due"), required=False)

    def clean_source(self) -> str:
        return self.cleaned_data["source"] or states.Source.INTERNAL

    def clean_severity(self) -> str:
        return self.cleaned_data["severity"] or states.Severity.MINOR

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        if facts.get("source") == states.Source.COMPLAINT and not facts.get("customer"):
            self.add_error("customer", _("Name the customer who complains."))
        return facts


class NonconformityForm(NonconformityFacts):
    site = SiteField(label=_("Site"))
    owner = PersonField(label=_("Owner"), required=False, help_text=_("Left empty: who owns the process, else you."))
    field_order = ("site", "source", "title", "description", "detected_on", "severity", "process", "owner")


class EditNonconformityForm(NonconformityFacts):
    owner = PersonField(label=_("Owner"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=2000)
    field_order = ("title", "source", "description", "detected_on", "severity", "process", "owner")

    def initial_from(self, record: Nonconformity) -> dict[str, Any]:
        names = (
            "title", "source", "description", "detected_on", "severity", "process", "requirement", "product", "lot",
            "quantity", "customer", "reply_due",
        )  # fmt: skip
        return {**{name: getattr(record, name) for name in names}, "owner": record.owner.username}


class ContainNonconformityForm(VerbForm):
    containment = text(label=_("What was blocked, sorted or stopped?"))


class EvaluateForm(VerbForm):
    evaluation = text(label=_("How bad is it, how often, why does it matter?"))
    needs_capa = YesNoField(
        label=_("Must the cause be removed?"), help_text=_("Yes: it cannot be closed without a CAPA.")
    )


class DisposeForm(VerbForm):
    disposition = forms.ChoiceField(label=_("Disposition"), choices=[("", "—"), *states.Disposition.choices])
    disposition_note = text(label=_("Why, and by whose authority?"))
    cost = DecimalField(label=_("Cost"), required=False, min_value=0, max_digits=12, decimal_places=2)


class ReplyForm(VerbForm):
    replied_on = day(label=_("Customer answered on"))


class OpenFromForm(VerbForm):
    owner = PersonField(label=_("Owner"), required=False, help_text=_("Left empty: the owner of this record."))
    due = day(label=_("Due"), required=False, help_text=_("Left empty: in 90 days."))


class EscalateForm(OpenFromForm):
    problem = text(label=_("Problem"), required=False, help_text=_("Left empty: what the signal says."))
    field_order = ("problem",)


class OpenCapaForm(VerbForm):
    site = SiteField(label=_("Site"))
    title = forms.CharField(label=_("In a few words"), max_length=200)
    problem = text(label=_("Problem"), help_text=_("What, where, since when, how much, and what it should be."))
    process = ProcessField(label=_("Process"), required=False)
    owner = PersonField(label=_("Owner"), required=False, help_text=_("Left empty: who owns the process, else you."))
    due = day(label=_("Due"), required=False, help_text=_("Left empty: in 90 days."))
    origin = RecordField(Record, label=_("Came from"), required=False, help_text=_("The number of a record."))


class EditCapaForm(VerbForm):
    title = forms.CharField(label=_("In a few words"), max_length=200)
    problem = text(label=_("Problem"))
    process = ProcessField(label=_("Process"), required=False)
    owner = PersonField(label=_("Owner"))
    due = day(label=_("Due"))
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, help_text=_("Needed when the due date moves.")
    )

    def initial_from(self, record: Capa) -> dict[str, Any]:
        names = ("title", "problem", "process", "due")
        return {**{name: getattr(record, name) for name in names}, "owner": record.owner.username}


class ContainForm(VerbForm):
    correction = text(label=_("Correction"), help_text=_("What was put right at once?"))
    containment = text(label=_("Containment"), help_text=_("What protects the next customer until the cause is gone?"))
    consequences = text(label=_("Consequences dealt with"), required=False)

    def initial_from(self, record: Capa) -> dict[str, Any]:
        return {name: getattr(record, name) for name in ("correction", "containment", "consequences")}


class CauseForm(VerbForm):
    parent = CauseField(label=_("Why did this happen?"), required=False, empty_label=_("Begin a new chain of whys"))
    leg = forms.ChoiceField(
        label=_("Question"), choices=states.Leg.choices, initial=states.Leg.MADE, required=False,
        help_text=_("A deeper why keeps the question of the one above it."),
    )  # fmt: skip
    statement = forms.CharField(label=_("Because …"), max_length=300)
    bone = forms.ChoiceField(label=_("Bone"), choices=[("", "—"), *states.Bone.choices], required=False)
    verdict = forms.ChoiceField(
        label=_("Verdict"), choices=states.CauseState.choices, initial=states.CauseState.HYPOTHESIS, required=False
    )
    proof = forms.CharField(label=_("Evidence"), required=False, max_length=500)
    is_root = forms.BooleanField(label=_("This is a root cause"), required=False)

    def prepare(self) -> None:
        if self.record is not None:
            self.fields["parent"].queryset = self.record.causes.all()  # type: ignore[attr-defined]

    def clean_leg(self) -> str:
        return self.cleaned_data["leg"] or states.Leg.MADE

    def clean_verdict(self) -> str:
        return self.cleaned_data["verdict"] or states.CauseState.HYPOTHESIS


class JudgeCauseForm(VerbForm):
    cause = CauseField(label=_("Cause"))
    verdict = forms.ChoiceField(label=_("Verdict"), choices=states.CauseState.choices)
    proof = forms.CharField(label=_("Evidence"), max_length=500)
    is_root = forms.BooleanField(label=_("This is a root cause"), required=False)

    def prepare(self) -> None:
        if self.record is not None:
            self.fields["cause"].queryset = self.record.causes.all()  # type: ignore[attr-defined]


class PlanActionForm(VerbForm):
    topic = forms.ChoiceField(label=_("Kind"), choices=states.Topic.choices, initial=states.Topic.CORRECTIVE)
    what = forms.CharField(label=_("What"), max_length=300)
    who = PersonField(label=_("Who"))
    due = day(label=_("Due"))


class PlanForm(VerbForm):
    read_across = text(
        label=_("Where else could it happen?"), help_text=_("Products, machines, sites that share the cause.")
    )

    def initial_from(self, record: Capa) -> dict[str, Any]:
        return {"read_across": record.read_across}


class CompleteForm(VerbForm):
    risks_changed = YesNoField(label=_("Have risks or opportunities changed?"))
    risks_note = forms.CharField(label=_("Which"), required=False, max_length=2000)
    qms_changed = YesNoField(label=_("Must the management system change?"))
    qms_note = forms.CharField(label=_("Which part of it"), required=False, max_length=2000)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        for name in ("risks", "qms"):
            if facts.get(f"{name}_changed") and not facts.get(f"{name}_note"):
                self.add_error(f"{name}_note", _("Say what changed."))
        return facts


class StartCheckForm(VerbForm):
    criterion = forms.CharField(
        label=_("How will we know that it worked?"), max_length=300, help_text=_("What must be seen, and for how long.")
    )
    due = day(label=_("Decided by"))
    least_values = WholeField(
        label=_("New values needed"), required=False, min_value=3, max_value=500, initial=8,
        help_text=_("Where a watch judges: so many values before it says anything."),
    )  # fmt: skip
    watch = WatchField(label=_("Watch that judges"), required=False, empty_label=_("None: a person judges"))

    def prepare(self) -> None:
        if self.record is not None and self.record.watch_id:
            del self.fields["watch"]

    def clean_least_values(self) -> int:
        return self.cleaned_data["least_values"] or 8


class CloseForm(VerbForm):
    conclusion = text(
        label=_("How was it seen that it worked?"), required=False,
        help_text=_("Needed where no watch judges: what was seen, where, by whom."),
    )  # fmt: skip


class TrainingForm(VerbForm):
    """Of whom: a job role or a person. What: a document, a skill or a course."""

    job_role = JobRoleField(label=_("Job role"), required=False)
    person = PersonField(label=_("or person"), required=False)
    document = RecordField(Document, label=_("Document"), required=False)
    skill = RecordField(Skill, label=_("or skill"), required=False)
    course = RecordField(Course, label=_("or course"), required=False)
    method = forms.ChoiceField(label=_("Method"), choices=Method.choices, initial=Method.READ)
    level = forms.TypedChoiceField(
        label=_("Level"), choices=[("", "—"), *Level.choices], coerce=int, empty_value=None, required=False,
        help_text=_("Of the skill."),
    )  # fmt: skip
