from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from people.models import JobRole
from records.models import Line, Record
from training import states
from training.models.requirements import Requirement


class Curriculum(Record):
    """In which order a newcomer in a job role learns what the role requires."""

    kind_code = "CUR"
    plural = "curricula"
    machine = states.CURRICULUM
    numbered_by_year = False
    unsigned_fields = frozenset({"retired_at"})

    job_role = models.ForeignKey(
        JobRole, verbose_name=_("job role"), on_delete=models.PROTECT, related_name="curricula"
    )
    retired_at = models.DateTimeField(_("retired"), null=True, editable=False)

    history = History()

    class Meta:
        verbose_name = _("curriculum")
        verbose_name_plural = _("curricula")
        constraints = [
            models.UniqueConstraint(
                fields=["job_role"], condition=Q(retired_at__isnull=True), name="one_live_curriculum_a_role"
            ),
        ]

    def signed_content(self) -> dict[str, Any]:
        rows = self.lines.order_by("position").values_list("requirement__number", "days")
        return {"lines": [list(row) for row in rows]}


class CurriculumLine(Line):
    """One step of a curriculum: due so many days after the role began."""

    curriculum = models.ForeignKey(Curriculum, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("place"))
    requirement = models.ForeignKey(
        Requirement, verbose_name=_("requirement"), on_delete=models.PROTECT, related_name="curriculum_lines"
    )
    days = models.PositiveSmallIntegerField(_("due after days"), validators=[MaxValueValidator(730)])

    controlled = True

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["curriculum", "position"], name="one_curriculum_line_a_place"),
            models.UniqueConstraint(fields=["curriculum", "requirement"], name="required_once_in_a_curriculum"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.requirement}"
