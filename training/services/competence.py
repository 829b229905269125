"""How far people have come with skills: assessed by somebody who may, signed, and never changed afterwards."""

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Document
from documents.selectors import effective_revision
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people.models import User
from records import services as records
from records.models import Signature
from records.signing import Signing
from training import selectors
from training.models import Assignment, Competence, Skill
from training.permissions import may_assess_skill
from training.states import ASSESS_SKILL, ATTEND, UNFINISHED, KeptStatus, Level


@transaction.atomic
def assess_skill(
    skill: Skill,
    *,
    by: User,
    signing: Signing,
    person: User,
    level: int,
    evidence_seen: str = "",
    document: Document | None = None,
    valid_until: date | None = None,
) -> Competence:
    """Sign how far a person has come with a skill, perhaps by a standard. It counts from today.

    Raises Refused: "self-assessed", "not-assessor" unless one has level O or is appointed, "retired", "ran-out".
    """
    today = clock().date()
    if by.pk == person.pk:
        raise Refused(_("Nobody assesses themselves."), code="self-assessed")
    if skill.status != KeptStatus.ACTIVE:
        raise Refused(_("This skill is no longer used."), code="retired")
    if not may_assess_skill(by, skill):
        raise Refused(
            _("Only who has level O in this skill, or is appointed to assess, signs for others."), code="not-assessor"
        )
    until = valid_until or selectors.months_from(today, skill.validity_months)
    _check_day(until, today)
    note = f"{person}: {Level(level).name} {evidence_seen}".strip()
    signature = records.sign(skill, by=by, transition=ASSESS_SKILL, signing=replace(signing, note=note))
    made = _add(
        skill,
        person=person,
        level=level,
        assessor=by,
        assessed_on=today,
        valid_until=until,
        evidence=evidence_seen,
        revision=effective_revision(document) if document else None,
        signature=signature,
        by=by,
    )
    _answer_open(made, by=by)
    return made


def _check_day(until: date | None, today: date) -> None:
    if until and until < today:
        raise Refused(_("The last day on which it is good lies in the past."), code="ran-out")


def _answer_open(made: Competence, *, by: User) -> None:
    """Whoever was asked to reach this level, or a lower one, has reached it."""
    asked = Assignment.objects.filter(
        person=made.person, requirement__skill=made.skill, requirement__level__lte=made.level, status__in=UNFINISHED
    )
    reached = {"signature": made.signature, "completed_at": clock(), "valid_until": made.valid_until}
    records.move_all(asked, ATTEND, by=by, note=str(made), **reached)


def _add(skill: Skill, *, by: User, **facts: object) -> Competence:
    made = Competence.objects.create(skill=skill, at=clock(), **facts)
    evidence.record_event("assessed", skill, by=by, note=str(made), data={"person": made.person.username})
    return made


def _raise_level(assignment: Assignment, *, by: User, signature: Signature) -> Competence | None:
    """Passing a training gives the level that its requirement promises; a higher one is kept.

    Whoever only read something alone knows the theory, whatever was promised: more takes somebody who saw it.
    """
    requirement = assignment.requirement
    skill, promised = requirement.gives, requirement.level
    if skill is None or promised is None:
        return None
    today, alone = clock().date(), by.pk == assignment.person_id
    level = Level.I if alone else Level(promised)
    held = selectors.level_of(assignment.person, skill, on=today)
    if held and held.counts_on(today) and held.level > level:
        return None
    return _add(
        skill,
        person=assignment.person,
        level=level,
        assessor=None if alone else by,
        assessed_on=today,
        valid_until=assignment.valid_until,
        evidence=_("Passed: %(title)s") % {"title": assignment.title},
        revision=assignment.revision,
        assignment=assignment,
        signature=signature,
        by=by,
    )
