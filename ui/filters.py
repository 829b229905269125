"""One filter set and one choice of orders per page, shared by the list, its exports and the API."""

from functools import lru_cache
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from people.models import JobRole, Process, Site, User
from records.models import Record
from records.selectors import matching
from ui.forms.fields import AtOnce, JobRoleField, PersonField, ProcessField, RecordField, Scoped, SiteField
from ui.listing import Sort, field_at
from ui.registry import Column, RecordPage

BY_NAME: dict[Any, str] = {User: "full_name", Site: "code"}  # what a column of people or sites is sorted by
LOOKED_UP: dict[type[models.Model], type[forms.Field]] = {Site: SiteField, Process: ProcessField, JobRole: JobRoleField}


class PersonNamed(PersonField):
    """A person typed or looked up rather than picked: a list page does not load everybody."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.pop("data-search", None)
        self.widget.attrs["data-lookup"] = "/lookup/people/"


class FewChoices(forms.ModelChoiceField):
    """A choice of master data that everybody sees, such as document types."""

    iterator = AtOnce

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", "—")
        super().__init__(*args, **kwargs)


class YesNo(forms.NullBooleanSelect):
    """Yes, no, or not asked."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.choices = [("unknown", "—"), *list(self.choices)[1:]]


class YesNoFilter(django_filters.BooleanFilter):
    """Whether something holds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", YesNo)
        super().__init__(*args, **kwargs)


class ScopedFilter(django_filters.Filter):
    """Filters by one of the fields that offer only what a user sees."""

    def __init__(self, field_class: type[forms.Field], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field_class = field_class


class SeveralFilter(django_filters.MultipleChoiceFilter):
    """Any of several values of the record's own column. Never DISTINCT: that would read and sort all that match."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("distinct", False)
        super().__init__(*args, **kwargs)


class SearchFilter(django_filters.CharFilter):
    """Number or words, by full text."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return matching(qs, value) if value else qs


class RecordFilters(django_filters.FilterSet):
    """Base of the generated filter sets."""

    q = SearchFilter(label=_("Search"))

    @property
    def form(self) -> forms.Form:
        if not hasattr(self, "_form"):
            form = super().form
            for field in form.fields.values():
                if isinstance(field, Scoped):
                    field.limit_to(self.request.user)
        return self._form


@lru_cache
def filters_for(page_model: type[Any], names: tuple[Any, ...]) -> type[RecordFilters]:
    """The filter set of a page: one filter for each name, of the kind that the model's field asks for."""
    pairs = [name if isinstance(name, tuple) else (name, _filter(page_model, name)) for name in names]
    return type(f"{page_model.__name__}Filters", (RecordFilters,), {**dict(pairs), "Meta": _meta(page_model)})


def _meta(page_model: type[Any]) -> type:
    return type("Meta", (), {"model": page_model, "fields": ()})


def _filter(model: type[Any], name: str) -> django_filters.Filter:
    if name == "status":
        return SeveralFilter(choices=model.machine.states.choices, label=_("Status"))
    field: Any = model._meta.get_field(name)
    label = str(field.verbose_name).capitalize()
    if field.is_relation:
        return _relation_filter(field, name, label)
    if field.choices:
        return SeveralFilter(field_name=name, choices=field.choices, label=label)
    if isinstance(field, models.BooleanField):
        return YesNoFilter(field_name=name, label=label)
    if isinstance(field, models.DateField):
        widget = django_filters.widgets.DateRangeWidget(attrs={"type": "date", "class": "form-control"})
        return django_filters.DateFromToRangeFilter(field_name=name, label=label, widget=widget)
    return django_filters.CharFilter(field_name=name, lookup_expr="iexact", label=label)


def _relation_filter(field: Any, name: str, label: str) -> django_filters.Filter:
    target = field.related_model
    if issubclass(target, Record):
        return ScopedFilter(RecordField, field_name=name, label=label, model=target)
    if target is User:
        return ScopedFilter(PersonNamed, field_name=name, label=label)
    if target in LOOKED_UP:
        return ScopedFilter(LOOKED_UP[target], field_name=name, label=label)
    return ScopedFilter(FewChoices, field_name=name, label=label, queryset=target._default_manager.all())


def filters_of(page: RecordPage, data: Any, queryset: QuerySet[Any], request: Any) -> RecordFilters:
    """The page's filters, filled from a query string."""
    return filters_for(page.model, tuple(page.filters))(data, queryset=queryset, request=request)  # type: ignore[arg-type]


def sort_path(page: RecordPage, column: Column) -> str:
    """The field by which a column sorts, or nothing."""
    if column.sort is not None or not isinstance(column.name, str):
        return column.sort or ""
    if column.name == "number":
        return "number"
    try:
        field = field_at(page.model, column.name)
    except FieldDoesNotExist:
        return ""
    if not field.is_relation:
        return column.name
    name = BY_NAME.get(field.related_model)
    return f"{column.name}__{name}" if name else ""


def sort_of(page: RecordPage, query: Any) -> Sort:
    allowed = {column.key: path for column in page.columns if (path := sort_path(page, column))}
    return Sort.parse(query.get("sort") or page.sort, allowed)
