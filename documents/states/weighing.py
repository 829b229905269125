"""What a change asks of people, and what happens while they are not ready."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TrainingVerdict(models.TextChoices):
    """What a revision asks of those who work by it, the least first."""

    NONE = "none", _("No training: editorial")
    NOTIFY = "notify", _("Be told")
    READ = "read", _("Read and acknowledge")
    QUIZ = "quiz", _("Read and answer questions")
    PRACTICAL = "practical", _("Shown and practised at the station")

    @property
    def asks_training(self) -> bool:
        """Whether people are assigned; who is only told is not."""
        return self not in (TrainingVerdict.NONE, TrainingVerdict.NOTIFY)


class ReadinessPolicy(models.TextChoices):
    """What happens when the effective date comes and training is not finished."""

    BLOCK = "block", _("Wait until enough people are trained")
    WARN = "warn", _("Become effective and warn")
    RECORD = "record", _("Become effective and record it")
