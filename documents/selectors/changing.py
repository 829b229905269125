from typing import Any

from django.db.models import Q, QuerySet

from documents.models import ChangeLine, ChangeRequest, Document, Revision
from documents.models.changing import PLANNING, QUESTIONS
from documents.states import RequestStatus
from people.models import User


def change_requests() -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.select_related("site", "process", "owner", "raised_by")


def lines_of(request: ChangeRequest) -> QuerySet[ChangeLine]:
    return request.lines.select_related("document", "revision")


def approved_lines(document: Document) -> QuerySet[ChangeLine]:
    """What approved requests ask of the document and no revision carries yet, oldest first."""
    undone = Q(revision=None) | Q(revision__withdrawn_at__isnull=False)
    found = ChangeLine.objects.filter(undone, document=document, request__status=RequestStatus.APPROVED)
    return found.select_related("request").order_by("request_id")


def lines_carried_by(revision: Revision) -> QuerySet[ChangeLine]:
    return ChangeLine.objects.filter(revision=revision).select_related("request")


def is_everywhere_in_effect(request: ChangeRequest) -> bool:
    """Whether each document that it names has the revision that carries it, and that revision took effect."""
    return not request.lines.filter(Q(revision=None) | Q(revision__effective_at=None)).exists()


def requests_of(document: Document) -> QuerySet[ChangeRequest]:
    """Requests that name the document, newest first."""
    return change_requests().filter(lines__document=document).order_by("-pk")


def to_decide() -> QuerySet[ChangeRequest]:
    """What waits for somebody to assess, decide or verify."""
    waiting = (RequestStatus.SUBMITTED, RequestStatus.ASSESSED, RequestStatus.IMPLEMENTED)
    return change_requests().filter(status__in=waiting).order_by("pk")


def change_overview(request: ChangeRequest, user: User) -> dict[str, Any]:
    names = {field.name: field for field in ChangeRequest._meta.concrete_fields}
    answered = [(names[name].verbose_name, getattr(request, name)) for name in QUESTIONS]
    planned = [(names[name].verbose_name, getattr(request, name)) for name in PLANNING]
    is_approved = request.status == RequestStatus.APPROVED
    return {"lines": list(lines_of(request)), "questions": answered, "planning": planned, "is_approved": is_approved}


def document_changes(document: Document, user: User) -> dict[str, Any]:
    """The panel of a document: what was asked for and is not finished."""
    done = (RequestStatus.VERIFIED, RequestStatus.REJECTED, RequestStatus.WITHDRAWN)
    return {"requests": list(requests_of(document).exclude(status__in=done)[:10])}
