"""Training because of something that went wrong: required now, and where it is required already, assigned once more."""

from typing import Any

from django.db import transaction

from documents.selectors import newest_in_force
from evidence import services as evidence
from evidence.context import clock
from people.models import User
from records import services as records
from records.models import Link, Record
from training.models import Requirement
from training.services.assigning import INSERT, NEEDED, Order, _assign, _due
from training.services.requiring import activate, require
from training.states import RequirementStatus

ASKED = ("job_role", "person", "document", "skill", "course")
HAD_OPEN = """
SELECT 1 FROM training_assignment other
WHERE other.person_id = person.id AND other.requirement_id = requirement.record_ptr_id
  AND other.status IN ('assigned', 'opened', 'failed')
"""
AGAIN = INSERT.format(needed=NEEDED.format(what="TRUE", had=HAD_OPEN))


@transaction.atomic
def train_because(origin: Record, *, by: User, reason: str, **asked: Any) -> Requirement:
    """Require it because of `origin`, and assign it for that reason: also to those who passed it before.

    Where it is required already, that requirement answers for it, and is linked. Raises what `require` raises.
    """
    what = {name: asked.get(name) for name in ASKED}
    live = Requirement.objects.filter(**what, retired_at__isnull=True).first()
    if live is None:
        return activate(require(by=by, origin=origin, **asked), by=by, reason=reason)
    records.link(origin, live, kind=Link.Kind.SEE_ALSO, by=by)
    if live.status == RequirementStatus.DRAFT:
        return activate(live, by=by, reason=reason)
    _assign_again(live, by=by, reason=reason, why=origin.number)
    return live


def _assign_again(requirement: Requirement, *, by: User, reason: str, why: str) -> None:
    revision = newest_in_force(requirement.document) if requirement.document else None
    if requirement.document and revision is None:
        return
    order = Order(reason, _due(revision, reason, clock().date()), revision, requirement)
    keys = _assign(order, by=by, sql=AGAIN)
    evidence.record_event("trained again", requirement, by=by, note=why, data={"people": len(keys)})
