from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents import states
from documents.parts import parts_of
from evidence.history import History
from records.models import Line, Record


class DocumentType(models.Model):
    """A sort of document with its rules. Its code is in the number: MUC-WI-0012."""

    code = models.CharField(_("code"), max_length=6, unique=True)
    name = models.CharField(_("name"), max_length=80)
    has_steps = models.BooleanField(_("has structured steps"), default=False)
    is_control_plan = models.BooleanField(_("is a control plan"), default=False)
    readiness = models.CharField(
        _("when training is unfinished"),
        max_length=10,
        choices=states.ReadinessPolicy.choices,
        default=states.ReadinessPolicy.WARN,
    )
    ready_share = models.PositiveSmallIntegerField(
        _("enough people trained, %"), default=100, validators=[MaxValueValidator(100)]
    )
    training_days = models.PositiveSmallIntegerField(_("days to train"), default=14)
    review_months = models.PositiveSmallIntegerField(_("months between reviews"), default=24)

    history = History()

    class Meta:
        ordering = ("name",)
        verbose_name = _("document type")
        verbose_name_plural = _("document types")

    def __str__(self) -> str:
        return self.name


class Document(Record):
    """A controlled document (ISO 9001, 7.5). What it says is in its revisions."""

    kind_code = "DOC"
    plural = "documents"
    machine = states.DOCUMENT
    numbered_by_year = False
    seen_below = True
    open_to_operators = True

    type = models.ForeignKey(DocumentType, verbose_name=_("type"), on_delete=models.PROTECT, related_name="documents")
    review_due = models.DateField(_("review due"), null=True, blank=True)

    history = History()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")


class Revision(Record):
    """One state of a document's text: drafted, reviewed, approved, issued, in effect, superseded."""

    kind_code = "REV"
    plural = "revisions"
    machine = states.REVISION
    seen_below = True
    open_to_operators = True
    unsigned_fields = frozenset(
        {"approved_at", "issued_at", "effective_on", "effective_at", "superseded_at", "withdrawn_at", "trained_share"}
    )

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="revisions"
    )
    no = models.PositiveSmallIntegerField(_("revision"))
    reason = models.TextField(_("reason for this revision"), blank=True)
    change_summary = models.TextField(_("what changed"), blank=True)
    body = models.TextField(_("text"), blank=True)
    training = models.CharField(
        _("training"), max_length=12, choices=states.TrainingVerdict.choices, default=states.TrainingVerdict.READ
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
                condition=Q(trained_share__isnull=True) | Q(trained_share__lte=100), name="trained_share_is_a_share"
            ),
        ]

    def signed_content(self) -> dict[str, Any]:
        """The steps, and what higher apps keep for it: the rows of a control plan."""
        return {"steps": [step.content() for step in self.steps.all()], **parts_of(self)}

    def searchable(self) -> str:
        return f"{self.change_summary} {self.body}"[:100_000]


class Step(Line):
    """One step of standard work. Its `key` survives revisions, so that a change to it can be named."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="steps")
    key = models.CharField(max_length=32)
    position = models.PositiveSmallIntegerField(_("no."))
    what = models.CharField(_("what"), max_length=300)
    key_point = models.CharField(_("key point"), max_length=300, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    manual_seconds = models.DecimalField(
        _("manual, s"), max_digits=8, decimal_places=1, default=0, validators=[MinValueValidator(0)]
    )
    machine_seconds = models.DecimalField(
        _("automatic, s"), max_digits=8, decimal_places=1, default=0, validators=[MinValueValidator(0)]
    )
    walk_seconds = models.DecimalField(
        _("walk, s"), max_digits=8, decimal_places=1, default=0, validators=[MinValueValidator(0)]
    )
    is_safety = models.BooleanField(_("safety"), default=False)
    is_quality = models.BooleanField(_("quality"), default=False)

    controlled = True

    class Meta:
        ordering = ("position",)
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(fields=["revision", "key"], name="one_step_a_key"),
            models.UniqueConstraint(
                fields=["revision", "position"], name="one_step_a_position", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(manual_seconds__gte=0, machine_seconds__gte=0, walk_seconds__gte=0),
                name="step_takes_no_negative_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.what}"

    FIELDS = (
        "what",
        "key_point",
        "reason",
        "manual_seconds",
        "machine_seconds",
        "walk_seconds",
        "is_safety",
        "is_quality",
    )

    def content(self) -> dict[str, Any]:
        """What the step says, without where it is kept."""
        return {"key": self.key, "position": self.position, **{name: getattr(self, name) for name in self.FIELDS}}
