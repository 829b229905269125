from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from evidence.history import History
from people.models import Station
from records.models import Line
from training import states
from training.models.assignments import Assignment
from training.models.requirements import exactly_one
from training.models.skills import Skill


class Competence(Line):
    """How far a person has come with a skill, assessed on a day (ISO 9001, 7.2). The newest one counts.

    `assessor` is nobody where a person's own reading gave it. `valid_until` is the last day on which it counts.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="competences"
    )
    skill = models.ForeignKey(Skill, verbose_name=_("skill"), on_delete=models.PROTECT, related_name="competences")
    level = models.PositiveSmallIntegerField(_("level"), choices=states.Level.choices)
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("assessed by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    assessed_on = models.DateField(_("assessed on"))
    at = models.DateTimeField(_("recorded"))
    valid_until = models.DateField(_("valid until"), null=True)
    evidence = models.TextField(_("evidence"), max_length=1000, blank=True)
    revision = models.ForeignKey(
        "documents.Revision", verbose_name=_("by which standard"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    assignment = models.ForeignKey(
        Assignment, verbose_name=_("by which training"), null=True, on_delete=models.PROTECT, related_name="competences"
    )
    signature = models.ForeignKey("records.Signature", on_delete=models.PROTECT, related_name="competences")

    append_only = True

    class Meta:
        ordering = ("-assessed_on", "-id")
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        constraints = [
            models.CheckConstraint(condition=Q(level__in=states.Level.values), name="known_level"),
            models.CheckConstraint(
                condition=Q(assessor__isnull=True) | ~Q(assessor=F("person")), name="nobody_signs_their_own_level"
            ),
            models.CheckConstraint(
                condition=Q(assessor__isnull=False) | Q(level=states.Level.I), name="alone_one_learns_the_theory"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("assessed_on")),
                name="competence_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["skill", "person", "-assessed_on", "-id"], name="competence_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.skill.title} {self.letter}"

    @property
    def letter(self) -> str:
        return states.Level(self.level).name


class StationNeed(Line):
    """What somebody must know to run a station, and how many of each shift must.

    It holds from `since` until the day before `until`: a past day is judged by what was needed then.
    """

    station = models.ForeignKey(Station, verbose_name=_("station"), on_delete=models.PROTECT, related_name="needs")
    document = models.ForeignKey(
        "documents.Document",
        verbose_name=_("standard"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="station_needs",
    )
    skill = models.ForeignKey(
        Skill, verbose_name=_("skill"), null=True, blank=True, on_delete=models.PROTECT, related_name="station_needs"
    )
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True, choices=states.Level.choices)
    people = models.PositiveSmallIntegerField(_("people on each shift"), default=1)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    history = History()

    class Meta:
        ordering = ("station", "id")
        verbose_name = _("need of a station")
        verbose_name_plural = _("needs of stations")
        constraints = [
            models.CheckConstraint(condition=exactly_one("document", "skill"), name="station_needs_one_thing"),
            models.CheckConstraint(
                condition=Q(skill__isnull=True, level__isnull=True)
                | Q(skill__isnull=False, level__in=states.Level.values),
                name="station_needs_a_skill_at_a_level",
            ),
            models.CheckConstraint(condition=Q(people__gte=1, people__lte=99), name="station_needs_somebody"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="need_in_order"),
            models.UniqueConstraint(
                fields=["station", "document", "skill"],
                condition=Q(until__isnull=True),
                nulls_distinct=False,
                name="needed_once_at_a_station",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station}: {self.label}"

    @property
    def what(self) -> Document | Skill:
        found = self.document or self.skill
        assert found, "the database asks for one of them"
        return found

    @property
    def label(self) -> str:
        """The standard's number, or the skill with its level: MUC-WI-0012; Ring grinding U."""
        if self.skill and self.level:
            return f"{self.skill.title} {states.Level(self.level).name}"
        return self.what.number
