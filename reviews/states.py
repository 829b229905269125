from django.db import models
from django.utils.translation import gettext_lazy as _

from records.states import Machine, Meaning, Transition


class ReviewStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    INPUTS_FROZEN = "inputs-frozen", _("Inputs frozen")
    HELD = "held", _("Held")
    APPROVED = "approved", _("Approved")
    ACTIONS_OPEN = "actions-open", _("Actions open")
    CLOSED = "closed", _("Closed")


FREEZE = Transition(
    "freeze", {ReviewStatus.PLANNED}, ReviewStatus.INPUTS_FROZEN, label=_("Gather and freeze the inputs")
)
HOLD = Transition("hold", {ReviewStatus.INPUTS_FROZEN}, ReviewStatus.HELD, label=_("Record the meeting"))
APPROVE = Transition(
    "approve",
    {ReviewStatus.HELD},
    ReviewStatus.APPROVED,
    label=_("Approve the minutes"),
    signed=True,
    meaning=Meaning.APPROVED,
)
FOLLOW = Transition(
    "follow", {ReviewStatus.APPROVED}, ReviewStatus.ACTIONS_OPEN, label=_("Follow the actions"), automatic=True
)
CLOSE = Transition("close", {ReviewStatus.APPROVED, ReviewStatus.ACTIONS_OPEN}, ReviewStatus.CLOSED, label=_("Close"))

REVIEW = Machine(
    ReviewStatus,
    initial=ReviewStatus.PLANNED,
    transitions=(FREEZE, HOLD, APPROVE, FOLLOW, CLOSE),
    final={ReviewStatus.CLOSED},
    tones={
        ReviewStatus.INPUTS_FROZEN: "info",
        ReviewStatus.HELD: "info",
        ReviewStatus.APPROVED: "success",
        ReviewStatus.ACTIONS_OPEN: "warning",
        ReviewStatus.CLOSED: "success",
    },
)


class Input(models.TextChoices):
    """What a management review must look at: the letters of ISO 9001:2015, 9.3.2."""

    A = "a", _("Status of actions from earlier reviews")
    B = "b", _("Changes in external and internal issues")
    C1 = "c1", _("Customer satisfaction and feedback")
    C2 = "c2", _("Quality objectives met")
    C3 = "c3", _("Process performance and conformity of products")
    C4 = "c4", _("Nonconformities and corrective actions")
    C5 = "c5", _("Monitoring and measurement results")
    C6 = "c6", _("Audit results")
    C7 = "c7", _("Performance of external providers")
    D = "d", _("Adequacy of resources")
    E = "e", _("Effectiveness of actions on risks and opportunities")
    F = "f", _("Opportunities for improvement")


class Decision(models.TextChoices):
    """What a management review must decide: the letters of ISO 9001:2015, 9.3.3."""

    A = "a", _("Opportunity for improvement")
    B = "b", _("Need for a change of the system")
    C = "c", _("Resources needed")
