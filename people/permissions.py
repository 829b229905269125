from people.models import Site, User
from people.selectors import authorities
from people.states import Authority


def holds(user: User, site: Site | int | None, *wanted: str) -> bool:
    """Whether `user` has one of the authorities at `site` or above it; `None` means at any site."""
    if site is None:
        return any(held & set(wanted) for held in authorities(user).values())
    key = site.pk if isinstance(site, Site) else site
    return bool(authorities(user).get(key, frozenset()) & set(wanted))


def may_administer(user: User, site: Site | int | None = None) -> bool:
    """Manage people, sites, processes and roles."""
    return holds(user, site, Authority.ADMINISTRATOR)


def may_change_holdings(user: User, site: Site | int | None = None) -> bool:
    """Give and end job roles."""
    return holds(user, site, Authority.ADMINISTRATOR, Authority.QUALITY_MANAGER, Authority.SUPERVISOR)
