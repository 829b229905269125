from django.utils.translation import gettext_lazy as _

from metrics import forms, permissions, services
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
IMPORT_VALUES = Verb(
    "confirm",
    services.import_values,
    forms.ImportValuesForm,
    label=_("Import"),
    may=permissions.may_take_in,
)
