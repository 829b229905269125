from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from metrics import forms, permissions, services
from metrics.models import Metric
from metrics.states import METRIC as MACHINE
from metrics.states import MetricStatus
from ui.forms import ReasonForm, VerbForm
from ui.verbs import Verb

format_html_lazy = lazy(format_html, SafeString)

ACTIVE = {MetricStatus.ACTIVE}


def measured(metric: Metric) -> bool:
    """Whether people or machines give its values."""
    return not metric.is_derived


OPEN_METRIC = Verb(
    "open", services.create_metric, forms.OpenForm, label=_("Add a metric"), may=permissions.may_open_metric
)
METRIC = (
    Verb("activate", services.activate, VerbForm),
    Verb(
        "record",
        services.record_value,
        forms.RecordValueForm,
        label=_("Enter a value"),
        may=permissions.may_record,
        when=ACTIVE,
        fits=measured,
        icon="plus",
    ),
    Verb(
        "import",
        services.import_csv,
        forms.ImportForm,
        label=_("Import values"),
        may=permissions.may_record,
        when=ACTIVE,
        fits=measured,
        icon="upload",
        help=format_html_lazy(
            '{} <a class="hf-underlined" href="{}">{}</a>',
            _("For a file that is written just so."),
            reverse_lazy("metrics:value-imports"),
            _("Bring any other CSV or workbook, and look at what it would become"),
        ),
    ),
    Verb(
        "correct",
        services.correct_value,
        forms.CorrectForm,
        label=_("Correct a value"),
        may=permissions.may_correct,
        when=ACTIVE,
        fits=measured,
    ),
    Verb(
        "exclude",
        services.exclude,
        forms.ExcludeForm,
        label=_("Exclude a value"),
        may=permissions.may_exclude,
        when=ACTIVE,
        fits=measured,
        help=_("It stays on record, but counts neither for limits nor for watches: a trial, a broken gauge."),
    ),
    Verb(
        "include",
        services.include,
        forms.IncludeForm,
        label=_("Let a value count again"),
        may=permissions.may_exclude,
        when=ACTIVE,
        fits=measured,
    ),
    Verb(
        "freeze-phase",
        services.freeze_phase,
        forms.PhaseForm,
        label=_("Freeze a phase"),
        may=permissions.may_freeze_phase,
        when=ACTIVE,
        help=_("Mean and limits are computed from the values of these days and stay as they are."),
    ),
    Verb(
        "rebaseline",
        services.rebaseline,
        forms.NewLevelForm,
        label=_("Set a better level"),
        may=permissions.may_rebaseline,
        when=ACTIVE,
        help=_("The watch protects the better level from then on. Not while a slip is open."),
    ),
    Verb(
        "change-formula",
        services.change_formula,
        forms.ChangeFormulaForm,
        label=_("Change the formula"),
        may=permissions.may_change_formula,
        when=MACHINE.open_states(),
        fits=lambda metric: metric.is_derived,
        help=_("All periods are worked out again; values that change are corrected. Not while a slip is open."),
    ),
    Verb("edit", services.edit_metric, forms.EditForm, label=_("Edit"), may=permissions.may_edit),
    Verb("retire", services.retire, ReasonForm),
)
SIGNAL = (
    Verb("acknowledge", services.acknowledge, VerbForm),
    Verb("explain", services.explain, forms.ExplainForm, help=_("It was real, and its cause is known and gone.")),
    Verb("dismiss", services.dismiss, ReasonForm, help=_("It was not a loss of the gain. The reason is kept.")),
)
NEW_SOURCE = Verb(
    "open", services.create_source, forms.SourceForm, label=_("New source"), may=permissions.may_open_source
)


def named(name: str) -> Verb:
    """The verb of a metric that is called so."""
    return next(verb for verb in METRIC if verb.name == name)
