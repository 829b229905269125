"""Documents and the drafts of their revisions (7.5.2): opened, changed, and begun anew from what is in force."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from documents import rich_text, selectors
from documents.models import Autosave, Document, DocumentType, Revision, Step
from documents.services.changing import carry, cause_of
from documents.services.indexing import index
from documents.services.picturing import adopt_pictures
from documents.states import (
    DocumentStatus,
    RevisionStatus,
    TrainingVerdict,
)
from evidence.refusals import Refused
from people.models import Process, Site, User
from records import services as records
from records.models import Record

Rows = Sequence[dict[str, Any]]
SHEET = ("takt_seconds", "standard_wip", "reaction_plan")  # what a standard-work sheet says besides its steps
KEEP: Any = object()  # where None means "none", this means "as it is"


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
    takt_seconds: Decimal | None = None,
    standard_wip: int | None = None,
    reaction_plan: str = "",
) -> Document:
    """Open a document and the draft of its first revision (7.5.2).

    Raises Refused: "too-deep", "step-key-twice".
    """
    document = records.open_record(
        Document, by=by, site=site, title=title, process=process, owner=owner, origin=origin, code=type.code, type=type
    )
    revision = _open_revision(
        document,
        no=1,
        by=by,
        origin=origin or document,
        body=_formatted(body),
        reason=reason,
        training=training,
        takt_seconds=takt_seconds,
        standard_wip=standard_wip,
        reaction_plan=reaction_plan,
    )
    _write_steps(revision, steps)
    adopt_pictures(revision, by=by)
    index(document, by=by)
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
    records.amend(document, by=by, reason=reason, title=title, process=process, owner=owner or document.owner)
    index(document, by=by)
    return document


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
    """Draft the next revision, from the text and steps of the newest one (7.5.3.2 c). One at a time.

    Raises Refused: "retired", "revision-on-its-way", "step-key-twice", "too-deep", and what `cause_of` refuses.
    """
    records.lock(document)
    _check_free(document)
    cause = cause_of(document, origin)
    newest = selectors.revisions_of(document).exclude(status=RevisionStatus.WITHDRAWN).first()
    last = selectors.revisions_of(document).first()
    text = _formatted(body) if body is not None else (newest.body if newest else "")
    revision = _open_revision(
        document,
        no=(last.no if last else 0) + 1,
        by=by,
        origin=cause or document,
        body=text,
        reason=reason,
        change_summary=change_summary,
        training=training,
        **({name: getattr(newest, name) for name in SHEET} if newest else {}),
    )
    copied = [step.content() for step in newest.steps.all()] if newest else []
    _write_steps(revision, copied if steps is None else steps)
    adopt_pictures(revision, by=by)
    carry(revision, origin=cause)
    index(document, by=by)
    return revision


def _check_free(document: Document) -> None:
    """A document in use, of which no other revision is on its way."""
    if document.status == DocumentStatus.RETIRED:
        raise Refused(_("%(number)s is retired.") % {"number": document.number}, code="retired")
    pending = selectors.revision_on_its_way(document)
    if pending:
        raise Refused(
            _("%(number)s is already on its way (%(state)s). Finish or withdraw it first.")
            % {"number": pending.number, "state": pending.status_label},
            code="revision-on-its-way",
        )


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
    takt_seconds: Decimal | None = KEEP,
    standard_wip: int | None = KEEP,
    reaction_plan: str | None = None,
) -> Revision:
    """Change a draft. What is not given stays as it is; what its writer had typed and not saved is saved now.

    Raises Refused: "not-a-draft", "too-deep", "step-key-twice".
    """
    records.lock(revision)
    if not Revision.machine.may_edit(revision.status):
        raise Refused(
            _("%(number)s is %(state)s; start a new revision to change the text.")
            % {"number": revision.number, "state": revision.status_label},
            code="not-a-draft",
        )
    given: dict[str, Any] = {
        "reason": reason,
        "change_summary": change_summary,
        "body": None if body is None else _formatted(body),
        "training": training,
        "reaction_plan": reaction_plan,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    sheet = {"takt_seconds": takt_seconds, "standard_wip": standard_wip}
    changes |= {name: value for name, value in sheet.items() if value is not KEEP}
    records.amend(revision, by=by, parts=_rewrite_steps(revision, steps), facts=changes)
    adopt_pictures(revision, by=by)
    Autosave.objects.filter(revision=revision, person=by).delete()
    index(revision.document, by=by)
    return revision


def _rewrite_steps(revision: Revision, rows: Rows | None) -> list[str]:
    """Put `rows` in the place of the steps of a draft; what changed, for `records.amend`."""
    before = [step.content() for step in revision.steps.all()]
    if rows is None:
        return []
    revision.steps.all().delete()
    _write_steps(revision, rows)
    return [] if [step.content() for step in revision.steps.all()] == before else ["steps"]
