from typing import Any

from people.models import Site, User
from people.permissions import holds
from people.states import Authority
from training.models import Assignment, Course, Requirement, Skill

PLANNERS = (Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER, Authority.SUPERVISOR)


def may_open_requirement(user: User, site: Site | None = None) -> bool:
    return holds(user, site, *PLANNERS)


def may_activate(user: User, requirement: Requirement) -> bool:
    return holds(user, requirement.site_id, *PLANNERS)


def may_retire(user: User, requirement: Requirement) -> bool:
    return holds(user, requirement.site_id, *PLANNERS)


def may_end(user: User, kept: Skill | Course) -> bool:
    """Keep skills and courses."""
    return holds(user, kept.site_id, *PLANNERS)


def may_open(user: User, assignment: Assignment) -> bool:
    return user.pk == assignment.person_id


def may_acknowledge(user: User, assignment: Assignment) -> bool:
    """Only for oneself."""
    return user.pk == assignment.person_id


def may_assess(user: User, assignment: Assignment) -> bool:
    """A supervisor assesses, never oneself."""
    return user.pk != assignment.person_id and holds(user, assignment.requirement.site_id, Authority.SUPERVISOR)


def may_assess_anybody(user: User) -> bool:
    """Whether there can be somebody whom the user assesses."""
    return holds(user, None, Authority.SUPERVISOR)


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
