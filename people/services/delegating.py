"""Who stands in for whom while somebody is away."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people import selectors
from people.models import Delegation, User
from people.states import Authority

LONGEST = timedelta(days=366)
READ_ONLY = {Authority.AUDITOR, Authority.INTEGRATION}  # an auditor from outside, a machine


@transaction.atomic
def delegate(*, by: User, person: User, deputy: User, since: date, until: date, reason: str) -> Delegation:
    """Let somebody sign for a person who is away, from one day to another. One deputy at a time.

    Raises Refused: "own-deputy", "inactive-person", "dates-out-of-order", "in-the-past", "only-reads",
    "delegated-already".
    """
    if person.pk == deputy.pk:
        raise Refused(_("Nobody can be their own deputy: name somebody else."), code="own-deputy")
    if not (person.is_active and deputy.is_active):
        raise Refused(_("Both must still work here."), code="inactive-person")
    held = frozenset().union(*selectors.authorities(deputy).values())
    if held and held <= READ_ONLY:
        raise Refused(_("%(deputy)s only reads here, and signs for nobody.") % {"deputy": deputy}, code="only-reads")
    if not since <= until < since + LONGEST:
        raise Refused(_("The last day is not before the first, and within a year of it."), code="dates-out-of-order")
    if until < clock().date():
        raise Refused(_("That absence is over already."), code="in-the-past")
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if selectors.delegations_of(person).filter(since__lte=until, until__gte=since).exists():
        raise Refused(_("%(person)s has a deputy in that time.") % {"person": person}, code="delegated-already")
    made = Delegation.objects.create(person=person, deputy=deputy, since=since, until=until, reason=reason, made_by=by)
    evidence.record_event("delegated", person, by=by, note=f"{made}: {reason}", data={"deputy": deputy.username})
    return made


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: User) -> Delegation:
    """The person is back, or another shall stand in. What was signed meanwhile stays signed.

    Raises Refused("ended-already").
    """
    delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if delegation.ended_at:
        raise Refused(_("This delegation has ended already."), code="ended-already")
    delegation.ended_at = clock()
    delegation.save()
    evidence.record_event("took back a delegation", delegation.person, by=by, note=str(delegation))
    return delegation
