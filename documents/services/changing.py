"""Change requests: asked, assessed, decided, carried by revisions, verified (ISO 9001, 6.3 and 8.5.6)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents import selectors
from documents.models import ChangeLine, ChangeRequest, Document, Revision
from documents.models.changing import PLANNING, QUESTIONS
from documents.states import (
    APPROVE_REQUEST,
    ASSESS,
    IMPLEMENT,
    REJECT,
    SEND_BACK,
    SUBMIT_REQUEST,
    VERIFY_REQUEST,
    WITHDRAW_REQUEST,
    ChangeSource,
    RequestStatus,
    Urgency,
)
from evidence.context import clock
from evidence.refusals import Refused
from people.models import Process, Site, User
from records import services as records
from records.models import Record
from records.signing import Signing

MOST_DOCUMENTS = 50


@transaction.atomic
def request_change(
    *,
    by: User,
    site: Site,
    title: str,
    reason: str,
    documents: Sequence[Document],
    process: Process | None = None,
    owner: User | None = None,
    origin: Record | None = None,
    source: str = ChangeSource.OTHER,
    proposal: str = "",
    urgency: str = Urgency.USUAL,
) -> ChangeRequest:
    """Ask for a change of one or several documents. Whoever owns the request answers its questions.

    Raises Refused: "no-document", "too-many-documents".
    """
    request = records.open_record(
        ChangeRequest,
        by=by,
        site=site,
        title=title,
        process=process,
        owner=owner,
        origin=origin,
        source=source,
        raised_by=by,
        reason=reason,
        proposal=proposal,
        urgency=urgency,
    )
    _name_documents(request, documents)
    return request


@transaction.atomic
def suggest_change(document: Document, *, by: User, title: str, reason: str, proposal: str) -> ChangeRequest:
    """Whoever works by a document says in three fields what should change. It goes to the owner of the document.

    Raises Refused: "no-document", "too-many-documents".
    """
    request = records.open_record(
        ChangeRequest,
        by=by,
        site=document.site,
        title=title,
        process=document.process,
        owner=document.owner,
        origin=document,
        source=ChangeSource.SUGGESTION,
        raised_by=by,
        reason=reason,
        proposal=proposal,
    )
    _name_documents(request, [document])
    records.move(request, SUBMIT_REQUEST, by=by)
    _tell(request, document.owner, _("%(person)s suggests a change: %(title)s"), by)
    return request


def _tell(request: ChangeRequest, person: User, words: str, by: User) -> None:
    text = words % {"person": by, "title": request.title}
    key = f"change-{request.number}-{request.status}"
    records.notify(person, text=text, url=request.get_absolute_url(), key=key, by=by)


def _name_documents(request: ChangeRequest, documents: Sequence[Document]) -> None:
    chosen = {document.pk: document for document in documents}
    if not chosen:
        raise Refused(_("Name at least one document."), code="no-document")
    if len(chosen) > MOST_DOCUMENTS:
        raise Refused(_("A request names fifty documents at most."), code="too-many-documents")
    known = set(request.lines.values_list("document", flat=True))
    request.lines.exclude(document__in=chosen).delete()
    ChangeLine.objects.bulk_create(ChangeLine(request=request, document_id=key) for key in chosen if key not in known)


@transaction.atomic
def edit_request(request: ChangeRequest, *, by: User, documents: Sequence[Document], **facts: Any) -> ChangeRequest:
    """Change a request that is not submitted yet.

    Raises Refused: "not-a-draft", "no-document", "too-many-documents".
    """
    records.lock(request)
    if request.status != RequestStatus.DRAFT:
        raise Refused(_("This request is submitted. Have it sent back to change it."), code="not-a-draft")
    facts["owner"] = facts.get("owner") or request.owner
    before = set(request.lines.values_list("document", flat=True))
    _name_documents(request, documents)
    changed = before != {document.pk for document in documents}
    return records.amend(request, by=by, parts=["documents"] if changed else [], facts=facts)


@transaction.atomic
def submit_request(request: ChangeRequest, *, by: User) -> ChangeRequest:
    """Hand a request in, to be assessed."""
    records.move(request, SUBMIT_REQUEST, by=by)
    _tell(request, request.owner, _("%(person)s asks for a change: %(title)s"), by)
    return request


@transaction.atomic
def assess(request: ChangeRequest, *, by: User, **answers: Any) -> ChangeRequest:
    """Answer what the change touches, how risky it is, and the four questions of ISO 9001, 6.3.

    Raises Refused("not-assessed").
    """
    if missing := [name for name in (*QUESTIONS, *PLANNING, "risk") if not str(answers.get(name) or "").strip()]:
        raise Refused(
            _("Answer every question; write “none” where nothing is touched. Missing: %(names)s")
            % {"names": ", ".join(str(ChangeRequest._meta.get_field(name).verbose_name) for name in missing)},  # type: ignore[union-attr]
            code="not-assessed",
        )
    return records.move(request, ASSESS, by=by, **answers)


@transaction.atomic
def send_back(request: ChangeRequest, *, by: User, reason: str) -> ChangeRequest:
    """Something is missing: the request goes back to whoever raised it."""
    records.move(request, SEND_BACK, by=by, note=reason)
    _tell(request, request.raised_by, _("%(person)s sent your change request back: %(title)s"), by)
    return request


@transaction.atomic
def approve_request(request: ChangeRequest, *, by: User, signing: Signing) -> ChangeRequest:
    """Decide that the change is made. Whoever raised or owns the request does not decide it.

    Raises Refused("self-decided").
    """
    _refuse_own(request, by)
    signature = records.sign(request, by=by, transition=APPROVE_REQUEST, signing=signing)
    records.move(request, APPROVE_REQUEST, by=by, signature=signature, decided_at=clock())
    _tell(request, request.owner, _("%(person)s approved the change: %(title)s"), by)
    return request


@transaction.atomic
def reject(request: ChangeRequest, *, by: User, reason: str, signing: Signing) -> ChangeRequest:
    """Decide that the change is not made, and why. Whoever raised it is told.

    Raises Refused("self-decided").
    """
    _refuse_own(request, by)
    signature = records.sign(request, by=by, transition=REJECT, signing=replace(signing, note=reason))
    records.move(request, REJECT, by=by, note=reason, signature=signature, decided_at=clock())
    _tell(request, request.raised_by, _("%(person)s rejected the change: %(title)s"), by)
    return request


def _refuse_own(request: ChangeRequest, by: User) -> None:
    if by.pk in (request.raised_by_id, request.owner_id):
        raise Refused(_("Someone other than who raised or owns the request decides it."), code="self-decided")


@transaction.atomic
def verify_request(request: ChangeRequest, *, by: User, signing: Signing) -> ChangeRequest:
    """Somebody else confirms that the change is in use and does what it should.

    Raises Refused("self-verified").
    """
    authors = request.lines.values_list("revision__owner", flat=True)
    if by.pk == request.owner_id or by.pk in set(authors):
        raise Refused(_("Someone who did not make the change must verify it."), code="self-verified")
    signature = records.sign(request, by=by, transition=VERIFY_REQUEST, signing=signing)
    return records.move(request, VERIFY_REQUEST, by=by, signature=signature, verified_at=clock())


@transaction.atomic
def withdraw_request(request: ChangeRequest, *, by: User, reason: str) -> ChangeRequest:
    """The change is no longer wanted. Not while a revision for it is on its way.

    Raises Refused("revision-on-its-way").
    """
    under_way = request.lines.filter(revision__isnull=False, revision__withdrawn_at=None).select_related("revision")
    if line := under_way.first():
        raise Refused(
            _("%(number)s carries this change already. Withdraw it first.") % {"number": line.revision},
            code="revision-on-its-way",
        )
    return records.move(request, WITHDRAW_REQUEST, by=by, note=reason)


def cause_of(document: Document, origin: Record | None) -> Record | None:
    """What a new revision of the document comes from. Raises Refused("change-request-missing").

    What was decided elsewhere (an improvement, a corrective action) is its own request; otherwise the oldest
    approved request for the document is, and where the type asks for one there must be one.
    """
    if origin is not None and origin.pk != document.pk:
        return origin
    line = selectors.approved_lines(document).first()
    if line is not None:
        return line.request
    if document.type.asks_change_request:
        raise Refused(
            _("A revision of this type needs an approved change request. Ask for the change first."),
            code="change-request-missing",
        )
    return origin


def carry(revision: Revision, *, origin: Record | None) -> None:
    """A revision that began carries every approved request for its document, unless it came from elsewhere."""
    if isinstance(origin, ChangeRequest):
        for line in selectors.approved_lines(revision.document):
            line.revision = revision
            line.save()


def implemented_by(revision: Revision, *, by: User) -> None:
    """The revision took effect: requests that wait for nothing else are implemented."""
    for line in selectors.lines_carried_by(revision):
        request = line.request
        if request.status == RequestStatus.APPROVED and selectors.is_everywhere_in_effect(request):
            records.move(request, IMPLEMENT, by=by, note=revision.number, implemented_at=clock())
            _tell(request, request.raised_by, _("In effect now: %(title)s"), by)
