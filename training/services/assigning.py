from datetime import date, timedelta

from django.db import connection, transaction

from documents import services as documents
from documents.models import Revision
from documents.selectors import newest_in_force
from documents.states import RevisionStatus, TrainingVerdict
from evidence import services as evidence
from evidence.context import clock
from evidence.history import append_history
from people.models import Holding, User
from people.selectors import holdings_on
from records import services as records
from training import selectors
from training.models import Assignment, Requirement
from training.states import (
    RELEASE,
    RENEW,
    REPLACE,
    UNFINISHED,
    AssignmentStatus,
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
        ready = selectors.readiness(revision, on=clock().date())
        documents.confirm_ready(revision, share=ready.share, trained=ready.qualified, concerned=ready.concerned, by=by)


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
