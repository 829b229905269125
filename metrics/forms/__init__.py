"""Forms of metrics."""

from metrics.forms.asking import ComparisonForm, ParetoForm
from metrics.forms.deriving import ChangeFormulaForm
from metrics.forms.gauges import CalibrateForm, EditGaugeForm, GaugeForm, OpenGaugeForm, StudyForm
from metrics.forms.importing import ArrangeValuesForm, ImportValuesForm, UploadValuesForm
from metrics.forms.measuring import (
    CorrectForm,
    DescribeForm,
    EditForm,
    ExcludeForm,
    ExplainForm,
    ImportForm,
    IncludeForm,
    NewLevelForm,
    OpenForm,
    PhaseForm,
    RecordValueForm,
    SourceForm,
)
from metrics.forms.objectives import EditObjectiveForm, ObjectiveForm, SetObjectiveForm
from metrics.forms.planning import EditFailureForm, EditRowForm, FailureForm, PlanForm, RowForm, ScoreAgainForm
from metrics.forms.together import PlaceForm, SheetForm

__all__ = [
    "ArrangeValuesForm",
    "CalibrateForm",
    "ChangeFormulaForm",
    "ComparisonForm",
    "CorrectForm",
    "DescribeForm",
    "EditFailureForm",
    "EditForm",
    "EditGaugeForm",
    "EditObjectiveForm",
    "EditRowForm",
    "ExcludeForm",
    "ExplainForm",
    "FailureForm",
    "GaugeForm",
    "ImportForm",
    "ImportValuesForm",
    "IncludeForm",
    "NewLevelForm",
    "ObjectiveForm",
    "OpenForm",
    "OpenGaugeForm",
    "ParetoForm",
    "PhaseForm",
    "PlaceForm",
    "PlanForm",
    "RecordValueForm",
    "RowForm",
    "ScoreAgainForm",
    "SetObjectiveForm",
    "SheetForm",
    "SourceForm",
    "StudyForm",
    "UploadValuesForm",
]
