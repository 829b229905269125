from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from records.models import Line, Record
from reviews import states


class Review(Record):
    """A management review (ISO 9001, 9.3). Its owner chairs and approves it."""

    kind_code = "MR"
    plural = "reviews"
    machine = states.REVIEW
    unsigned_fields = frozenset({"approved_at"})

    period_from = models.DateField(_("period from"))
    period_to = models.DateField(_("period to"))
    planned_for = models.DateField(_("planned for"))
    attendees = models.TextField(_("attendees"), blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    frozen_at = models.DateTimeField(_("inputs frozen"), null=True, editable=False)
    digest = models.CharField(_("digest of the inputs"), max_length=64, blank=True, editable=False)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)

    history = History()

    class Meta:
        verbose_name = _("management review")
        verbose_name_plural = _("management reviews")
        constraints = [
            models.CheckConstraint(condition=Q(period_to__gt=F("period_from")), name="review_period_in_order"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | Q(frozen_at__isnull=False, held_on__isnull=False),
                name="approved_review_was_held",
            ),
        ]

    def signed_content(self) -> dict[str, Any]:
        return {
            "agenda": [[item.letter, item.digest, item.conclusion] for item in self.agenda.order_by("position")],
            "outputs": [[output.letter, output.text] for output in self.outputs.order_by("id")],
        }

    def searchable(self) -> str:
        return self.minutes


class AgendaItem(Line):
    """One input of 9.3.2: what the records said when it was frozen, and what the meeting concluded."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="agenda")
    letter = models.CharField(_("letter"), max_length=3, choices=states.Input.choices)
    position = models.PositiveSmallIntegerField()
    snapshot = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    conclusion = models.TextField(_("conclusion"), blank=True)

    history = History()

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["review", "letter"], name="one_agenda_item_a_letter")]

    def __str__(self) -> str:
        return f"9.3.2 {self.letter}"


class Output(Line):
    """One decision of 9.3.3; it becomes an action and is followed until verified."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="outputs")
    letter = models.CharField(_("kind of decision"), max_length=3, choices=states.Decision.choices)
    text = models.CharField(_("decision"), max_length=300)
    action = models.OneToOneField("records.Action", on_delete=models.PROTECT, related_name="review_output")

    history = History()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text
