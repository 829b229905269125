from django.utils.translation import gettext_lazy as _

from metrics import forms, permissions, services
from metrics.states import GAUGE
from ui.forms import ReasonForm
from ui.verbs import Verb

OPEN_GAUGE = Verb(
    "open", services.create_gauge, forms.OpenGaugeForm, label=_("Add a gauge"), may=permissions.may_open_gauge
)
GAUGE_VERBS = (
    Verb("calibrate", services.calibrate, forms.CalibrateForm, icon="ruler-measure"),
    Verb("return-to-use", services.return_to_use, ReasonForm),
    Verb("quarantine", services.quarantine, ReasonForm),
    Verb(
        "study",
        services.study_gauge,
        forms.StudyForm,
        label=_("Enter a gauge R&R study"),
        may=permissions.may_calibrate,
        when=GAUGE.open_states(),
    ),
    Verb(
        "edit",
        services.edit_gauge,
        forms.EditGaugeForm,
        label=_("Edit"),
        may=permissions.may_edit_gauge,
        when=GAUGE.open_states(),
    ),
    Verb("withdraw", services.withdraw, ReasonForm),
)
