from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from records.models import Line, Record
from training import states
from training.models.requirements import exactly_one
from training.models.skills import Course


class Lesson(Record):
    """A course, or a standard, taught to several people on a day; the trainer signs who took part.

    What was taught elsewhere is a lesson too: its certificates are its files.
    """

    kind_code = "LES"
    plural = "lessons"
    machine = states.LESSON

    course = models.ForeignKey(
        Course, verbose_name=_("course"), null=True, blank=True, on_delete=models.PROTECT, related_name="lessons"
    )
    document = models.ForeignKey(
        "documents.Document",
        verbose_name=_("standard"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lessons",
    )
    held_on = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=120, blank=True)

    history = History()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [
            models.CheckConstraint(condition=exactly_one("course", "document"), name="one_thing_is_taught"),
        ]

    @property
    def what(self) -> Any:
        return self.course or self.document

    def signed_content(self) -> dict[str, Any]:
        rows = self.attendances.order_by("person__username").values_list("person__username", "valid_until", "note")
        return {"attendances": [list(row) for row in rows]}


class Attendance(Line):
    """One person took part in a lesson; what an outside certificate says about it."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="attendances"
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.CharField(_("certificate or remark"), max_length=200, blank=True)

    controlled = True

    class Meta:
        ordering = ("person__full_name",)
        constraints = [
            models.UniqueConstraint(fields=["lesson", "person"], name="takes_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson.number}: {self.person}"
