"""From approved to in force, and out of force again (7.5.3): one revision of a document is effective at a time."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from documents import selectors
from documents.dates import months_after
from documents.models import Document, Revision
from documents.services.changing import implemented_by
from documents.services.copies import recall_copies
from documents.services.indexing import index
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
    ReadinessPolicy,
    RevisionStatus,
)
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from jobs import services as jobs
from people.models import User
from people.selectors import people_with
from people.states import Authority
from records import services as records


@transaction.atomic
def issue(revision: Revision, *, by: User, effective_on: date | None = None) -> Revision:
    """Issue an approved revision: from now on people are trained, and on its date it takes effect.

    Raises Refused("effective-in-the-past").
    """
    now = clock()
    day = effective_on or now.date() + timedelta(days=revision.document.type.training_days)
    if day < now.date():
        raise Refused(_("The effective date lies in the past."), code="effective-in-the-past")
    records.move(revision, ISSUE, by=by, issued_at=now, effective_on=day)
    revision_moved.send(Revision, revision=revision, transition=ISSUE.name, by=by, at=now)
    index(revision.document, by=by)
    _ask_to_take_effect(revision)
    return revision


def _ask_to_take_effect(revision: Revision) -> None:
    """Where its day has come, the job need not wait for its next round."""
    if revision.status == RevisionStatus.ISSUED and revision.effective_on and revision.effective_on <= clock().date():
        jobs.enqueue("documents.make_due_effective", key="documents.make_due_effective")


@transaction.atomic
def confirm_ready(
    revision: Revision, *, share: int, by: User, trained: int | None = None, concerned: int | None = None
) -> Revision:
    """Training tells how many per cent of those concerned are trained, and how many of how many; it never asks."""
    row = Revision.objects.select_for_update().get(pk=revision.pk)
    told = {"trained_share": share, "trained_people": trained, "people_to_train": concerned}
    if any(getattr(row, name) != value for name, value in told.items()):
        is_new = row.trained_share != share
        for name, value in told.items():
            setattr(row, name, value)
        row.save()
        if is_new:
            evidence.record_event("trained", row, by=by, note=f"{share} %", data={"share": share})
        _ask_to_take_effect(row)
    for name, value in told.items():
        setattr(revision, name, value)
    return revision


@transaction.atomic
def make_effective(revision: Revision, *, by: User) -> Revision:
    """Bring an issued revision into effect and supersede the one before it, in one step.

    What its type says of unfinished training is done here: "block" never lets it come so far, "warn" tells owner and
    quality managers, "record" writes down how many were not trained.
    """
    now = clock()
    document = Document.objects.select_for_update().select_related("type").get(pk=revision.document_id)
    before = selectors.effective_revision(document)
    status = Revision.objects.values_list("status", flat=True).get(pk=revision.pk)
    if before and status in MAKE_EFFECTIVE.sources:  # whoever comes second is refused below, before anything is done
        keep = months_after(now.date(), 12 * document.type.retention_years)
        records.move(before, SUPERSEDE, by=by, note=revision.number, superseded_at=now, retain_until=keep)
    records.move(revision, MAKE_EFFECTIVE, by=by, effective_at=now, untrained_at_effect=_untrained(revision))
    _tell_of_untrained(revision, document, by=by)
    due = months_after(now.date(), document.type.review_months)
    records.amend(document, by=by, reason=revision.number, review_due=due, title=revision.title)
    if document.status == DocumentStatus.DRAFT:
        records.move(document, ACTIVATE, by=by)
    recall_copies(document, by=by, reason=revision.number, but=revision)
    index(document, by=by)
    revision_moved.send(Revision, revision=revision, transition=MAKE_EFFECTIVE.name, by=by, at=now)
    implemented_by(revision, by=by)
    return revision


def _untrained(revision: Revision) -> int | None:
    if revision.people_to_train is None or revision.trained_people is None:
        return None
    return revision.people_to_train - revision.trained_people


def _tell_of_untrained(revision: Revision, document: Document, *, by: User) -> None:
    kind = document.type
    is_ready = revision.trained_share is None or revision.trained_share >= kind.ready_share
    if is_ready or kind.readiness == ReadinessPolicy.BLOCK:
        return
    count = selectors.trained_words(revision)
    data = {"share": revision.trained_share, "untrained": revision.untrained_at_effect}
    evidence.record_event("effective before trained", revision, by=by, note=count, data=data)
    if kind.readiness == ReadinessPolicy.WARN:
        text = _("%(number)s is in force, but training is not finished: %(count)s")
        told = {"number": revision.number, "count": count}
        for person in {document.owner, *people_with(document.site, Authority.QUALITY_MANAGER)}:
            records.notify(
                person, text=text % told, url=revision.get_absolute_url(), key=f"untrained-{revision.number}", by=by
            )


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
    now = clock()
    was_issued = revision.status == RevisionStatus.ISSUED
    keep = months_after(now.date(), 12 * revision.document.type.retention_years) if was_issued else None
    records.move(revision, WITHDRAW, by=by, note=reason, withdrawn_at=now, retain_until=keep)
    index(revision.document, by=by)
    if was_issued:
        revision_moved.send(Revision, revision=revision, transition=WITHDRAW.name, by=by, at=now)
    return revision


@transaction.atomic
def retire(document: Document, *, by: User, reason: str) -> Document:
    """Take a document out of use: its revision in effect becomes obsolete, and none may be on its way.

    Raises Refused("revision-on-its-way").
    """
    pending = selectors.revision_on_its_way(document)
    if pending:
        raise Refused(_("Withdraw %(number)s first.") % {"number": pending.number}, code="revision-on-its-way")
    now, effective = clock(), selectors.effective_revision(document)
    if effective:
        keep = months_after(now.date(), 12 * document.type.retention_years)
        records.move(effective, MAKE_OBSOLETE, by=by, note=reason, superseded_at=now, retain_until=keep)
        revision_moved.send(Revision, revision=effective, transition=WITHDRAW.name, by=by, at=now)
    recall_copies(document, by=by, reason=reason)
    records.move(document, RETIRE, by=by, note=reason)
    index(document, by=by)
    return document
