"""The one way in which an assignment is passed: moved with its signature. Documents hear later how many are ready."""

from evidence.context import clock
from jobs.services import enqueue
from people.models import User
from records import services as records
from records.models import Signature
from records.states import Transition
from training import selectors
from training.models import Assignment
from training.services.competence import _raise_level


def pass_assignment(
    assignment: Assignment,
    transition: Transition,
    signature: Signature,
    by: User,
    *,
    note: str = "",
) -> Assignment:
    """Inside the transaction of whoever signs.

    Documents hear it after that, once for all who sign meanwhile: a thousand operators who sign one morning do not
    queue up for the same revision, and leave no thousand rows of its history.
    """
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
    if assignment.revision_id:
        enqueue("training.tell_readiness", key=f"ready-{assignment.revision_id}", revision_id=assignment.revision_id)
    return assignment
