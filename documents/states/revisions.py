"""The life of a revision, from draft to the end of its retention."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from records.states import Machine, Meaning, Transition


class RevisionStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in-review", _("In review")
    CHANGES_REQUESTED = "changes-requested", _("Changes requested")
    APPROVED = "approved", _("Approved")
    ISSUED = "issued", _("Issued")
    EFFECTIVE = "effective", _("Effective")
    SUPERSEDED = "superseded", _("Superseded")
    OBSOLETE = "obsolete", _("Obsolete")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISPOSED = "disposed", _("Retention ended")


UNISSUED = {
    RevisionStatus.DRAFT,
    RevisionStatus.IN_REVIEW,
    RevisionStatus.CHANGES_REQUESTED,
    RevisionStatus.APPROVED,
}

TRANSLATABLE = UNISSUED | {RevisionStatus.ISSUED, RevisionStatus.EFFECTIVE}

SUBMIT = Transition(
    "submit",
    {RevisionStatus.DRAFT, RevisionStatus.CHANGES_REQUESTED},
    RevisionStatus.IN_REVIEW,
    label=_("Submit for review"),
)
REQUEST_CHANGES = Transition(
    "request-changes",
    {RevisionStatus.IN_REVIEW},
    RevisionStatus.CHANGES_REQUESTED,
    label=_("Request changes"),
    signed=True,
    meaning=Meaning.REJECTED,
    reason=True,
    primary=False,
)
APPROVE = Transition(
    "approve",
    {RevisionStatus.IN_REVIEW},
    RevisionStatus.APPROVED,
    label=_("Approve"),
    signed=True,
    meaning=Meaning.APPROVED,
)
ISSUE = Transition("issue", {RevisionStatus.APPROVED}, RevisionStatus.ISSUED, label=_("Issue"))
MAKE_EFFECTIVE = Transition(
    "make-effective",
    {RevisionStatus.ISSUED},
    RevisionStatus.EFFECTIVE,
    label=_("Comes into effect"),
    automatic=True,
)
SUPERSEDE = Transition(
    "supersede",
    {RevisionStatus.EFFECTIVE},
    RevisionStatus.SUPERSEDED,
    label=_("Superseded by the next revision"),
    automatic=True,
)
MAKE_OBSOLETE = Transition(
    "make-obsolete",
    {RevisionStatus.EFFECTIVE, RevisionStatus.SUPERSEDED},
    RevisionStatus.OBSOLETE,
    label=_("No longer used anywhere"),
    automatic=True,
)
WITHDRAW = Transition(
    "withdraw",
    {*UNISSUED, RevisionStatus.ISSUED},
    RevisionStatus.WITHDRAWN,
    label=_("Withdraw"),
    reason=True,
    primary=False,
    tone="danger",
)
ADOPT = Transition(
    "adopt",
    {RevisionStatus.DRAFT},
    RevisionStatus.EFFECTIVE,
    label=_("Already in force"),
    signed=True,
    meaning=Meaning.RELEASED,
    primary=False,
)
DISPOSE = Transition(
    "dispose",
    {RevisionStatus.SUPERSEDED, RevisionStatus.OBSOLETE, RevisionStatus.WITHDRAWN},
    RevisionStatus.DISPOSED,
    label=_("End retention"),
    signed=True,
    meaning=Meaning.VERIFIED,
    primary=False,
)

REVISION = Machine(
    RevisionStatus,
    initial=RevisionStatus.DRAFT,
    transitions=(
        SUBMIT,
        REQUEST_CHANGES,
        APPROVE,
        ISSUE,
        MAKE_EFFECTIVE,
        SUPERSEDE,
        MAKE_OBSOLETE,
        WITHDRAW,
        ADOPT,
        DISPOSE,
    ),
    final={RevisionStatus.SUPERSEDED, RevisionStatus.OBSOLETE, RevisionStatus.WITHDRAWN, RevisionStatus.DISPOSED},
    editable={RevisionStatus.DRAFT, RevisionStatus.CHANGES_REQUESTED},
    tones={
        RevisionStatus.IN_REVIEW: "info",
        RevisionStatus.CHANGES_REQUESTED: "warning",
        RevisionStatus.APPROVED: "info",
        RevisionStatus.ISSUED: "info",
        RevisionStatus.EFFECTIVE: "success",
        RevisionStatus.WITHDRAWN: "danger",
    },
)
