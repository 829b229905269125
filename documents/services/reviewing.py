from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Revision
from documents.states import (
    APPROVE,
    REQUEST_CHANGES,
    SUBMIT,
)
from evidence.context import clock
from evidence.refusals import Refused
from people.models import User
from records import services as records
from records.signing import Signing


@transaction.atomic
def submit(revision: Revision, *, by: User) -> Revision:
    """Hand a draft to review (7.5.2 c)."""
    kind = revision.document.type
    written_elsewhere = kind.is_control_plan or kind.is_external
    if not (revision.body.strip() or revision.steps.exists() or written_elsewhere):
        raise Refused(_("There is nothing to review: write the text or the steps first."), code="empty")
    if revision.no > 1 and not (revision.reason.strip() and revision.change_summary.strip()):
        raise Refused(_("Say why there is a new revision and what changed."), code="change-not-described")
    return records.move(revision, SUBMIT, by=by)


@transaction.atomic
def request_changes(revision: Revision, *, by: User, reason: str, signing: Signing) -> Revision:
    """Refuse a revision as shown and send it back to its author, saying what is wrong. A signature, as approval is."""
    if by.pk == revision.owner_id:
        raise Refused(_("Someone other than the author must review."), code="self-reviewed")
    signature = records.sign(revision, by=by, transition=REQUEST_CHANGES, signing=replace(signing, note=reason))
    return records.move(revision, REQUEST_CHANGES, by=by, note=reason, signature=signature)


@transaction.atomic
def approve(revision: Revision, *, by: User, signing: Signing) -> Revision:
    """Approve the text as shown (7.5.2 c). Whoever wrote it does not approve it."""
    if by.pk == revision.owner_id:
        raise Refused(_("Someone other than the author must approve."), code="self-approved")
    signature = records.sign(revision, by=by, transition=APPROVE, signing=signing)
    return records.move(revision, APPROVE, by=by, signature=signature, approved_at=clock())
