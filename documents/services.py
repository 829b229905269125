from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from documents import rich_text, selectors
from documents.models import Document, DocumentType, Revision, Step
from documents.signals import revision_moved
from documents.states import (
    ACTIVATE,
    APPROVE,
    ISSUE,
    MAKE_EFFECTIVE,
    MAKE_OBSOLETE,
    REQUEST_CHANGES,
    RETIRE,
    SUBMIT,
    SUPERSEDE,
    WITHDRAW,
    DocumentStatus,
    RevisionStatus,
    TrainingVerdict,
)
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from jobs import services as jobs
from people.models import Process, Site, User
from records import services as records
from records.models import Record
from records.signing import Signing

Rows = Sequence[dict[str, Any]]


def _formatted(body: str) -> str:
    """The text as it is kept. Raises Refused("too-deep")."""
    if rich_text.is_too_deep(body):
        raise Refused(_("The text is nested more than 30 levels deep."), code="too-deep")
    return rich_text.clean(body)


@transaction.atomic
def create_document(
    *,
    by: User,
    site: Site,
    type: DocumentType,
    title: str,
    process: Process | None = None,
    owner: User | None = None,
    origin: Record | None = None,
    body: str = "",
    steps: Rows = (),
    reason: str = "",
    training: str = TrainingVerdict.READ,
) -> Document:
    """Open a document and the draft of its first revision (7.5.2)."""
    document = records.open_record(
        Document, by=by, site=site, title=title, process=process, owner=owner, origin=origin, code=type.code, type=type
    )
    revision = _open_revision(
        document, no=1, by=by, origin=origin or document, body=_formatted(body), reason=reason, training=training
    )
    _write_steps(revision, steps)
    return document


@transaction.atomic
def edit_document(
    document: Document,
    *,
    by: User,
    title: str,
    process: Process | None = None,
    owner: User | None = None,
    reason: str = "",
) -> Document:
    """Rename a document or hand it to another owner."""
    return records.amend(document, by=by, reason=reason, title=title, process=process, owner=owner or document.owner)


@transaction.atomic
def start_revision(
    document: Document,
    *,
    by: User,
    reason: str,
    change_summary: str = "",
    origin: Record | None = None,
    body: str | None = None,
    steps: Rows | None = None,
    training: str = TrainingVerdict.READ,
) -> Revision:
    """Draft the next revision, from the text and steps of the newest one. One at a time."""
    records.lock(document)
    if document.status == DocumentStatus.RETIRED:
        raise Refused(_("%(number)s is retired.") % {"number": document.number}, code="retired")
    pending = selectors.revision_on_its_way(document)
    if pending:
        raise Refused(
            _("%(number)s is already on its way (%(state)s). Finish or withdraw it first.")
            % {"number": pending.number, "state": pending.status_label},
            code="revision-on-its-way",
        )
    newest = selectors.revisions_of(document).exclude(status=RevisionStatus.WITHDRAWN).first()
    last = selectors.revisions_of(document).first()
    text = _formatted(body) if body is not None else (newest.body if newest else "")
    revision = _open_revision(
        document,
        no=(last.no if last else 0) + 1,
        by=by,
        origin=origin or document,
        body=text,
        reason=reason,
        change_summary=change_summary,
        training=training,
    )
    copied = [step.content() for step in newest.steps.all()] if newest else []
    _write_steps(revision, copied if steps is None else steps)
    return revision


def _open_revision(document: Document, *, no: int, by: User, origin: Record, **facts: Any) -> Revision:
    return records.open_record(
        Revision,
        by=by,
        site=document.site,
        title=document.title,
        process=document.process,
        origin=origin,
        number=f"{document.number}-r{no}",
        document=document,
        no=no,
        **facts,
    )


def _write_steps(revision: Revision, rows: Rows) -> None:
    steps = [
        Step(
            revision=revision,
            key=row.get("key") or uuid4().hex[:12],
            position=position,
            **{name: row[name] for name in Step.FIELDS if row.get(name) not in (None, "")},
        )
        for position, row in enumerate(rows, start=1)
    ]
    if len({step.key for step in steps}) < len(steps):
        raise Refused(_("Two steps have the same key."), code="step-key-twice")
    Step.objects.bulk_create(steps)


@transaction.atomic
def edit_revision(
    revision: Revision,
    *,
    by: User,
    reason: str | None = None,
    change_summary: str | None = None,
    body: str | None = None,
    training: str | None = None,
    steps: Rows | None = None,
) -> Revision:
    """Change a draft. What is not given stays as it is."""
    records.lock(revision)
    if not Revision.machine.may_edit(revision.status):
        raise Refused(
            _("%(number)s is %(state)s; start a new revision to change the text.")
            % {"number": revision.number, "state": revision.status_label},
            code="not-a-draft",
        )
    given = {
        "reason": reason,
        "change_summary": change_summary,
        "body": None if body is None else _formatted(body),
        "training": training,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    return records.amend(revision, by=by, parts=_rewrite_steps(revision, steps), **changes)


def _rewrite_steps(revision: Revision, rows: Rows | None) -> list[str]:
    """Put `rows` in the place of the steps of a draft; what changed, for `records.amend`."""
    before = [step.content() for step in revision.steps.all()]
    if rows is None:
        return []
    revision.steps.all().delete()
    _write_steps(revision, rows)
    return [] if [step.content() for step in revision.steps.all()] == before else ["steps"]


@transaction.atomic
def submit(revision: Revision, *, by: User) -> Revision:
    """Hand a draft to review (7.5.2 c)."""
    if not (revision.body.strip() or revision.steps.exists() or revision.document.type.is_control_plan):
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


def remind(*, on: date, by: User) -> int:
    """Remind owners of documents whose periodic review is due, and of revisions that wait for training."""
    due = [(document, _("%(number)s is due for review")) for document in selectors.due_for_review(on)]
    waiting = [(revision, _("%(number)s waits for training")) for revision in selectors.waiting_for_training(on)]
    return sum(
        records.notify(
            record.owner,
            text=f"{words % {'number': record.number}}: {record.title}",
            url=record.get_absolute_url(),
            key=f"document-{record.number}-{on}",
            by=by,
        )
        for record, words in [*due, *waiting]
    )
