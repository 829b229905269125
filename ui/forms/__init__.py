"""Forms of verbs. The same form reads the HTML page and validates the JSON of the API."""

from ui.forms.fields import (
    DecimalField,
    JobRoleField,
    JobRolesField,
    PeopleField,
    PersonField,
    ProcessField,
    RecordField,
    RecordsField,
    SiteField,
    StationField,
    WholeField,
)
from ui.forms.rows import RowForm, RowsField
from ui.forms.verb import ReasonForm, VerbForm

__all__ = [
    "DecimalField",
    "JobRoleField",
    "JobRolesField",
    "PeopleField",
    "PersonField",
    "ProcessField",
    "ReasonForm",
    "RecordField",
    "RecordsField",
    "RowForm",
    "RowsField",
    "SiteField",
    "StationField",
    "VerbForm",
    "WholeField",
]
