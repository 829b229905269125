from kaizen.models import Gain, Idea, KaizenEvent, SustainmentCheck
from people.models import Site, User
from people.permissions import holds
from people.states import Authority
from records.selectors import sees_kind

LEADERS = (Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER, Authority.ENGINEER, Authority.SUPERVISOR)


def may_open_idea(user: User, site: Site | None = None) -> bool:
    """Everybody who works here."""
    return holds(user, site, *LEADERS, Authority.OPERATOR, Authority.MANAGER, Authority.INTERNAL_AUDITOR)


def may_accept(user: User, idea: Idea) -> bool:
    return holds(user, idea.site_id, *LEADERS, Authority.MANAGER)


def may_decline(user: User, idea: Idea) -> bool:
    return may_accept(user, idea)


def may_open_kaizenevent(user: User, site: Site | None = None) -> bool:
    return holds(user, site, *LEADERS, Authority.MANAGER)


def may_edit_kaizenevent(user: User, event: KaizenEvent) -> bool:
    return user.pk == event.owner_id or holds(user, event.site_id, Authority.QUALITY_MANAGER)


def may_set_team(user: User, event: KaizenEvent) -> bool:
    return may_edit_kaizenevent(user, event)


def may_set_goals(user: User, event: KaizenEvent) -> bool:
    return may_edit_kaizenevent(user, event)


def may_charter(user: User, event: KaizenEvent) -> bool:
    """The sponsor signs, or another manager; never the leader."""
    return user.pk != event.owner_id and (user.pk == event.sponsor_id or holds(user, event.site_id, Authority.MANAGER))


def may_prepare(user: User, event: KaizenEvent) -> bool:
    return may_edit_kaizenevent(user, event)


def may_run(user: User, event: KaizenEvent) -> bool:
    return may_edit_kaizenevent(user, event)


def may_report(user: User, event: KaizenEvent) -> bool:
    return may_edit_kaizenevent(user, event)


def may_standardise(user: User, event: KaizenEvent) -> bool:
    return may_edit_kaizenevent(user, event)


def may_close_out(user: User, event: KaizenEvent) -> bool:
    return user.pk in (event.owner_id, event.sponsor_id) or holds(user, event.site_id, Authority.QUALITY_MANAGER)


def may_close(user: User, event: KaizenEvent) -> bool:
    return holds(user, event.site_id, Authority.QUALITY_MANAGER, Authority.MANAGER)


def may_cancel(user: User, event: KaizenEvent) -> bool:
    return user.pk == event.sponsor_id or holds(user, event.site_id, Authority.QUALITY_MANAGER)


def may_answer(user: User, check: SustainmentCheck) -> bool:
    return holds(user, check.gain.site_id, *LEADERS, Authority.INTERNAL_AUDITOR)


def may_charter_event(user: User, record: object) -> bool:
    """Start an event from a CAPA or an idea."""
    return holds(user, getattr(record, "site_id", None), *LEADERS, Authority.MANAGER)


def may_see_year(user: User) -> bool:
    """Whoever sees gains."""
    return sees_kind(user, Gain)
