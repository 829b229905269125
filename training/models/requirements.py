from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from people.models import JobRole
from records.models import Record
from training import states
from training.models.skills import Course, Skill

LONGEST_VALIDITY = 120  # months


def exactly_one(*names: str) -> Q:
    """A condition of the database: one of these columns is set, and only one."""
    found = Q()
    for chosen in names:
        found |= Q(**{f"{name}__isnull": name != chosen for name in names})
    return found


class Requirement(Record):
    """A job role, or one person, must be competent in a document, a skill or a course (ISO 9001, 7.2 a)."""

    kind_code = "TRQ"
    plural = "requirements"
    machine = states.REQUIREMENT
    numbered_by_year = False
    unsigned_fields = frozenset({"retired_at"})

    job_role = models.ForeignKey(
        JobRole,
        verbose_name=_("job role"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requirements",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requirements",
    )
    document = models.ForeignKey(
        "documents.Document",
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requirements",
    )
    skill = models.ForeignKey(
        Skill, verbose_name=_("skill"), null=True, blank=True, on_delete=models.PROTECT, related_name="requirements"
    )
    course = models.ForeignKey(
        Course, verbose_name=_("course"), null=True, blank=True, on_delete=models.PROTECT, related_name="requirements"
    )
    method = models.CharField(_("method"), max_length=12, choices=states.Method.choices, default=states.Method.READ)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True, choices=states.Level.choices)
    raises = models.ForeignKey(
        Skill,
        verbose_name=_("gives competence in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="raised_by",
    )
    validity_months = models.PositiveSmallIntegerField(
        _("valid for months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_VALIDITY)],
    )
    refresher_days = models.PositiveSmallIntegerField(
        _("refresher days before it runs out"), default=30, db_default=30, validators=[MaxValueValidator(365)]
    )
    observe_days = models.PositiveSmallIntegerField(
        _("observed at work after days"), null=True, blank=True, validators=[MaxValueValidator(365)]
    )
    retired_at = models.DateTimeField(_("retired"), null=True, editable=False)

    history = History()

    class Meta:
        verbose_name = _("training requirement")
        verbose_name_plural = _("training requirements")
        constraints = [
            models.UniqueConstraint(
                fields=["job_role", "person", "document", "skill", "course"],
                condition=Q(retired_at__isnull=True),
                nulls_distinct=False,
                name="one_live_requirement",
            ),
            models.CheckConstraint(condition=exactly_one("job_role", "person"), name="required_of_a_role_or_a_person"),
            models.CheckConstraint(condition=exactly_one("document", "skill", "course"), name="one_thing_is_required"),
            models.CheckConstraint(condition=Q(method__in=states.Method.values), name="known_training_method"),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__in=states.Level.values), name="known_required_level"
            ),
            models.CheckConstraint(
                condition=Q(skill__isnull=True, raises__isnull=True)
                | Q(level__isnull=False, raises__isnull=True)
                | Q(level__isnull=False, skill__isnull=True),
                name="a_skill_has_a_level",
            ),
        ]

    @property
    def who(self) -> Any:
        """The job role or the person."""
        return self.job_role or self.person

    @property
    def what(self) -> Any:
        """The document, skill or course."""
        return self.document or self.skill or self.course

    @property
    def gives(self) -> Skill | None:
        """The skill in which passing makes competent, at `level`."""
        return self.skill or self.raises
