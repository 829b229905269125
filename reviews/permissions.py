from people.models import Site, User
from people.permissions import holds
from people.states import Authority
from reviews.models import Review

PLANNERS = (Authority.QUALITY_MANAGER, Authority.MANAGER)


def may_open_review(user: User, site: Site | None = None) -> bool:
    return holds(user, site, *PLANNERS)


def may_edit_review(user: User, review: Review) -> bool:
    return holds(user, review.site_id, *PLANNERS)


def may_freeze(user: User, review: Review) -> bool:
    return may_edit_review(user, review)


def may_conclude(user: User, review: Review) -> bool:
    return may_edit_review(user, review)


def may_decide(user: User, review: Review) -> bool:
    return may_edit_review(user, review)


def may_hold(user: User, review: Review) -> bool:
    return may_edit_review(user, review)


def may_approve(user: User, review: Review) -> bool:
    """The one who chairs, or another manager."""
    return user.pk == review.owner_id or holds(user, review.site_id, Authority.MANAGER)


def may_close(user: User, review: Review) -> bool:
    return may_edit_review(user, review)
