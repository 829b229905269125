from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from records.models import Line
from training import states
from training.models.assignments import Assignment


class Question(Line):
    """A question about a standard, or about one step of it: `step_key` survives revisions.

    `options` are `{"text", "is_right"}` in the order in which they were written. `translations` hold the texts by
    language: `{"es": {"text", "options": ["…"], "explanation"}}`. It is never deleted: it is retired.
    """

    document = models.ForeignKey(
        "documents.Document", verbose_name=_("document"), on_delete=models.PROTECT, related_name="questions"
    )
    step_key = models.CharField(_("step"), max_length=32, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=states.QuestionKind.choices)
    text = models.CharField(_("question"), max_length=300)
    options: Any = models.JSONField(_("answers"), default=list)
    explanation = models.CharField(_("explanation"), max_length=300, blank=True)
    translations: Any = models.JSONField(_("translations"), default=dict, blank=True)
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    retired_at = models.DateTimeField(_("retired"), null=True, editable=False)

    history = History()

    class Meta:
        ordering = ("id",)
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        indexes = [
            models.Index(fields=["document"], condition=Q(retired_at__isnull=True), name="live_questions"),
        ]

    def __str__(self) -> str:
        return self.text


class QuizRule(models.Model):
    """What counts as passed in quizzes of one document; where there is none, the settings say it."""

    document = models.OneToOneField(
        "documents.Document", verbose_name=_("document"), on_delete=models.PROTECT, related_name="quiz_rule"
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark, %"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    questions = models.PositiveSmallIntegerField(
        _("questions at once"), default=3, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=3, validators=[MinValueValidator(1)])

    history = History()

    class Meta:
        verbose_name = _("rule of a quiz")
        verbose_name_plural = _("rules of quizzes")
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_mark__range=(1, 100), questions__range=(1, 10), tries__gte=1),
                name="quiz_rule_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.pass_mark} %"


class Attempt(Line):
    """One quiz as it was asked and answered. Append-only. Its uuid is that of the draw: a draw is answered once.

    `questions` are kept as they were shown, with what was right and what was chosen.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="attempts")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="quiz_attempts"
    )
    revision = models.ForeignKey(
        "documents.Revision", verbose_name=_("revision"), on_delete=models.PROTECT, related_name="quiz_attempts"
    )
    no = models.PositiveSmallIntegerField(_("try"))
    questions: Any = models.JSONField(_("questions as shown"))
    right = models.PositiveSmallIntegerField(_("right"))
    asked = models.PositiveSmallIntegerField(_("asked"))
    pass_mark = models.PositiveSmallIntegerField(_("pass mark, %"))
    is_passed = models.BooleanField(_("passed"))
    language = models.CharField(_("language"), max_length=8)
    kiosk = models.ForeignKey(
        "people.Kiosk", verbose_name=_("shared tablet"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    shown_at = models.DateTimeField(_("shown"))
    answered_at = models.DateTimeField(_("answered"))

    append_only = True

    class Meta:
        ordering = ("answered_at", "id")
        verbose_name = _("quiz attempt")
        verbose_name_plural = _("quiz attempts")
        constraints = [
            models.UniqueConstraint(fields=["assignment", "no"], name="one_attempt_a_try"),
            models.CheckConstraint(condition=Q(right__lte=models.F("asked"), asked__gte=1), name="attempt_adds_up"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.right}/{self.asked}"

    @property
    def share(self) -> int:
        """Whole per cent, rounded down."""
        return 100 * self.right // self.asked
