"""The life of a printed copy."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from records.states import Machine, Transition


class CopyStatus(models.TextChoices):
    OUT = "out", _("In use")
    RECALLED = "recalled", _("To be collected")
    RETURNED = "returned", _("Collected")
    DESTROYED = "destroyed", _("Destroyed")
    LOST = "lost", _("Not found")


RECALL = Transition("recall", {CopyStatus.OUT}, CopyStatus.RECALLED, label=_("Recall"), reason=True, primary=False)
COLLECT = Transition("collect", {CopyStatus.OUT, CopyStatus.RECALLED}, CopyStatus.RETURNED, label=_("Collected"))
DESTROY = Transition(
    "destroy", {CopyStatus.OUT, CopyStatus.RECALLED}, CopyStatus.DESTROYED, label=_("Destroyed"), primary=False
)
REPORT_LOST = Transition(
    "report-lost",
    {CopyStatus.OUT, CopyStatus.RECALLED},
    CopyStatus.LOST,
    label=_("Not found"),
    reason=True,
    primary=False,
    tone="danger",
)

DISTRIBUTION = Machine(
    CopyStatus,
    initial=CopyStatus.OUT,
    transitions=(RECALL, COLLECT, DESTROY, REPORT_LOST),
    final={CopyStatus.RETURNED, CopyStatus.DESTROYED, CopyStatus.LOST},
    tones={
        CopyStatus.OUT: "success",
        CopyStatus.RECALLED: "warning",
        CopyStatus.LOST: "danger",
    },
)
