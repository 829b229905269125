"""Forms of metrics."""

from metrics.forms.asking import ComparisonForm, ParetoForm
from metrics.forms.measuring import (
    CorrectForm,
    DescribeForm,
    EditForm,
    ExcludeForm,
    ImportForm,
    IncludeForm,
    OpenForm,
    PhaseForm,
    RecordValueForm,
    SourceForm,
)
from metrics.forms.planning import RowForm

__all__ = [
    "ComparisonForm",
    "CorrectForm",
    "DescribeForm",
    "EditForm",
    "ExcludeForm",
    "ImportForm",
    "IncludeForm",
    "OpenForm",
    "ParetoForm",
    "PhaseForm",
    "RecordValueForm",
    "RowForm",
    "SourceForm",
]
