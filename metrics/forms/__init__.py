"""Forms of metrics."""

from metrics.forms.gauges import CalibrateForm, EditGaugeForm, GaugeForm, OpenGaugeForm, StudyForm
from metrics.forms.measuring import (
    CorrectForm,
    DescribeForm,
    EditForm,
    ExplainForm,
    ImportForm,
    OpenForm,
    PhaseForm,
    RecordValueForm,
    SourceForm,
)
from metrics.forms.objectives import EditObjectiveForm, ObjectiveForm, SetObjectiveForm
from metrics.forms.planning import EditFailureForm, EditRowForm, FailureForm, PlanForm, RowForm, ScoreAgainForm

__all__ = [
    "CalibrateForm",
    "CorrectForm",
    "DescribeForm",
    "EditFailureForm",
    "EditForm",
    "EditGaugeForm",
    "EditObjectiveForm",
    "EditRowForm",
    "ExplainForm",
    "FailureForm",
    "GaugeForm",
    "ImportForm",
    "ObjectiveForm",
    "OpenForm",
    "OpenGaugeForm",
    "PhaseForm",
    "PlanForm",
    "RecordValueForm",
    "RowForm",
    "ScoreAgainForm",
    "SetObjectiveForm",
    "SourceForm",
    "StudyForm",
]
