from django.utils.translation import gettext_lazy as _

from metrics import forms, permissions, services
from ui.forms import VerbForm
from ui.verbs import Verb

UPLOAD_VALUES = Verb(
    "upload",
    services.upload_values,
    forms.UploadValuesForm,
    label=_("Import a file of values"),
    may=permissions.may_record_values,
)
ARRANGE_VALUES = Verb(
    "arrange",
    services.arrange_values,
    forms.ArrangeValuesForm,
    label=_("Look again"),
    may=permissions.may_take_in,
)
REMOVE_LAYOUT = Verb(
    "remove",
    services.remove_layout,
    VerbForm,
    label=_("Remove the layout"),
    may=permissions.may_remove_layout,
    help=_("Files are no longer read like it. What was imported stays as it is."),
    tone="danger",
)
IMPORT_VALUES = Verb(
    "confirm",
    services.import_values,
    forms.ImportValuesForm,
    label=_("Import"),
    may=permissions.may_take_in,
)
