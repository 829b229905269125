from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from records.models import Record
from training import states


class Skill(Record):
    """Something that people can do at a level: I, L, U or O. Who can how well is in its competences."""

    kind_code = "SKL"
    plural = "skills"
    machine = states.KEPT
    numbered_by_year = False

    short = models.CharField(_("code"), max_length=20)  # open_record takes `code` for the number
    validity_months = models.PositiveSmallIntegerField(
        _("assessed again after months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )

    history = History()

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints = [
            models.CheckConstraint(
                condition=Q(validity_months__isnull=True) | Q(validity_months__gte=1), name="skill_valid_for_months"
            ),
        ]


class Course(Record):
    """A course that is taught here or elsewhere, such as first aid or forklift driving."""

    kind_code = "CRS"
    plural = "courses"
    machine = states.KEPT
    numbered_by_year = False

    provider = models.CharField(_("provider"), max_length=120, blank=True)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, null=True, blank=True)
    content = models.TextField(_("what is taught"), max_length=4000, blank=True)

    history = History()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            models.CheckConstraint(condition=Q(hours__isnull=True) | Q(hours__gt=0), name="a_course_takes_time"),
        ]

    def searchable(self) -> str:
        return f"{self.provider} {self.content}"
