from capa.models import Capa, Nonconformity
from metrics.models import Signal
from people.models import Site, User
from people.permissions import holds
from people.states import Authority
from training.permissions import may_open_requirement

SOLVERS = (Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER, Authority.ENGINEER, Authority.SUPERVISOR)


def may_open_nonconformity(user: User, site: Site | None = None) -> bool:
    """Everybody on the floor may raise one."""
    return holds(user, site, *SOLVERS, Authority.OPERATOR, Authority.MANAGER, Authority.INTERNAL_AUDITOR)


def may_edit_nonconformity(user: User, record: Nonconformity) -> bool:
    return holds(user, record.site_id, *SOLVERS)


def may_contain(user: User, record: Nonconformity | Capa) -> bool:
    return holds(user, record.site_id, *SOLVERS)


def may_require_training(user: User, capa: Capa) -> bool:
    return may_open_requirement(user, capa.site)


def may_evaluate(user: User, record: Nonconformity) -> bool:
    return holds(user, record.site_id, Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER, Authority.ENGINEER)


def may_dispose(user: User, record: Nonconformity) -> bool:
    return holds(user, record.site_id, Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER)


def may_reply(user: User, record: Nonconformity) -> bool:
    """Where a customer waits."""
    return bool(record.customer) and holds(user, record.site_id, *SOLVERS)


def may_open_capa_nonconformity(user: User, record: Nonconformity) -> bool:
    return may_open_capa(user, record.site)


def may_escalate(user: User, signal: Signal) -> bool:
    """Answer a signal with a CAPA."""
    return may_open_capa(user, signal.site)


def may_open_capa(user: User, site: Site | None = None) -> bool:
    return holds(user, site, *SOLVERS, Authority.INTERNAL_AUDITOR)


def may_edit_capa(user: User, capa: Capa) -> bool:
    return user.pk == capa.owner_id or holds(user, capa.site_id, Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER)


def may_find_cause(user: User, capa: Capa) -> bool:
    return holds(user, capa.site_id, *SOLVERS)


def may_add_cause(user: User, capa: Capa) -> bool:
    return holds(user, capa.site_id, *SOLVERS)


def may_plan(user: User, capa: Capa) -> bool:
    return may_edit_capa(user, capa)


def may_plan_action(user: User, capa: Capa) -> bool:
    return may_edit_capa(user, capa)


def may_complete(user: User, capa: Capa) -> bool:
    return may_edit_capa(user, capa)


def may_start_check(user: User, capa: Capa) -> bool:
    return may_edit_capa(user, capa)


def may_close_nonconformity(user: User, record: Nonconformity) -> bool:
    return holds(user, record.site_id, Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER)


def may_close(user: User, capa: Capa) -> bool:
    """Somebody other than the owner confirms the effect."""
    return user.pk != capa.owner_id and holds(user, capa.site_id, Authority.QUALITY_MANAGER, Authority.MANAGER)


def may_reopen(user: User, capa: Capa) -> bool:
    return holds(user, capa.site_id, Authority.QUALITY_MANAGER, Authority.MANAGER)


def may_cancel(user: User, record: Nonconformity | Capa) -> bool:
    return holds(user, record.site_id, Authority.QUALITY_MANAGER)
