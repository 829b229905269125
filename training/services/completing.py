from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Revision
from documents.selectors import newest_in_force
from evidence.context import clock
from evidence.refusals import Refused
from people.models import User
from records import services as records
from records.models import Record, Signature
from records.signing import Signing
from records.states import Transition
from training import selectors
from training.models import Assignment
from training.services.assigning import _tell_readiness
from training.states import (
    ACKNOWLEDGE,
    ASSESS,
    FAIL,
    OPEN,
    WAIVE,
    AssignmentStatus,
    Method,
)


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
    if selectors.method_of(assignment) == Method.PRACTICAL:
        raise Refused(_("This one is shown and practised: your supervisor signs it with you."), code="practical")
    what = _check_in_force(assignment)
    signature = records.sign(what, by=by, transition=ACKNOWLEDGE, signing=signing, subject=assignment)
    return _pass(assignment, ACKNOWLEDGE, signature, by)


@transaction.atomic
def assess(assignment: Assignment, *, by: User, signing: Signing, note: str = "") -> Assignment:
    """A supervisor signs that the person was shown the work and can do it to standard."""
    if by.pk == assignment.person_id:
        raise Refused(_("Nobody assesses themselves."), code="self-assessed")
    what = _check_in_force(assignment)
    signature = records.sign(what, by=by, transition=ASSESS, signing=signing, subject=assignment)
    return _pass(assignment, ASSESS, signature, by, note=note)


def _check_own(assignment: Assignment, by: User) -> None:
    if by.pk != assignment.person_id:
        raise Refused(_("This training is not yours."), code="not-yours")


def _check_in_force(assignment: Assignment) -> Record:
    """What is signed: the revision, when it is still in force; for a skill or a course the requirement."""
    if assignment.revision_id is None:
        return assignment.requirement
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
        valid_until=selectors.valid_until(assignment.requirement, clock().date()),
    )
    _tell_readiness(assignment.revision, by=by)
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
    what = _check_in_force(assignment)
    signature = records.sign(what, by=by, transition=WAIVE, signing=signing, subject=assignment)
    records.move(assignment, WAIVE, by=by, note=reason, signature=signature, completed_at=clock())
    _tell_readiness(assignment.revision, by=by)
    return assignment
