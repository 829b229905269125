from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents import states
from evidence.history import History


class DocumentType(models.Model):
    """A sort of document with its rules. Its code is in the number: MUC-WI-0012."""

    code = models.CharField(_("code"), max_length=6, unique=True)
    name = models.CharField(_("name"), max_length=80)
    has_steps = models.BooleanField(_("has structured steps"), default=False)
    is_control_plan = models.BooleanField(_("is a control plan"), default=False)
    readiness = models.CharField(
        _("when training is unfinished"),
        max_length=10,
        choices=states.ReadinessPolicy.choices,
        default=states.ReadinessPolicy.WARN,
    )
    ready_share = models.PositiveSmallIntegerField(
        _("enough people trained, %"), default=100, validators=[MaxValueValidator(100)]
    )
    training_days = models.PositiveSmallIntegerField(_("days to train"), default=14)
    review_months = models.PositiveSmallIntegerField(
        _("months between reviews"), default=24, help_text=_("0: no periodic review.")
    )
    retention_years = models.PositiveSmallIntegerField(
        _("years to keep"),
        default=10,
        db_default=10,
        help_text=_("After a revision is no longer in force. 0: for ever."),
    )
    is_external = models.BooleanField(
        _("comes from outside"),
        default=False,
        db_default=False,
        help_text=_("Standards and customer drawings: their revisions are editions of somebody else's."),
    )
    is_active = models.BooleanField(_("in use"), default=True, db_default=True)

    asks_change_request = models.BooleanField(
        _("a revision needs an approved change request"), default=False, db_default=False
    )

    history = History()

    class Meta:
        ordering = ("name",)
        verbose_name = _("document type")
        verbose_name_plural = _("document types")

    def __str__(self) -> str:
        return self.name
