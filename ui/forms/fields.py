"""Fields that choose among what the user sees, by the names people use: codes, user names, numbers."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from people import selectors as people
from people.models import JobRole, Process, Site, Station, User
from records.selectors import visible

WRITTEN = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{0,40})?([eE][+-]?[0-9]{1,3})?")


def as_written(field: Any, value: Any) -> Any:
    """A number in plain digits. Raises ValidationError for what Python reads besides: 1_000, ٣, true."""
    if isinstance(value, bool) or not (value in field.empty_values or WRITTEN.fullmatch(str(value).strip())):
        raise forms.ValidationError(field.error_messages["invalid"], code="invalid")
    return value


class DecimalField(forms.DecimalField):
    """An exact number in plain digits."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(as_written(self, value))


class WholeField(forms.IntegerField):
    """A whole number in plain digits."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(as_written(self, value))


TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # controls of the reading direction


def readable(value: Any) -> Any:
    """Texts, also those inside rows, without the controls that make them read otherwise than they are."""
    if isinstance(value, str):
        return value.translate(TURNING)
    if isinstance(value, list):
        return [readable(one) for one in value]
    if isinstance(value, dict):
        return {name: readable(one) for name, one in value.items()}
    return value


class Scoped:
    """A field that offers only what a user sees; the form calls `limit_to` before anything else."""

    def limit_to(self, user: Any) -> None:
        raise NotImplementedError


class AtOnce(forms.models.ModelChoiceIterator):
    """Reads the choices in one round trip, where Django's own opens a cursor, fetches and closes it."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from map(self.choice, self.queryset.all())


class _Choice(Scoped, forms.ModelChoiceField):
    """A choice among `scope(user)`, known by a natural key."""

    iterator = AtOnce
    scope: Callable[[Any], QuerySet[Any]]
    model: type[Model]
    key = ""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", "—" if not kwargs.get("required", True) else _("Choose …"))
        super().__init__(self.model._default_manager.none(), to_field_name=self.key, **kwargs)
        self.widget.attrs.setdefault("data-search", "1")

    def limit_to(self, user: Any) -> None:
        self.queryset = type(self).scope(user)


class SiteField(_Choice):
    """A site, by its code."""

    scope = staticmethod(people.visible_sites)
    model, key = Site, "code"


class PersonField(_Choice):
    """A person, by user name."""

    scope = staticmethod(people.visible_people)
    model, key = User, "username"


def site_key(instance: Any) -> str:
    """How a thing that is unique at its site is called: MUC/GRIND."""
    return f"{instance.site.code}/{instance.code}"


class _SiteChoice(_Choice):
    """A choice known by site and code; the code alone will do where it is unique."""

    def prepare_value(self, value: Any) -> Any:
        return site_key(value) if isinstance(value, Model) else value

    def label_from_instance(self, instance: Any) -> str:
        return f"{instance.name} ({instance.site.code})"

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, self.model):
            return value
        self.validate_no_null_characters(value)
        site, _slash, code = str(value).rpartition("/")
        where = {"code": code, **({"site__code": site} if site else {})}
        found = list(self.queryset.filter(**where)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value}
            )
        return found[0]


class ProcessField(_SiteChoice):
    """A process, by site and code."""

    scope = staticmethod(people.visible_processes)
    model, key = Process, "code"


class JobRoleField(_SiteChoice):
    """A job role, by site and code."""

    scope = staticmethod(people.visible_job_roles)
    model, key = JobRole, "code"


class StationField(_SiteChoice):
    """A station, by site and code."""

    scope = staticmethod(people.visible_stations)
    model, key = Station, "code"


class PeopleField(Scoped, forms.ModelMultipleChoiceField):
    """Several people, by user name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), to_field_name="username", **kwargs)
        self.widget.attrs.setdefault("data-search", "1")

    def limit_to(self, user: Any) -> None:
        self.queryset = people.visible_people(user)


class JobRolesField(Scoped, forms.ModelMultipleChoiceField):
    """Several job roles, by site and code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(JobRole.objects.none(), **kwargs)
        self.widget.attrs.setdefault("data-search", "1")
        self._one = JobRoleField()

    def limit_to(self, user: Any) -> None:
        self.queryset = people.visible_job_roles(user)
        self._one.queryset = self.queryset

    def label_from_instance(self, instance: Any) -> str:
        return self._one.label_from_instance(instance)

    def prepare_value(self, value: Any) -> Any:
        many = isinstance(value, Iterable) and not isinstance(value, str | Model)
        return [self._one.prepare_value(one) for one in value] if many else self._one.prepare_value(value)

    def clean(self, value: Any) -> QuerySet[JobRole]:
        if not value:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return self.queryset.none()
        if not isinstance(value, list | tuple):
            raise forms.ValidationError(self.error_messages["invalid_list"], code="invalid_list")
        return self.queryset.filter(pk__in=[self._one.to_python(one).pk for one in value if one])


class RecordField(Scoped, forms.CharField):
    """A record, by its number; gives the model. `where` narrows what may be chosen."""

    default_error_messages = {"unknown": _("There is no “%(value)s” among the records that you see.")}

    def __init__(
        self,
        model: type[Any] | str,
        *,
        where: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(max_length=60, **kwargs)
        self._model, self._where = model, where
        self._found: QuerySet[Any] | None = None
        plural = getattr(model, "plural", "") if not isinstance(model, str) else ""
        self.widget.attrs.setdefault("data-lookup", f"/lookup/{plural or 'records'}/")
        self.widget.attrs.setdefault("autocomplete", "off")

    @property
    def model(self) -> type[Any]:
        return apps.get_model(self._model) if isinstance(self._model, str) else self._model

    def limit_to(self, user: Any) -> None:
        seen = visible(self.model, user)
        self._found = self._where(seen) if self._where else seen

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "number", value)

    def clean(self, value: Any) -> Any:
        if isinstance(value, Model):
            return value
        number = super().clean(value)
        return self._record(number) if number else None

    def _record(self, number: str) -> Any:
        found = self._found.filter(number__iexact=number).first() if self._found is not None else None
        if found is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown", params={"value": number})
        return found


class RecordsField(RecordField):
    """Several records, by their numbers: a list, or in the page numbers with commas between."""

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return ", ".join(str(getattr(one, "number", one)) for one in value)

    def __init__(self, model: type[Any] | str, **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        self.max_length = None
        self.validators = []
        self.widget.attrs.pop("maxlength", None)
        self.widget.attrs["data-many"] = "1"

    def clean(self, value: Any) -> list[Any]:
        numbers = value if isinstance(value, list | tuple) else str(value or "").replace(",", " ").split()
        if self.required and not numbers:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [one if isinstance(one, Model) else self._record(str(one)) for one in numbers]
