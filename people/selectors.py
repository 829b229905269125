from datetime import date

from django.db.models import Q, QuerySet

from people.models import Appointment, Holding, JobRole, Process, Site, User

SYSTEM_USERNAME = "holdfast"


def system_user() -> User:
    """The account under which jobs act that nobody asked for."""
    return User.objects.get(username=SYSTEM_USERNAME)


def authorities(user: User) -> dict[int, frozenset[str]]:
    """Site id → authorities of `user` there, inherited from parent sites. Kept on the user for one request."""
    known = getattr(user, "_authorities", None)
    if known is None:
        known = _authorities(user)
        user._authorities = known  # type: ignore[attr-defined]
    return known


def _authorities(user: User) -> dict[int, frozenset[str]]:
    if not user.is_active or user.pk is None:
        return {}
    granted: dict[int, set[str]] = {}
    appointments = Appointment.objects.filter(person=user).order_by().values_list("site_id", "authority")
    for site, authority in appointments:
        granted.setdefault(site, set()).add(authority)
    if not granted:
        return {}
    paths = _site_paths(user).items()
    found = {pk: frozenset().union(*(granted.get(site, ()) for site in path)) for pk, path in paths}
    return {pk: held for pk, held in found.items() if held}


def _site_paths(user: User) -> dict[int, list[int]]:
    """Each site with all above it, itself first. Kept on the user for one request: one plain read of a small table."""
    known = getattr(user, "_site_paths", None)
    if known is None:
        above = dict(Site.objects.order_by().values_list("pk", "parent_id"))
        known = {pk: _path(pk, above) for pk in above}
        user._site_paths = known  # type: ignore[attr-defined]
    return known


def _path(site: int | None, above: dict[int, int | None]) -> list[int]:
    path = []
    while site is not None and site not in path:
        path.append(site)
        site = above.get(site)
    return path


def visible_site_ids(user: User) -> frozenset[int]:
    """Sites whose records `user` may see: those with an authority, and all below."""
    return frozenset(authorities(user))


def parent_site_ids(user: User) -> frozenset[int]:
    """Sites above the visible ones: their documents hold below (a corporate document)."""
    known = getattr(user, "_parent_sites", None)
    if known is None:
        own = visible_site_ids(user)
        known = frozenset(pk for site in own for pk in _site_paths(user)[site]) - own
        user._parent_sites = known  # type: ignore[attr-defined]
    return known


def visible_sites(user: User) -> QuerySet[Site]:
    return Site.objects.filter(pk__in=visible_site_ids(user), is_active=True)


def visible_processes(user: User) -> QuerySet[Process]:
    return Process.objects.filter(site__in=visible_site_ids(user), is_active=True).select_related("site")


def visible_job_roles(user: User) -> QuerySet[JobRole]:
    return JobRole.objects.filter(site__in=visible_site_ids(user), is_active=True).select_related("site")


def visible_people(user: User) -> QuerySet[User]:
    """People whose home site `user` sees, or whose authority reaches there, also from a site above."""
    sites = visible_site_ids(user)
    reaching = Q(site__in=sites) | Q(appointments__site__in=sites | parent_site_ids(user))
    return User.objects.filter(reaching, is_active=True, is_system=False).distinct()


def known_people(user: User) -> QuerySet[User]:
    """The same with those who have left."""
    sites = visible_site_ids(user)
    known = Q(site__in=sites) | Q(appointments__site__in=sites)
    return User.objects.filter(known, is_system=False).select_related("site").distinct()


def sites_where(user: User, *wanted: str) -> frozenset[int]:
    """Sites at which `user` has one of these authorities."""
    return frozenset(pk for pk, held in authorities(user).items() if held & set(wanted))


def holdings_on(day: date) -> QuerySet[Holding]:
    return Holding.objects.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day, person__is_active=True)


def holders(job_roles: list[JobRole] | QuerySet[JobRole], *, on: date) -> QuerySet[User]:
    """Everybody who holds one of `job_roles` on that day."""
    return User.objects.filter(pk__in=holdings_on(on).filter(job_role__in=job_roles).values("person"), is_active=True)


def people_with(site: Site, *authorities: str) -> QuerySet[User]:
    """Active people with one of these authorities at `site` or above it."""
    above = Site.objects.ancestors(site, include_self=True).values("pk")
    return User.objects.filter(
        appointments__authority__in=authorities, appointments__site__in=above, is_active=True
    ).distinct()


def everybody_with(*authorities: str) -> QuerySet[User]:
    """Active people with one of these authorities anywhere."""
    return User.objects.filter(appointments__authority__in=authorities, is_active=True, is_system=False).distinct()
