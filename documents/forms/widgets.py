"""The rich text editor and the step editor: plain fields and rows where no script runs."""

from typing import Any

from django import forms
from django.forms.widgets import Script
from django.templatetags.static import static

from ui.forms.rows import RowsField, RowsWidget


class RichText(forms.Textarea):
    """A text area that a script turns into an editor. `pictures` is the address that takes pictures for the text."""

    pictures = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        given = {"data-prose": static("django_prose_editor/editor.js"), "data-pictures": self.pictures}
        return super().get_context(name, value, {**(attrs or {}), **given})

    @property
    def media(self) -> forms.Media:
        return forms.Media(
            css={
                "all": [
                    "django_prose_editor/material-icons.css",
                    "django_prose_editor/editor.css",
                    "css/authoring.css",
                ]
            },
            js=[Script("js/prose.js", defer=True)],  # type: ignore[list-item]
        )


class StepsWidget(RowsWidget):
    """The rows of steps as cards that can be moved, doubled and given a photo."""

    template_name = "documents/steps_widget.html"
    pictures = ""

    @property
    def media(self) -> forms.Media:
        return forms.Media(css={"all": ["css/authoring.css"]}, js=[Script("js/steps.js", defer=True)])  # type: ignore[list-item]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """One blank row more, for those without a script; blank rows are left out."""
        context = super().get_context(name, value, attrs)
        rows = context["widget"]["rows"]
        if not any(not row.is_bound and not row.initial for row in rows):
            rows.append(self.row_form(prefix=f"{name}-{len(rows)}", user=self.user))
        context["widget"]["pictures"] = self.pictures
        return context


class StepsField(RowsField):
    """The steps of standard work."""

    widget = StepsWidget
