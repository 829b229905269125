from datetime import date, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from documents import services as documents
from documents.models import Document, Revision
from documents.selectors import newest_in_force
from documents.states import RevisionStatus, TrainingVerdict
from evidence import services as evidence
from evidence.context import clock
from evidence.history import append_history
from evidence.refusals import Refused
from people.models import Holding, JobRole, User
from people.selectors import holdings_on
from records import services as records
from records.models import Record, Signature
from records.signing import Signing
from records.states import Transition
from training import selectors
from training.models import Assignment, Requirement
from training.states import (
    ACKNOWLEDGE,
    ACTIVATE,
    ASSESS,
    FAIL,
    OPEN,
    RELEASE,
    RENEW,
    REPLACE,
    RETIRE,
    UNFINISHED,
    WAIVE,
    AssignmentStatus,
    Method,
    Reason,
    RequirementStatus,
)

ASSIGN = """
INSERT INTO training_assignment (uuid, person_id, requirement_id, revision_id, reason, due, status, assigned_at)
SELECT DISTINCT ON (person.id) gen_random_uuid(), person.id, requirement.record_ptr_id, %(revision)s, %(reason)s,
       %(due)s, %(status)s, %(at)s
FROM people_user person
JOIN people_holding holding ON holding.person_id = person.id
JOIN training_requirement requirement ON requirement.job_role_id = holding.job_role_id
JOIN records_record record ON record.id = requirement.record_ptr_id
WHERE person.is_active AND requirement.document_id = %(document)s AND record.status = %(active)s
  AND holding.since <= %(on)s AND (holding.until IS NULL OR holding.until > %(on)s)
  AND (%(person)s::bigint IS NULL OR person.id = %(person)s)
  AND (%(requirement)s::bigint IS NULL OR requirement.record_ptr_id = %(requirement)s)
  AND NOT EXISTS (
    SELECT 1 FROM training_assignment other
    WHERE other.person_id = person.id AND other.revision_id = %(revision)s
      AND other.status NOT IN ('replaced', 'expired'))
ORDER BY person.id, requirement.method DESC, requirement.record_ptr_id
ON CONFLICT (person_id, requirement_id, revision_id) DO NOTHING
RETURNING id
"""


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


def _assign(
    revision: Revision,
    *,
    by: User,
    reason: str,
    person: User | None = None,
    requirement: Requirement | None = None,
) -> int:
    """Assign a revision to everybody who needs it and has it not yet: two statements, whatever the number."""
    now = clock()
    values = {
        "revision": revision.pk,
        "document": revision.document_id,
        "reason": str(reason),
        "due": _due(revision, reason, now.date()),
        "status": str(AssignmentStatus.ASSIGNED),
        "active": str(RequirementStatus.ACTIVE),
        "at": now,
        "on": now.date(),
        "person": person.pk if person else None,
        "requirement": requirement.pk if requirement else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(ASSIGN, values)
        keys = [row[0] for row in cursor.fetchall()]
    if keys:
        append_history(Assignment.objects.filter(pk__in=keys), "+")
        evidence.record_event("assigned", revision, by=by, note=f"{len(keys)}", data={"reason": str(reason)})
    return len(keys)


def _due(revision: Revision, reason: str, today: date) -> date:
    """A new revision must be known by its effective date; a newcomer has the type's training window."""
    if reason == Reason.NEW_REVISION and revision.effective_on:
        return max(revision.effective_on, today)
    return today + timedelta(days=revision.document.type.training_days)


def _tell_readiness(revision: Revision, *, by: User) -> None:
    if revision.status in (RevisionStatus.ISSUED, RevisionStatus.EFFECTIVE):
        share = selectors.readiness(revision, on=clock().date()).share
        documents.confirm_ready(revision, share=share, by=by)


@transaction.atomic
def follow_revision(revision: Revision, *, transition: str, by: User) -> None:
    """Assign, replace or release, as a revision is issued, becomes effective or is withdrawn."""
    earlier = Assignment.objects.filter(revision__document=revision.document_id, revision__no__lt=revision.no)
    if transition == "issue":
        if revision.training != TrainingVerdict.NONE:
            records.move_all(earlier, REPLACE, by=by, note=revision.number)
            _assign(revision, by=by, reason=Reason.NEW_REVISION)
        else:
            _carry_over(revision, by=by)
        _tell_readiness(revision, by=by)
    elif transition == "withdraw":
        records.move_all(Assignment.objects.filter(revision=revision), RELEASE, by=by, note=revision.number)


def _carry_over(revision: Revision, *, by: User) -> None:
    """An editorial revision asks for no training: open duties move on to it, old qualifications hold."""
    open_before = Assignment.objects.filter(
        revision__document=revision.document_id, revision__no__lt=revision.no, status__in=UNFINISHED
    )
    people = list(open_before.values_list("person", flat=True))
    records.move_all(open_before, REPLACE, by=by, note=revision.number)
    for person in User.objects.filter(pk__in=people):
        _assign(revision, by=by, reason=Reason.NEW_REVISION, person=person)


@transaction.atomic
def follow_holding(holding: Holding, *, by: User) -> None:
    """A newcomer is assigned what is in force that day; who leaves the role is released."""
    today = clock().date()
    if holding.until:
        _release(holding, by=by)
    elif holding.since <= today:
        for requirement in selectors.requirements_of_role(holding.job_role):
            _assign_newcomer(requirement, holding.person, by=by)


def _assign_newcomer(requirement: Requirement, person: User, *, by: User) -> None:
    revision = newest_in_force(requirement.document)
    if revision is None:
        return
    lapsed = Assignment.objects.filter(person=person, requirement=requirement, revision=revision)
    records.move_all(lapsed, RENEW, by=by, due=_due(revision, Reason.NEW_ROLE, clock().date()))
    _assign(revision, by=by, reason=Reason.NEW_ROLE, person=person, requirement=requirement)
    _tell_readiness(revision, by=by)


def _release(holding: Holding, *, by: User) -> None:
    assert holding.until, "only a holding that ends releases"
    still_held = holdings_on(holding.until).filter(person=holding.person).values("job_role")
    lapsed = Assignment.objects.filter(
        person=holding.person, requirement__job_role=holding.job_role, status__in=UNFINISHED
    ).exclude(requirement__job_role__in=still_held)
    revisions = list(Revision.objects.filter(pk__in=lapsed.values("revision")))
    records.move_all(lapsed, RELEASE, by=by, note=str(holding))
    for revision in revisions:
        _tell_readiness(revision, by=by)


def start_roles_due(*, on: date, by: User) -> int:
    """Assign what roles require that begin today and were given earlier. Harmless when run again."""
    starting = holdings_on(on).filter(since=on, until__isnull=True).select_related("person", "job_role")
    for holding in starting:
        follow_holding(holding, by=by)
    return len(starting)


@transaction.atomic
def open_assignment(assignment: Assignment, *, by: User) -> Assignment:
    """The person opens the standard: recorded apart from acknowledging it. Opening again changes nothing."""
    _check_own(assignment, by)
    if assignment.status == AssignmentStatus.OPENED:
        return assignment
    return records.move(assignment, OPEN, by=by, opened_at=clock())


@transaction.atomic
def acknowledge(assignment: Assignment, *, by: User, signing: Signing) -> Assignment:
    """The person signs for having read and understood the revision as it was shown.

    Raises Refused: "not-yours", "superseded" when the revision is no longer in force, and those of signing.
    """
    _check_own(assignment, by)
    if assignment.requirement.method == Method.PRACTICAL or assignment.revision.training == TrainingVerdict.PRACTICAL:
        raise Refused(_("This one is shown and practised: your supervisor signs it with you."), code="practical")
    revision = _check_in_force(assignment)
    signature = records.sign(revision, by=by, transition=ACKNOWLEDGE, signing=signing, subject=assignment)
    return _pass(assignment, ACKNOWLEDGE, revision, signature, by)


@transaction.atomic
def assess(assignment: Assignment, *, by: User, signing: Signing, note: str = "") -> Assignment:
    """A supervisor signs that the person was shown the work and can do it to standard."""
    if by.pk == assignment.person_id:
        raise Refused(_("Nobody assesses themselves."), code="self-assessed")
    revision = _check_in_force(assignment)
    signature = records.sign(revision, by=by, transition=ASSESS, signing=signing, subject=assignment)
    return _pass(assignment, ASSESS, revision, signature, by, note=note)


def _check_own(assignment: Assignment, by: User) -> None:
    if by.pk != assignment.person_id:
        raise Refused(_("This training is not yours."), code="not-yours")


def _check_in_force(assignment: Assignment) -> Revision:
    revision = Revision.objects.select_related("document__type").get(pk=assignment.revision_id)
    newest = newest_in_force(revision.document)
    if newest is None or newest.pk != revision.pk:
        raise Refused(
            _("%(number)s is no longer in force. Open the newest revision.") % {"number": revision.number},
            code="superseded",
        )
    return revision


def _pass(
    assignment: Assignment,
    transition: Transition,
    revision: Revision,
    signature: Signature,
    by: User,
    *,
    note: str = "",
) -> Assignment:
    records.move(
        assignment,
        transition,
        by=by,
        note=note,
        signature=signature,
        completed_at=clock(),
        opened_at=assignment.opened_at or clock(),
    )
    _tell_readiness(revision, by=by)
    return assignment


@transaction.atomic
def fail(assignment: Assignment, *, by: User, reason: str) -> Assignment:
    """The person cannot do it to standard yet; the duty stays open."""
    if by.pk == assignment.person_id:
        raise Refused(_("Nobody assesses themselves."), code="self-assessed")
    return records.move(assignment, FAIL, by=by, note=reason)


@transaction.atomic
def waive(assignment: Assignment, *, by: User, reason: str, signing: Signing) -> Assignment:
    """Excuse a person from a training, with a reason and a signature."""
    if by.pk == assignment.person_id:
        raise Refused(_("Nobody waives their own training."), code="self-waived")
    revision = _check_in_force(assignment)
    signature = records.sign(revision, by=by, transition=WAIVE, signing=signing, subject=assignment)
    records.move(assignment, WAIVE, by=by, note=reason, signature=signature, completed_at=clock())
    _tell_readiness(revision, by=by)
    return assignment


def remind(*, on: date, by: User) -> int:
    """Remind everybody of what is due within a week or overdue: once a day each. Returns how many are new."""
    soon = selectors.assignments().filter(status__in=UNFINISHED, due__lte=on + timedelta(days=7))
    return sum(
        records.notify(
            row.person,
            text=_("%(title)s is due on %(due)s") % {"title": row.revision.title, "due": row.due},
            url=row.get_absolute_url(),
            key=f"assignment-{row.pk}-{on}",
            by=by,
        )
        for row in soon
    )
