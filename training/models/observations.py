from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from records.models import LivingLine, Record
from training import states
from training.models.assignments import Assignment


class Observation(LivingLine):
    """The leader looks at the work some weeks after a training: is it done as taught? (Kirkpatrick 3)"""

    machine = states.OBSERVATION

    assignment = models.ForeignKey(
        Assignment, verbose_name=_("training"), on_delete=models.PROTECT, related_name="observations"
    )
    observer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("observer"), on_delete=models.PROTECT, related_name="observations"
    )
    due = models.DateField(_("due"))
    status = models.CharField(_("status"), max_length=24, default=states.OBSERVATION.initial, editable=False)
    opened_at = models.DateTimeField(_("opened"))
    works_to_standard = models.BooleanField(_("works to the standard"), null=True)
    key_points_kept = models.BooleanField(_("keeps the key points"), null=True)
    remark = models.TextField(_("what was seen"), max_length=2000, blank=True)
    observed_at = models.DateTimeField(_("observed"), null=True, editable=False)
    signature = models.ForeignKey(
        "records.Signature", null=True, editable=False, on_delete=models.PROTECT, related_name="observations"
    )

    history = History()

    class Meta:
        ordering = ("due", "id")
        verbose_name = _("observation at work")
        verbose_name_plural = _("observations at work")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=states.OBSERVATION.states.values), name="known_observation_status"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["kept", "not-kept"])
                | Q(observed_at__isnull=False, signature__isnull=False, works_to_standard__isnull=False),
                name="observed_when_and_signed",
            ),
            models.UniqueConstraint(fields=["assignment"], name="one_observation_a_training"),
        ]
        indexes = [models.Index(fields=["observer", "due"], condition=Q(status="due"), name="due_by_observer")]

    def __str__(self) -> str:
        return f"{self.assignment.person}: {self.assignment.title}"

    def get_absolute_url(self) -> str:
        return f"/training/observations/{self.uuid}/"

    @property
    def signed_record(self) -> Record:
        return self.assignment.signed_record
