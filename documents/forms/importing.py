from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from documents.models import RegisterImport
from documents.sheets import FIELDS, LARGEST_ARCHIVE, LARGEST_SHEET
from ui.forms import SiteField, VerbForm

NOT_THERE = "-"


class FolderInput(forms.FileInput):
    """Asks the browser for a whole folder; what it holds comes one by one."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"multiple": True, "webkitdirectory": True})


class FolderField(forms.FileField):
    """The files of a folder, as a list. Without folders of its own: a browser sends names only."""

    widget = FolderInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        files = [super(FolderField, self).clean(one, initial) for one in given]
        return [file for file in files if file and not file.name.startswith((".", "~$"))]


class UploadForm(VerbForm):
    """An old register, with its files if they come along."""

    site = SiteField(label=_("Site"))
    sheet = forms.FileField(label=_("Workbook"), help_text=_("XLSX, one row for each document, at most 2,000 rows."))
    archive = forms.FileField(
        label=_("Files, as a zip"), required=False, help_text=_("With the files that the column “File” names.")
    )
    folder = FolderField(
        label=_("Files, as a folder"),
        required=False,
        help_text=_(
            "Or the folder that they lie in, with all below it: at most 400 files and 100 MB. More go as a zip."
        ),
    )

    def clean_sheet(self) -> Any:
        return _within(self.cleaned_data["sheet"], LARGEST_SHEET)

    def clean_archive(self) -> Any:
        return _within(self.cleaned_data["archive"], LARGEST_ARCHIVE)

    def clean_folder(self) -> Any:
        files = self.cleaned_data["folder"]
        if sum(file.size for file in files) > LARGEST_ARCHIVE:
            raise ValidationError(_("The folder holds more than 100 MB. Bring a part of it."), code="too-large")
        return files

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        if given.get("archive") and given.get("folder"):
            self.add_error("folder", _("Bring a zip or a folder, not both."))
        return given


def _within(file: Any, most: int) -> Any:
    if file and file.size > most:
        raise ValidationError(
            _("The file is larger than %(most)d MB.") % {"most": most // 1024 // 1024}, code="too-large"
        )
    return file


class MappingForm(VerbForm):
    """Which column holds which fact: its place, counted from 0, or "-" for none."""

    def __init__(self, *args: Any, headings: list[str], **kwargs: Any) -> None:
        self.headings = headings
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        del self.fields["version"]
        named = [(str(place), text or f"({place + 1})") for place, text in enumerate(self.headings)]
        for one in FIELDS:
            self.fields[one.name] = forms.ChoiceField(
                label=one.label, choices=[(NOT_THERE, _("no column")), *named], required=False
            )

    def initial_from(self, record: RegisterImport) -> dict[str, Any]:
        return {one.name: str(record.mapping.get(one.name, NOT_THERE)) for one in FIELDS}

    @property
    def facts(self) -> dict[str, Any]:
        chosen = {one.name: self.cleaned_data.get(one.name) for one in FIELDS}
        return {"mapping": {name: int(place) for name, place in chosen.items() if place and place != NOT_THERE}}
