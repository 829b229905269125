"""Cells of a matrix that somebody chose: what would be assigned, and doing it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Document
from documents.selectors import newest_in_force
from evidence.context import clock
from evidence.refusals import Refused
from people.models import User
from people.selectors import holdings_on
from training import selectors
from training.models import Assignment, Requirement, Skill
from training.permissions import may_open_requirement
from training.services.assigning import Order, _assign, _due, _tell_readiness
from training.services.requiring import require_now
from training.states import UNFINISHED, Level, Method, Reason, RequirementStatus

MOST = 200

Chosen = tuple[User, Document | Skill]


@dataclass(frozen=True)
class Planned:
    """What choosing one cell would do."""

    person: User
    what: Document | Skill
    requirement: Requirement | None
    effect: str
    is_done: bool = False


@transaction.atomic
def plan(chosen: Sequence[Chosen], *, by: User) -> list[Planned]:
    """What would be assigned, in words; nothing is written. Raises Refused("too-many")."""
    if len(chosen) > MOST:
        raise Refused(_("Choose at most %(most)d cells at once.") % {"most": MOST}, code="too-many")
    return [_planned(person, what) for person, what in chosen]


def _planned(person: User, what: Document | Skill) -> Planned:
    asked = _requirement(person, what)
    mine = Assignment.objects.filter(person=person, status__in=UNFINISHED)
    same = mine.filter(revision__document=what) if isinstance(what, Document) else mine.filter(requirement__skill=what)
    if same.exists():
        return Planned(person, what, asked, _("Assigned already."), is_done=True)
    if isinstance(what, Document):
        revision = newest_in_force(what)
        if revision is None:
            return Planned(person, what, asked, _("No revision is in force: nothing to learn yet."), is_done=True)
        if selectors.qualified_people(revision, on=clock().date()).filter(pk=person.pk).exists():
            return Planned(person, what, asked, _("Knows it already."), is_done=True)
    if asked:
        return Planned(person, what, asked, _("Will be assigned: required by %(number)s.") % {"number": asked.number})
    return Planned(person, what, None, _("Will be required of this person, and assigned."))


def _requirement(person: User, what: Document | Skill) -> Requirement | None:
    name = "document" if isinstance(what, Document) else "skill"
    live = Requirement.objects.filter(**{name: what}, status=RequirementStatus.ACTIVE)
    held = holdings_on(clock().date()).filter(person=person).values("job_role")
    return live.filter(person=person).first() or live.filter(job_role__in=held).first()


@transaction.atomic
def assign_chosen(
    chosen: Sequence[Chosen], *, by: User, level: int = Level.U, method: str = Method.READ
) -> list[Assignment]:
    """Assign what was chosen; what nobody asks for yet is required of the person by name. All or nothing.

    Raises Refused("not-here") where the user plans no training, "too-many".
    """
    made: list[Assignment] = []
    for one in plan(chosen, by=by):
        if not may_open_requirement(by, one.person.site):
            raise Refused(_("You plan no training at the site of %(who)s.") % {"who": one.person}, code="not-here")
        if not one.is_done:
            made += _assign_one(one, by=by, level=level, method=method)
    return made


def _assign_one(one: Planned, *, by: User, level: int, method: str) -> list[Assignment]:
    before = set(Assignment.objects.filter(person=one.person).values_list("pk", flat=True))
    if one.requirement is None:
        _require_of(one, by=by, level=level, method=method)
    else:
        revision = newest_in_force(one.what) if isinstance(one.what, Document) else None
        due = _due(revision, Reason.NEW_REQUIREMENT, clock().date())
        _assign(Order(Reason.NEW_REQUIREMENT, due, revision, one.requirement, [one.person.pk]), by=by)
        _tell_readiness(revision, by=by)
    return list(Assignment.objects.filter(person=one.person).exclude(pk__in=before))


def _require_of(one: Planned, *, by: User, level: int, method: str) -> Requirement:
    if isinstance(one.what, Document):
        return require_now(by=by, person=one.person, document=one.what, method=method)
    return require_now(by=by, person=one.person, skill=one.what, level=level, method=Method.PRACTICAL)
