"""Forms of metrics."""

from metrics.forms.measuring import (
    CorrectForm,
    DescribeForm,
    EditForm,
    ImportForm,
    OpenForm,
    PhaseForm,
    RecordValueForm,
    SourceForm,
)
from metrics.forms.planning import RowForm

__all__ = [
    "CorrectForm",
    "DescribeForm",
    "EditForm",
    "ImportForm",
    "OpenForm",
    "PhaseForm",
    "RecordValueForm",
    "RowForm",
    "SourceForm",
]
