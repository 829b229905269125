"""Who may do what to people, and what of it one sees."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from people import permissions, selectors
from people.models import JobRole, Process, Shift, Site, Station, User


def may_look(user: Any) -> bool:
    """Whoever keeps people or their roles at some site sees these pages."""
    return permissions.may_change_holdings(user)


def people(user: Any) -> QuerySet[User]:
    return selectors.known_people(user)


def person(user: Any, username: str) -> User:
    """One that the user sees. Raises Http404."""
    found = people(user).filter(username=username).first() if may_look(user) else None
    if found is None:
        raise Http404(username)
    return found


def may_keep(user: Any, subject: User) -> bool:
    """Deactivate somebody or give tokens: an administrator of the person's home site."""
    return subject.site_id is not None and permissions.may_administer(user, subject.site_id)


def may_restore(user: Any, subject: User) -> bool:
    """Set another first password: somebody else's, and nobody's who may more than oneself."""
    return user.pk != subject.pk and may_keep(user, subject) and not selectors.outranks(subject, user)


def may_give_pin(user: Any, subject: User) -> bool:
    """Somebody else of one's own site, and nobody who may more than oneself."""
    if subject.site_id is None or user.pk == subject.pk or selectors.outranks(subject, user):
        return False
    return permissions.may_give_pin(user, subject.site_id)


def may_give_roles_to(user: Any, subject: User) -> bool:
    return permissions.may_change_holdings(user, subject.site_id) if subject.site_id else False


def sites(user: Any) -> QuerySet[Site]:
    return selectors.visible_sites(user).select_related("parent").order_by("code")


def processes(user: Any) -> QuerySet[Process]:
    return selectors.visible_processes(user).select_related("owner").order_by("site__code", "code")


def job_roles(user: Any) -> QuerySet[JobRole]:
    return selectors.visible_job_roles(user).select_related("process").order_by("site__code", "code")


def stations(user: Any) -> QuerySet[Station]:
    return selectors.visible_stations(user)


def shifts(user: Any) -> QuerySet[Shift]:
    return selectors.visible_shifts(user)


def may_appoint(user: Any, subject: User) -> bool:
    """Somebody else, and at a site of one's own: which one, the form says."""
    return user.pk != subject.pk and permissions.may_administer(user)
