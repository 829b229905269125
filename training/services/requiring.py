from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Document
from documents.selectors import newest_in_force
from documents.states import TrainingVerdict
from evidence.context import clock
from evidence.refusals import Refused
from people.models import JobRole, User
from records import services as records
from records.models import Record
from training.models import Assignment, Requirement
from training.services.assigning import _assign, _tell_readiness
from training.states import (
    ACTIVATE,
    RELEASE,
    RETIRE,
    Method,
    Reason,
    RequirementStatus,
)


@transaction.atomic
def require(
    *,
    by: User,
    job_role: JobRole,
    document: Document,
    method: str = Method.READ,
    origin: Record | None = None,
    owner: User | None = None,
) -> Requirement:
    """Make a document a requirement of a job role (7.2 a), as a draft until it is activated."""
    live = Requirement.objects.filter(job_role=job_role, document=document, retired_at__isnull=True).first()
    if live:
        raise Refused(
            _("%(role)s must know %(document)s already (%(number)s).")
            % {"role": job_role, "document": document.number, "number": live.number},
            code="already-required",
        )
    return records.open_record(
        Requirement,
        by=by,
        site=job_role.site,
        title=f"{job_role}: {document.title}"[:200],
        process=document.process,
        owner=owner,
        origin=origin,
        job_role=job_role,
        document=document,
        method=method,
    )


@transaction.atomic
def activate(requirement: Requirement, *, by: User) -> Requirement:
    """From now on it holds: everybody in the role is assigned what is in force today."""
    records.move(requirement, ACTIVATE, by=by)
    revision = newest_in_force(requirement.document)
    if revision and revision.training != TrainingVerdict.NONE:
        _assign(revision, by=by, reason=Reason.NEW_REQUIREMENT, requirement=requirement)
        _tell_readiness(revision, by=by)
    return requirement


@transaction.atomic
def require_now(
    *, by: User, job_role: JobRole, document: Document, method: str = Method.READ, origin: Record | None = None
) -> Requirement:
    """Require and activate in one step."""
    return activate(require(by=by, job_role=job_role, document=document, method=method, origin=origin), by=by)


@transaction.atomic
def ensure_required(
    *, by: User, job_role: JobRole, document: Document, method: str, origin: Record | None
) -> Requirement:
    """The live requirement of this role and document; made and activated when there is none."""
    live = Requirement.objects.filter(job_role=job_role, document=document, retired_at__isnull=True).first()
    if live is None:
        return require_now(by=by, job_role=job_role, document=document, method=method, origin=origin)
    return activate(live, by=by) if live.status == RequirementStatus.DRAFT else live


@transaction.atomic
def retire(requirement: Requirement, *, by: User, reason: str) -> Requirement:
    """The role need not know the document any more; open assignments of it end."""
    records.move(requirement, RETIRE, by=by, note=reason, retired_at=clock())
    records.move_all(Assignment.objects.filter(requirement=requirement), RELEASE, by=by, note=reason)
    return requirement
