"""Was it worth it? The leader looks at the work some weeks later; what is not done as taught is taught again."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from documents.selectors import newest_in_force
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people.models import User
from people.selectors import holdings_on, people_with
from people.states import Authority
from records import services as records
from records.models import Signature
from records.signing import Signing
from training import selectors
from training.models import Assignment, Observation
from training.services.assigning import USUAL_DAYS, Order, _assign, _tell_readiness
from training.services.competence import _add
from training.states import CONFIRM, DOUBT, DROP, AssignmentStatus, Level, ObservationStatus, Reason

MARGIN = timedelta(days=15)  # 45 days: between the 30th and the 60th day after the training


@transaction.atomic
def open_observations(*, on: date, by: User) -> int:
    """Ask leaders to look at work whose time has come. Harmless when run again; a missed night loses none."""
    _drop_impossible(on=on, by=by)
    passed = selectors.assignments().filter(
        status=AssignmentStatus.PASSED, requirement__observe_days__isnull=False, observations__isnull=True
    )
    waiting = [one for one in passed.filter(_still_works(on)).order_by("pk") if _observed_from(one) <= on]
    return sum(_open(assignment, by=by) for assignment in waiting)


def _still_works(on: date) -> Q:
    """The person is here, and the role that asked for the training is still held."""
    held = holdings_on(on).filter(person=OuterRef("person"), job_role=OuterRef("requirement__job_role"))
    return Q(person__is_active=True) & (Q(Exists(held)) | Q(requirement__person__isnull=False))


def _observed_from(assignment: Assignment) -> date:
    assert assignment.completed_at, "it was passed"
    days = timedelta(days=assignment.requirement.observe_days or 0)
    return max(assignment.completed_at.date() + days - MARGIN, assignment.completed_at.date() + timedelta(days=1))


def _open(assignment: Assignment, *, by: User) -> bool:
    leader = _leader(assignment)
    if leader is None:
        return False
    made, is_new = Observation.objects.get_or_create(
        assignment=assignment,
        defaults={"observer": leader, "due": _observed_from(assignment) + 2 * MARGIN, "opened_at": clock()},
    )
    if is_new:
        text = _("Watch %(person)s at work: %(title)s") % {"person": assignment.person, "title": assignment.title}
        records.notify(leader, text=text, url=made.get_absolute_url(), key=f"observation-{made.pk}", by=by)
    return is_new


def _leader(assignment: Assignment) -> User | None:
    """The process's owner when appointed to assess, else a supervisor of the site, else the requirement's owner."""
    requirement = assignment.requirement
    others = people_with(requirement.site, Authority.SUPERVISOR).exclude(pk=assignment.person_id).order_by("full_name")
    owner = requirement.process.owner_id if requirement.process else None
    chosen = next((one for one in others if one.pk == owner), None) or next(iter(others), None)
    return chosen or (requirement.owner if requirement.owner_id != assignment.person_id else None)


def _drop_impossible(*, on: date, by: User) -> None:
    due = Observation.objects.filter(status=ObservationStatus.DUE)
    here = selectors.assignments().filter(_still_works(on), observations__in=due).values("pk")
    records.move_all(due.exclude(assignment__in=here), DROP, by=by, note=_("The person no longer does this work."))


@transaction.atomic
def observe(
    observation: Observation,
    *,
    by: User,
    signing: Signing,
    works_to_standard: bool,
    key_points_kept: bool,
    note: str = "",
) -> Observation:
    """Sign what was seen. Work that is not done as taught asks for the training again.

    Raises Refused: "self-observed"; "reason-missing" when it does not say what was wrong.
    """
    if by.pk == observation.assignment.person_id:
        raise Refused(_("Nobody observes themselves."), code="self-observed")
    is_kept = works_to_standard and key_points_kept
    arrow = CONFIRM if is_kept else DOUBT
    signature = records.sign(observation.signed_record, by=by, transition=arrow, signing=signing, subject=observation)
    records.move(
        observation,
        arrow,
        by=by,
        note=note,
        signature=signature,
        works_to_standard=works_to_standard,
        key_points_kept=key_points_kept,
        remark=note,
        observed_at=clock(),
    )
    if not is_kept:
        _teach_again(observation, signature, by=by)
    return observation


def _teach_again(observation: Observation, signature: Signature, *, by: User) -> None:
    """The training counts no more from today; it is assigned again, and its owner is told."""
    failed, today = observation.assignment, clock().date()
    failed.valid_until = today - timedelta(days=1)
    failed._change_reason = str(Reason.FAILED_CHECK.label)  # type: ignore[attr-defined]
    failed.save()
    evidence.record_event("failed check", failed.signed_record, by=by, note=f"{failed.person}: {observation.remark}")
    _lower_level(failed, signature, observation.remark, by=by)
    requirement = failed.requirement
    revision = newest_in_force(requirement.document) if requirement.document else None
    if revision or not requirement.document:
        due = today + timedelta(days=USUAL_DAYS)
        _assign(Order(Reason.FAILED_CHECK, due, revision, requirement, [failed.person_id]), by=by)
    _tell_readiness(revision, by=by)
    text = _("%(person)s does not work as taught: %(title)s") % {"person": failed.person, "title": failed.title}
    for person in {requirement.owner, failed.person}:
        key = f"observation-{observation.pk}-failed"
        records.notify(person, text=text, url=observation.get_absolute_url(), key=key, by=by)


def _lower_level(failed: Assignment, signature: Signature, note: str, *, by: User) -> None:
    """Who cannot do it alone does it under supervision again."""
    skill = failed.requirement.gives
    held = selectors.level_of(failed.person, skill, on=clock().date()) if skill else None
    if skill and held and held.level > Level.L:
        _add(
            skill,
            person=failed.person,
            level=Level.L,
            assessor=by,
            assessed_on=clock().date(),
            valid_until=held.valid_until if held.counts_on(clock().date()) else None,
            evidence=note,
            revision=failed.revision,
            assignment=failed,
            signature=signature,
            by=by,
        )
