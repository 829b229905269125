from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from training.states import Level

LETTERS = [(level.name, level.label) for level in Level]


class LevelField(forms.TypedChoiceField):
    """A level of a skill, by its letter: I, L, U or O; gives the number."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Level"))
        blank = [("", "—" if not kwargs.get("required", True) else _("Choose …"))]
        super().__init__(choices=[*blank, *LETTERS], coerce=_number, empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return Level(value).name if isinstance(value, int) else value


def _number(letter: str) -> int:
    return int(Level[letter])


def day(**kwargs: Any) -> forms.DateField:
    """A date, entered with the browser's calendar."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **kwargs)
