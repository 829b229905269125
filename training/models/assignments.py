from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from records.models import LivingLine, Record
from training import states
from training.models.requirements import Requirement


class Assignment(LivingLine):
    """One person's duty to be trained: on a revision, or in a skill or course, which have none.

    Opened and acknowledged are recorded apart. `valid_until` is the last day on which having passed counts.
    """

    machine = states.ASSIGNMENT

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="assignments"
    )
    requirement = models.ForeignKey(
        Requirement, verbose_name=_("requirement"), on_delete=models.PROTECT, related_name="assignments"
    )
    revision = models.ForeignKey(
        "documents.Revision",
        verbose_name=_("revision"),
        null=True,
        on_delete=models.PROTECT,
        related_name="assignments",
    )
    reason = models.CharField(_("why"), max_length=20, choices=states.Reason.choices)
    due = models.DateField(_("due"))
    status = models.CharField(_("status"), max_length=24, default=states.ASSIGNMENT.initial, editable=False)
    assigned_at = models.DateTimeField(_("assigned"))
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    completed_at = models.DateTimeField(_("completed"), null=True, editable=False)
    valid_until = models.DateField(_("valid until"), null=True, editable=False)
    signature = models.ForeignKey(
        "records.Signature", null=True, editable=False, on_delete=models.PROTECT, related_name="assignments"
    )  # a trainer signs the list of a lesson once, for all who took part

    history = History()

    class Meta:
        ordering = ("due", "id")
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "requirement", "revision"],
                condition=Q(status__in=["assigned", "opened", "failed"]),
                nulls_distinct=False,
                name="one_open_assignment",
            ),
            models.CheckConstraint(
                condition=~Q(status="passed") | Q(completed_at__isnull=False, signature__isnull=False),
                name="passed_when_and_signed",
            ),
            models.CheckConstraint(
                condition=Q(status__in=states.ASSIGNMENT.states.values), name="known_assignment_status"
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(completed_at__gte=F("assigned_at")),
                name="assignment_times_in_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "due"],
                condition=Q(status__in=["assigned", "opened", "failed"]),
                name="unfinished_by_person",
            ),
            models.Index(fields=["revision", "status"], name="assignments_by_revision"),
            models.Index(fields=["requirement", "person"], name="assignments_by_requirement"),
            models.Index(
                fields=["valid_until"], condition=Q(status__in=["passed", "waived"]), name="assignments_that_run_out"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.signed_record.number}"

    def get_absolute_url(self) -> str:
        return f"/training/assignments/{self.uuid}/"

    @property
    def signed_record(self) -> Record:
        """Whoever signs for an assignment signs the standard; where there is none, what is required."""
        return self.revision or self.requirement

    @property
    def title(self) -> str:
        """What is to be learnt."""
        return str((self.revision or self.requirement.what).title)
