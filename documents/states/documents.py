"""The life of a document: in use or not."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from records.states import Machine, Meaning, Transition


class DocumentStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    RETIRED = "retired", _("Retired")


ACTIVATE = Transition(
    "activate", {DocumentStatus.DRAFT}, DocumentStatus.ACTIVE, label=_("First revision in effect"), automatic=True
)
RETIRE = Transition(
    "retire",
    {DocumentStatus.DRAFT, DocumentStatus.ACTIVE},
    DocumentStatus.RETIRED,
    label=_("Retire"),
    reason=True,
    primary=False,
    tone="danger",
)

CONFIRM_VALID = Transition(
    "confirm-valid",
    {DocumentStatus.ACTIVE},
    DocumentStatus.ACTIVE,
    label=_("Still valid"),
    signed=True,
    meaning=Meaning.REVIEWED,
    primary=False,
)

DOCUMENT = Machine(
    DocumentStatus,
    initial=DocumentStatus.DRAFT,
    transitions=(ACTIVATE, CONFIRM_VALID, RETIRE),
    final={DocumentStatus.RETIRED},
    editable={DocumentStatus.DRAFT, DocumentStatus.ACTIVE},
    tones={DocumentStatus.ACTIVE: "success"},
)
