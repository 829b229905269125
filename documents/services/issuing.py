from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from documents import selectors
from documents.models import Document, Revision
from documents.services.changing import implemented_by
from documents.signals import revision_moved
from documents.states import (
    ACTIVATE,
    ISSUE,
    MAKE_EFFECTIVE,
    MAKE_OBSOLETE,
    RETIRE,
    SUPERSEDE,
    WITHDRAW,
    DocumentStatus,
    RevisionStatus,
)
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from jobs import services as jobs
from people.models import User
from records import services as records


@transaction.atomic
def issue(revision: Revision, *, by: User, effective_on: date | None = None) -> Revision:
    """Issue an approved revision: from now on people are trained, and on its date it takes effect."""
    now = clock()
    day = effective_on or now.date() + timedelta(days=revision.document.type.training_days)
    if day < now.date():
        raise Refused(_("The effective date lies in the past."), code="effective-in-the-past")
    records.move(revision, ISSUE, by=by, issued_at=now, effective_on=day)
    revision_moved.send(Revision, revision=revision, transition=ISSUE.name, by=by, at=now)
    _ask_to_take_effect(revision)
    return revision


def _ask_to_take_effect(revision: Revision) -> None:
    """Where its day has come, the job need not wait for its next round."""
    if revision.status == RevisionStatus.ISSUED and revision.effective_on and revision.effective_on <= clock().date():
        jobs.enqueue("documents.make_due_effective", key="documents.make_due_effective")


@transaction.atomic
def confirm_ready(revision: Revision, *, share: int, by: User) -> Revision:
    """Training tells how many per cent of those concerned are trained; it never asks again."""
    row = Revision.objects.select_for_update().get(pk=revision.pk)
    if row.trained_share != share:
        row.trained_share = share
        row.save()
        evidence.record_event("trained", row, by=by, note=f"{share} %", data={"share": share})
        _ask_to_take_effect(row)
    revision.trained_share = share
    return revision


@transaction.atomic
def make_effective(revision: Revision, *, by: User) -> Revision:
    """Bring an issued revision into effect and supersede the one before it, in one step."""
    now = clock()
    document = Document.objects.select_for_update().get(pk=revision.document_id)
    before = selectors.effective_revision(document)
    if before:
        records.move(before, SUPERSEDE, by=by, note=revision.number, superseded_at=now)
    records.move(revision, MAKE_EFFECTIVE, by=by, effective_at=now)
    months = document.type.review_months
    records.amend(document, by=by, review_due=now.date() + timedelta(days=round(months * 30.44)), title=revision.title)
    if document.status == DocumentStatus.DRAFT:
        records.move(document, ACTIVATE, by=by)
    revision_moved.send(Revision, revision=revision, transition=MAKE_EFFECTIVE.name, by=by, at=now)
    implemented_by(revision, by=by)
    return revision


def make_due_effective(*, on: date, by: User) -> int:
    """Bring everything into effect whose date has come. Each in its own transaction; returns how many."""
    return sum(_try_make_effective(revision, by) for revision in selectors.due_to_take_effect(on))


def _try_make_effective(revision: Revision, by: User) -> bool:
    try:
        make_effective(revision, by=by)
    except Refused:  # another worker was first
        return False
    return True


@transaction.atomic
def withdraw(revision: Revision, *, by: User, reason: str) -> Revision:
    """Take back a revision that is not in effect yet."""
    was_issued = revision.status == RevisionStatus.ISSUED
    records.move(revision, WITHDRAW, by=by, note=reason, withdrawn_at=clock())
    if was_issued:
        revision_moved.send(Revision, revision=revision, transition=WITHDRAW.name, by=by, at=clock())
    return revision


@transaction.atomic
def retire(document: Document, *, by: User, reason: str) -> Document:
    """Take a document out of use: its revision in effect becomes obsolete, and none may be on its way."""
    pending = selectors.revision_on_its_way(document)
    if pending:
        raise Refused(_("Withdraw %(number)s first.") % {"number": pending.number}, code="revision-on-its-way")
    effective = selectors.effective_revision(document)
    if effective:
        records.move(effective, MAKE_OBSOLETE, by=by, note=reason, superseded_at=clock())
        revision_moved.send(Revision, revision=effective, transition=WITHDRAW.name, by=by, at=clock())
    return records.move(document, RETIRE, by=by, note=reason)
