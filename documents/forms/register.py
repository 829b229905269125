from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents import selectors
from documents.models import Clause, Document, DocumentType
from documents.states import ReadinessPolicy
from ui.filters import FewChoices, ScopedFilter, SearchFilter, YesNoFilter
from ui.forms import ProcessField, ReasonForm, StationField, VerbForm, WholeField
from ui.forms.fields import Scoped

TYPE_CODE = RegexValidator(r"^[A-Z][A-Z0-9]*$", _("Capital letters and digits only: it stands in the numbers."))
DAY = {"type": "date"}


class EditTypeForm(VerbForm):
    """The rules of a sort of document."""

    name = forms.CharField(label=_("Name"), max_length=80)
    has_steps = forms.BooleanField(label=_("Has structured steps"), required=False)
    is_control_plan = forms.BooleanField(label=_("Is a control plan"), required=False)
    is_external = forms.BooleanField(
        label=_("Comes from outside"), required=False, help_text=_("Standards and customer drawings.")
    )
    readiness = forms.ChoiceField(
        label=_("When training is unfinished"), choices=ReadinessPolicy.choices, initial=ReadinessPolicy.WARN
    )
    ready_share = WholeField(label=_("Enough people trained, %"), min_value=0, max_value=100, initial=100)
    training_days = WholeField(label=_("Days to train"), min_value=0, max_value=365, initial=14)
    review_months = WholeField(
        label=_("Months between reviews"), min_value=0, max_value=240, initial=24, help_text=_("0: no periodic review.")
    )
    retention_years = WholeField(
        label=_("Years to keep what is no longer in force"),
        min_value=0,
        max_value=100,
        initial=10,
        help_text=_("0: for ever."),
    )

    def initial_from(self, record: DocumentType) -> dict[str, Any]:
        return {name: getattr(record, name) for name in EditTypeForm.base_fields if hasattr(record, name)}


class NewTypeForm(EditTypeForm):
    code = forms.CharField(
        label=_("Code"), max_length=6, validators=[TYPE_CODE], help_text=_("Such as WI. It is never changed.")
    )
    field_order = ("code", "name")


class ClassifyForm(VerbForm):
    """Where a document belongs in the register."""

    clauses = forms.ModelMultipleChoiceField(
        Clause.objects.all(),
        label=_("Clauses that it answers"),
        to_field_name="code",
        required=False,
        widget=forms.SelectMultiple(attrs={"data-search": "1"}),
    )
    old_number = forms.CharField(label=_("Number in the old system"), max_length=60, required=False)
    publisher = forms.CharField(
        label=_("Publisher"), max_length=120, required=False, help_text=_("For documents from outside.")
    )
    edition = forms.CharField(
        label=_("Edition"), max_length=60, required=False, help_text=_("Of the draft; an approved one stays as it is.")
    )
    kept_at = forms.CharField(
        label=_("Where it is kept"), max_length=300, required=False, help_text=_("A shelf, a folder or a link.")
    )
    edition_checked_on = forms.DateField(
        label=_("Checked for a new edition on"), required=False, widget=forms.DateInput(attrs=DAY)
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=2000)

    def initial_from(self, record: Document) -> dict[str, Any]:
        draft = selectors.revision_on_its_way(record)
        names = ("old_number", "publisher", "kept_at", "edition_checked_on")
        return {
            **{name: getattr(record, name) for name in names},
            "edition": draft.edition if draft else "",
            "clauses": [row.code for row in Clause.objects.filter(documents__document=record)],
        }


class NoteForm(VerbForm):
    """For verbs about which something may be said."""

    note = forms.CharField(label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class RetireForm(ReasonForm):
    """Says first who would miss the document."""

    def prepare(self) -> None:
        if self.record is None:
            return
        used = selectors.where_used(self.record, self.user)
        text = _("It is still used. %(where)s") % {"where": used.words} if used.uses else _("Nothing refers to it.")
        self.fields["reason"].help_text = text


class AsOfForm(forms.Form):
    """Which day, and where."""

    on = forms.DateField(label=_("On"), widget=forms.DateInput(attrs=DAY), initial=timezone.localdate)
    process = ProcessField(label=_("Process"), required=False)
    station = StationField(label=_("Station"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, Scoped):
                field.limit_to(user)

    @property
    def process_asked(self) -> Any:
        """The process that was chosen, or that of the station."""
        station = self.cleaned_data["station"]
        return self.cleaned_data["process"] or (station.process if station else None)


class DocumentSearchFilter(SearchFilter):
    """Number, title and text of documents; drafts only for those who work on them."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return selectors.found_by(qs, value, self.parent.request.user) if value else qs


class ClauseFilter(ScopedFilter):
    """A clause, with those below it."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return selectors.answering(qs, value) if value else qs


class DueFilter(YesNoFilter):
    """Whether something's day has come."""

    def filter(self, qs: QuerySet[Any], value: bool | None) -> QuerySet[Any]:
        if value is None:
            return qs
        today = {f"{self.field_name}__lte": timezone.localdate(), "status__in": self.extra_statuses}
        return qs.filter(**today) if value else qs.exclude(**today)

    def __init__(self, *args: Any, statuses: tuple[str, ...], **kwargs: Any) -> None:
        self.extra_statuses = statuses
        super().__init__(*args, **kwargs)


REGISTER_FILTERS = (
    ("q", DocumentSearchFilter(label=_("Search"))),
    "status",
    "type",
    "site",
    "process",
    "owner",
    (
        "clause",
        ClauseFilter(FewChoices, label=_("Clause"), queryset=Clause.objects.all(), to_field_name="code"),
    ),
    ("due", DueFilter(field_name="review_due", label=_("Due for review"), statuses=("active",))),
    "review_due",
    ("external", YesNoFilter(field_name="type__is_external", label=_("From outside"))),
)
REVISION_FILTERS = (
    "status",
    "site",
    "process",
    "owner",
    (
        "past_retention",
        DueFilter(field_name="retain_until", label=_("Past retention"), statuses=tuple(selectors.DISPOSABLE)),
    ),
)
