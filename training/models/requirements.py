from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from people.models import JobRole
from records.models import Record
from training import states


class Requirement(Record):
    """Who holds this job role must be competent in this document (ISO 9001, 7.2 a)."""

    kind_code = "TRQ"
    plural = "requirements"
    machine = states.REQUIREMENT
    numbered_by_year = False

    job_role = models.ForeignKey(
        JobRole, verbose_name=_("job role"), on_delete=models.PROTECT, related_name="requirements"
    )
    document = models.ForeignKey(
        "documents.Document", verbose_name=_("document"), on_delete=models.PROTECT, related_name="requirements"
    )
    method = models.CharField(_("method"), max_length=12, choices=states.Method.choices, default=states.Method.READ)
    retired_at = models.DateTimeField(_("retired"), null=True, editable=False)

    history = History()

    class Meta:
        verbose_name = _("training requirement")
        verbose_name_plural = _("training requirements")
        constraints = [
            models.UniqueConstraint(
                fields=["job_role", "document"], condition=Q(retired_at__isnull=True), name="one_live_requirement"
            ),
        ]
