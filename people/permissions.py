from people.models import Delegation, Site, User
from people.selectors import authorities
from people.states import Authority, Scope

WRITING = (
    Authority.QUALITY_MANAGER,
    Authority.PROCESS_OWNER,
    Authority.ENGINEER,
    Authority.SUPERVISOR,
)


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


def may_grant(user: User, scope: str, site: Site | int) -> bool:
    """Give a token this scope: administrators only, and never what they may not do themselves there."""
    return may_administer(user, site) and (scope != Scope.WRITE or holds(user, site, *WRITING))


def may_delegate(user: User) -> bool:
    """Whoever can be asked for a signature may name who gives it meanwhile."""
    return holds(user, None, *WRITING, Authority.MANAGER, Authority.INTERNAL_AUDITOR, Authority.OPERATOR)


def may_enrol_kiosk(user: User, site: Site | int | None = None) -> bool:
    """Make a browser the shared tablet of a station, and revoke it."""
    return holds(user, site, Authority.ADMINISTRATOR, Authority.QUALITY_MANAGER, Authority.SUPERVISOR)


def may_give_pin(user: User, site: Site | int | None = None) -> bool:
    """Give somebody a first PIN for the shared tablets."""
    return holds(user, site, Authority.ADMINISTRATOR, Authority.SUPERVISOR)


def may_delegate_for(user: User, person: User) -> bool:
    """Name a deputy: everybody for themselves, a quality manager for the people of the site."""
    return user.pk == person.pk or (
        person.site_id is not None and holds(user, person.site_id, Authority.QUALITY_MANAGER)
    )


def may_end_delegation(user: User, delegation: Delegation) -> bool:
    return user.pk == delegation.deputy_id or may_delegate_for(user, delegation.person)
