"""A change asked for, before any revision begins (ISO 9001, 6.3, 7.5.3.2, 8.5.6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents import states
from documents.models.revisions import Document, Revision
from evidence.history import History
from records.models import Line, Record

QUESTIONS = (
    "impact_training",
    "impact_control_plan",
    "impact_metrics",
    "impact_documents",
    "impact_stock",
    "impact_customer",
)
PLANNING = ("purpose", "integrity", "resources", "responsibilities")


class ChangeRequest(Record):
    """Why something documented should change, what it touches, and who decided it."""

    kind_code = "CR"
    plural = "change-requests"
    machine = states.CHANGE_REQUEST
    open_to_operators = True
    unsigned_fields = frozenset({"decided_at", "implemented_at", "verified_at"})

    source = models.CharField(
        _("came from"), max_length=12, choices=states.ChangeSource.choices, default=states.ChangeSource.OTHER
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("raised by"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(_("reason"))
    proposal = models.TextField(_("proposed change"), blank=True)
    urgency = models.CharField(_("urgency"), max_length=8, choices=states.Urgency.choices, default=states.Urgency.USUAL)
    impact_training = models.TextField(_("impact on training"), blank=True)
    impact_control_plan = models.TextField(_("impact on the control plan"), blank=True)
    impact_metrics = models.TextField(_("impact on metrics"), blank=True)
    impact_documents = models.TextField(_("impact on other documents"), blank=True)
    impact_stock = models.TextField(_("impact on stock and work in progress"), blank=True)
    impact_customer = models.TextField(_("notice to the customer"), blank=True)
    risk = models.CharField(_("risk"), max_length=8, choices=states.Risk.choices, blank=True)
    risk_note = models.TextField(_("what could go wrong"), blank=True)
    purpose = models.TextField(_("purpose and consequences (6.3 a)"), blank=True)
    integrity = models.TextField(_("integrity of the management system (6.3 b)"), blank=True)
    resources = models.TextField(_("resources (6.3 c)"), blank=True)
    responsibilities = models.TextField(_("responsibilities (6.3 d)"), blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    implemented_at = models.DateTimeField(_("implemented"), null=True, editable=False)
    verified_at = models.DateTimeField(_("verified"), null=True, editable=False)

    history = History()

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")

    def signed_content(self) -> dict[str, list[str]]:
        """The documents that it names; which revision carries it comes later."""
        return {"documents": sorted(line.document.number for line in self.lines.select_related("document"))}

    def searchable(self) -> str:
        return f"{self.reason} {self.proposal}"


class ChangeLine(Line):
    """One document that a change request concerns, and the revision that carries the change there."""

    request = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="lines")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="change_lines")
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="change_lines")

    history = History()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["request", "document"], name="one_line_a_document")]
        indexes = [models.Index(fields=["document"], condition=Q(revision=None), name="change_lines_to_do")]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.document_id}"
