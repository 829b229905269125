from typing import Any

from evidence.context import clock
from people.models import Site, Station, User
from people.permissions import holds
from people.states import Authority
from training.models import Assignment, Course, Curriculum, Lesson, Observation, Requirement, Skill
from training.selectors.knowing import taught_by, trains

PLANNERS = (Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER, Authority.SUPERVISOR)


def may_open_requirement(user: User, site: Site | None = None) -> bool:
    return holds(user, site, *PLANNERS)


def may_activate(user: User, requirement: Requirement | Curriculum) -> bool:
    return holds(user, requirement.site_id, *PLANNERS)


def may_retire(user: User, requirement: Requirement | Curriculum) -> bool:
    return holds(user, requirement.site_id, *PLANNERS)


def may_end(user: User, kept: Skill | Course) -> bool:
    """Keep skills and courses."""
    return holds(user, kept.site_id, *PLANNERS)


def may_assess_skill(user: User, skill: Skill) -> bool:
    """Who is appointed to assess, or can train others in this skill."""
    return holds(user, skill.site_id, Authority.SUPERVISOR) or trains(user, skill, on=clock().date())


def may_hold(user: User, lesson: Lesson) -> bool:
    """The trainer signs, or a supervisor who was there."""
    return user.pk == lesson.owner_id or holds(user, lesson.site_id, Authority.SUPERVISOR)


def may_cancel(user: User, lesson: Lesson) -> bool:
    return user.pk == lesson.owner_id or holds(user, lesson.site_id, *PLANNERS)


def may_observe(user: User, observation: Observation) -> bool:
    """The leader who was asked, or another one; never oneself."""
    site = observation.assignment.requirement.site_id
    leads = user.pk == observation.observer_id or holds(user, site, Authority.SUPERVISOR, Authority.QUALITY_MANAGER)
    return leads and user.pk != observation.assignment.person_id


def may_confirm(user: User, observation: Observation) -> bool:
    return may_observe(user, observation)


def may_doubt(user: User, observation: Observation) -> bool:
    return may_observe(user, observation)


def may_set_needs(user: User, station: Station) -> bool:
    """Say what a station needs."""
    return holds(user, station.site_id, *PLANNERS)


def may_open(user: User, assignment: Assignment) -> bool:
    return user.pk == assignment.person_id


def may_acknowledge(user: User, assignment: Assignment) -> bool:
    """Only for oneself."""
    return user.pk == assignment.person_id


def may_assess(user: User, assignment: Assignment) -> bool:
    """A supervisor assesses, or who can train others in the skill that it gives; never oneself."""
    if user.pk == assignment.person_id:
        return False
    requirement = assignment.requirement
    skill = requirement.skill_id or requirement.raises_id
    return holds(user, requirement.site_id, Authority.SUPERVISOR) or (
        skill is not None and skill in taught_by(user, on=clock().date())
    )


def may_assess_anybody(user: User) -> bool:
    """Whether there can be somebody whom the user assesses."""
    return holds(user, None, Authority.SUPERVISOR) or bool(taught_by(user, on=clock().date()))


def may_ask(user: User, subject: Any) -> bool:
    """Write the questions and the items of a document: its authors, and whoever trains by it."""
    document = getattr(subject, "document", subject)
    return holds(user, document.site_id if document else None, *PLANNERS, Authority.ENGINEER)


def may_see_answers(user: User, subject: Any) -> bool:
    """See which answers are right, and what others answered. Whoever still has to answer does not."""
    document = getattr(subject, "document", subject)
    return holds(user, document.site_id, *PLANNERS, Authority.ENGINEER, Authority.AUDITOR, Authority.INTERNAL_AUDITOR)


def may_fail(user: User, assignment: Assignment) -> bool:
    return may_assess(user, assignment)


def may_waive(user: User, assignment: Assignment) -> bool:
    return user.pk != assignment.person_id and holds(
        user, assignment.requirement.site_id, Authority.QUALITY_MANAGER, Authority.SUPERVISOR
    )


def may_see_matrix(user: User, site: Site | None = None) -> bool:
    return holds(
        user, site, *PLANNERS, Authority.ENGINEER, Authority.MANAGER, Authority.AUDITOR, Authority.INTERNAL_AUDITOR
    )


def may_attend(user: User, assignment: Assignment) -> bool:
    """Whoever signs the list of a lesson signs for each who took part."""
    return may_assess(user, assignment)
