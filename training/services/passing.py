"""The one way in which an assignment is passed: moved with its signature, and documents hear how many are ready."""

from evidence.context import clock
from people.models import User
from records import services as records
from records.models import Signature
from records.states import Transition
from training import selectors
from training.models import Assignment
from training.services.assigning import _tell_readiness
from training.services.competence import _raise_level


def pass_assignment(
    assignment: Assignment,
    transition: Transition,
    signature: Signature,
    by: User,
    *,
    note: str = "",
) -> Assignment:
    """Inside the transaction of whoever signs."""
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
    _raise_level(assignment, by=by, signature=signature)
    _tell_readiness(assignment.revision, by=by)
    return assignment
