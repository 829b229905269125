from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from records.models import Line
from training import states
from training.models.assignments import Assignment


class PracticalItem(Line):
    """Something an assessor looks at besides what the steps of the standard say. Never deleted: retired."""

    document = models.ForeignKey(
        "documents.Document", verbose_name=_("document"), on_delete=models.PROTECT, related_name="practical_items"
    )
    text = models.CharField(_("what the person shows"), max_length=300)
    retired_at = models.DateTimeField(_("retired"), null=True, editable=False)

    history = History()

    class Meta:
        ordering = ("id",)
        verbose_name = _("item of a practical assessment")
        verbose_name_plural = _("items of practical assessments")

    def __str__(self) -> str:
        return self.text


class Assessment(Line):
    """An assessor watched a person do the work. Append-only; the items are kept as they were shown and answered.

    One that was passed carries the assessor's signature; one that was not says what to practise.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="assessments")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="assessments"
    )
    revision = models.ForeignKey(
        "documents.Revision",
        verbose_name=_("revision"),
        null=True,
        on_delete=models.PROTECT,
        related_name="assessments",
    )
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("assessor"), on_delete=models.PROTECT, related_name="assessed"
    )
    items: Any = models.JSONField(_("items as shown"))
    result = models.CharField(_("result"), max_length=8, choices=states.AssessmentResult.choices)
    note = models.CharField(_("what was shown, or what to practise"), max_length=1000, blank=True)
    kiosk = models.ForeignKey(
        "people.Kiosk", verbose_name=_("shared tablet"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("assessed"))
    signature = models.OneToOneField(
        "records.Signature", null=True, on_delete=models.PROTECT, related_name="assessment"
    )

    append_only = True

    class Meta:
        ordering = ("at", "id")
        verbose_name = _("practical assessment")
        verbose_name_plural = _("practical assessments")
        constraints = [
            models.CheckConstraint(
                condition=~Q(result="passed") | Q(signature__isnull=False), name="passed_assessment_is_signed"
            ),
            models.CheckConstraint(condition=~Q(person=models.F("assessor")), name="nobody_assesses_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.result}"
