"""Repeating rows: a table of small forms in the page, a list of objects in the API."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ui.forms.fields import Scoped

LONGEST = 500


class RowForm(forms.Form):
    """The form of one row."""

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        for field in self.fields.values():
            if isinstance(field, Scoped):
                field.limit_to(user)


@dataclass(frozen=True)
class PageRow:
    """A row that came from an HTML page: its fields carry a prefix."""

    prefix: str
    data: Any
    files: Any


class RowsWidget(forms.Widget):
    template_name = "forms/rows.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.row_form: type[RowForm] = RowForm
        self.user: Any = None
        self.extra = 1

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if name in data:
            return data[name]
        try:
            count = min(int(data.get(f"{name}-count", 0)), LONGEST)
        except ValueError:
            count = 0
        rows = [PageRow(f"{name}-{number}", data, files) for number in range(count)]
        return [row for row in rows if not data.get(f"{row.prefix}-drop")]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}-count" not in data

    def bound(self, row: Any) -> RowForm:
        """The form of a row as it was entered."""
        if isinstance(row, PageRow):
            return self.row_form(row.data, row.files, prefix=row.prefix, user=self.user, empty_permitted=True)
        return self.row_form(row, user=self.user)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        given = [row for row in value if isinstance(row, PageRow | dict)] if isinstance(value, list) else []
        rows = [self._shown(name, number, row) for number, row in enumerate(given)]
        blank = range(len(rows), len(rows) + (0 if given else self.extra))
        rows += [self.row_form(prefix=f"{name}-{number}", user=self.user) for number in blank]
        context["widget"] |= {"rows": rows, "blank": self.row_form(prefix=f"{name}-__row__", user=self.user)}
        return context

    def _shown(self, name: str, number: int, row: Any) -> RowForm:
        prefix = f"{name}-{number}"
        if not isinstance(row, PageRow):
            return self.row_form(initial=row, prefix=prefix, user=self.user)
        data = {prefix + key[len(row.prefix) :]: row.data[key] for key in row.data if key.startswith(f"{row.prefix}-")}
        return self.row_form(data, row.files, prefix=prefix, user=self.user, empty_permitted=True)


class RowsField(Scoped, forms.Field):
    """A list of rows, each checked by `row_form`; gives a list of dicts. Blank rows of a page are left out."""

    widget = RowsWidget
    default_error_messages = {"not_rows": _("Give a list of rows."), "too_many": _("These are too many rows.")}

    def __init__(self, row_form: type[RowForm], *, min_rows: int = 0, extra: int = 1, **kwargs: Any) -> None:
        kwargs.setdefault("required", min_rows > 0)
        super().__init__(**kwargs)
        self.row_form, self.min_rows = row_form, min_rows
        self.widget.row_form = row_form
        self.widget.extra = max(extra, min_rows)

    def limit_to(self, user: Any) -> None:
        self.widget.user = user

    def clean(self, value: Any) -> list[dict[str, Any]]:
        rows = value or []
        if not isinstance(rows, list) or not all(isinstance(row, PageRow | dict) for row in rows):
            raise forms.ValidationError(self.error_messages["not_rows"], code="not_rows")
        if len(rows) > LONGEST:
            raise forms.ValidationError(self.error_messages["too_many"], code="too_many")
        entered = [self.widget.bound(row) for row in rows]
        kept = [form for form in entered if not form.empty_permitted or form.has_changed()]
        if errors := [error for number, form in enumerate(kept, 1) for error in _errors(number, form)]:
            raise forms.ValidationError(errors)
        if len(kept) < self.min_rows:
            least = ngettext("Fill in at least one row.", "Fill in at least %(n)d rows.", self.min_rows)
            raise forms.ValidationError(least % {"n": self.min_rows}, code="too_few")
        return [form.cleaned_data for form in kept]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True


def _errors(number: int, form: RowForm) -> list[forms.ValidationError]:
    return [
        forms.ValidationError(
            gettext("Row %(row)d, %(field)s: %(error)s"),
            code=error.code,
            params={"row": number, "field": _label(form, name), "error": " ".join(error.messages), "name": name},
        )
        for name, errors in form.errors.as_data().items()
        for error in errors
    ]


def _label(form: RowForm, name: str) -> Any:
    return form[name].label if name in form.fields else gettext("all")
