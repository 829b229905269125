"""Forms in our own markup: labels, hints and errors tied to their fields, a summary of errors on top."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Input

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.Select, "form-select"),
    (forms.Textarea, "form-control"),
    (Input, "form-control"),
)


class BoundField(forms.BoundField):
    """Adds the style sheet's class names to whatever widget a field has."""

    @property
    def is_check(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        names = [name for kind, name in _CLASSES if isinstance(widget, kind)][:1]
        names += ["is-invalid"] if self.errors and any(names) else []
        given = widget.attrs.get("class")
        attrs["class"] = " ".join([*([given] if given else []), *names])
        return {key: value for key, value in attrs.items() if key != "class" or value}


class HoldfastRenderer(TemplatesSetting):
    """`FORM_RENDERER` of the project."""

    form_template_name = "forms/form.html"
    formset_template_name = "forms/formset.html"
    field_template_name = "forms/field.html"
    bound_field_class = BoundField
