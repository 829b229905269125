import hashlib
import uuid
from decimal import Decimal
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents import states
from documents.models.types import DocumentType
from documents.parts import parts_of
from evidence.history import History
from records.models import Record
from records.states import Meaning


class Document(Record):
    """A controlled document (ISO 9001, 7.5). What it says is in its revisions."""

    kind_code = "DOC"
    plural = "documents"
    machine = states.DOCUMENT
    numbered_by_year = False
    seen_below = True
    open_to_operators = True
    unsigned_fields = frozenset({"review_due", "edition_checked_on"})

    type = models.ForeignKey(DocumentType, verbose_name=_("type"), on_delete=models.PROTECT, related_name="documents")
    review_due = models.DateField(_("review due"), null=True, blank=True)
    old_number = models.CharField(_("number in the old system"), max_length=60, blank=True, db_default="")
    publisher = models.CharField(_("publisher"), max_length=120, blank=True, db_default="")
    kept_at = models.CharField(_("where it is kept"), max_length=300, blank=True, db_default="")
    edition_checked_on = models.DateField(_("checked for a new edition"), null=True, blank=True)
    imported_by = models.ForeignKey(
        "documents.RegisterImport",
        verbose_name=_("imported by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="documents",
    )

    history = History()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def signed_content(self) -> dict[str, Any]:
        """Who signs that a document is still valid signs the text that is in force."""
        current = self.revisions.filter(effective_at__isnull=False, superseded_at__isnull=True).first()
        if current is None:
            return {"in force": None}
        text = repr([current.body, [step.content() for step in current.steps.all()]])
        return {"in force": {"number": current.number, "text": hashlib.sha256(text.encode()).hexdigest()}}

    def searchable(self) -> str:
        return f"{self.old_number} {self.publisher}".strip()


class Revision(Record):
    """One state of a document's text: drafted, reviewed, approved, issued, in effect, superseded."""

    kind_code = "REV"
    plural = "revisions"
    machine = states.REVISION
    seen_below = True
    open_to_operators = True
    signed_with = ("site", "document__type")
    unsigned_fields = frozenset(
        {
            "approved_at", "issued_at", "effective_on", "effective_at", "superseded_at", "withdrawn_at",
            "trained_share", "trained_people", "people_to_train", "untrained_at_effect",
            "retain_until", "disposed_at", "scan_key",
        }
    )  # fmt: skip

    # Who reviews says what the text is worth; what it asks of people is decided by whoever approves it.
    unsigned_by = {
        Meaning.REVIEWED: frozenset({"training", "significance_proposed", "significance_reason"}),
    }

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="revisions"
    )
    no = models.PositiveSmallIntegerField(_("revision"))
    reason = models.TextField(_("reason for this revision"), blank=True)
    change_summary = models.TextField(_("what changed"), blank=True)
    body = models.TextField(_("text"), blank=True)
    takt_seconds = models.DecimalField(
        _("takt, s"),
        max_digits=8,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.1"))],
    )
    standard_wip = models.PositiveSmallIntegerField(_("standard work in process"), null=True, blank=True)
    reaction_plan = models.TextField(_("when something is not as it should be"), blank=True, default="", db_default="")
    training = models.CharField(
        _("training"), max_length=12, choices=states.TrainingVerdict.choices, default=states.TrainingVerdict.READ
    )
    significance_proposed = models.CharField(
        _("training proposed"),
        max_length=12,
        choices=states.TrainingVerdict.choices,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    significance_reason = models.TextField(
        _("why not as proposed"), blank=True, default="", db_default="", editable=False
    )
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    issued_at = models.DateTimeField(_("issued"), null=True, editable=False)
    effective_on = models.DateField(_("to take effect on"), null=True, blank=True)
    effective_at = models.DateTimeField(_("effective since"), null=True, editable=False)
    superseded_at = models.DateTimeField(_("effective until"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    trained_share = models.PositiveSmallIntegerField(
        _("trained, %"), null=True, editable=False, validators=[MaxValueValidator(100)]
    )
    trained_people = models.PositiveIntegerField(_("people trained"), null=True, editable=False)
    people_to_train = models.PositiveIntegerField(_("people to train"), null=True, editable=False)
    untrained_at_effect = models.PositiveIntegerField(_("not trained when it took effect"), null=True, editable=False)
    edition = models.CharField(_("edition"), max_length=60, blank=True, db_default="")
    in_force_since = models.DateField(_("in force in the old system since"), null=True, blank=True)
    retain_until = models.DateField(_("to be kept until"), null=True, editable=False)
    disposed_at = models.DateTimeField(_("retention ended"), null=True, editable=False)
    scan_key = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)

    history = History()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(fields=["document", "no"], name="one_revision_a_number"),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(effective_at__isnull=False, superseded_at__isnull=True),
                name="one_effective_revision",
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(effective_at__isnull=True, withdrawn_at__isnull=True),
                name="one_revision_on_its_way",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("effective_at")),
                name="revision_times_in_order",
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True) | Q(approved_at__isnull=False), name="issued_after_approval"
            ),
            models.CheckConstraint(
                condition=Q(effective_at__isnull=True) | Q(issued_at__isnull=False), name="effective_after_issue"
            ),
            models.CheckConstraint(
                condition=Q(takt_seconds__isnull=True) | Q(takt_seconds__gt=0), name="takt_takes_time"
            ),
            models.CheckConstraint(
                condition=Q(trained_share__isnull=True) | Q(trained_share__lte=100), name="trained_share_is_a_share"
            ),
        ]

    def signed_content(self) -> dict[str, Any]:
        """The steps, and what higher apps keep for it: the rows of a control plan."""
        return {"steps": [step.content() for step in self.steps.all()], **parts_of(self)}

    def searchable(self) -> str:
        return f"{self.change_summary} {self.body}"[:100_000]
