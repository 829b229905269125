"""Finds the predicate of a transition, and the few rules that hold for every record."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from people.models import User
from people.permissions import holds
from people.states import Authority
from records.models import Action, IntegrityFault, Record

WRITERS = (
    Authority.QUALITY_MANAGER,
    Authority.PROCESS_OWNER,
    Authority.ENGINEER,
    Authority.SUPERVISOR,
    Authority.MANAGER,
    Authority.INTERNAL_AUDITOR,
)


def predicate(model: type, name: str) -> Callable[[User, Any], bool] | None:
    """`may_<name>_<model>` of the model's app, else its `may_<name>`, else None."""
    module = import_module(f"{model._meta.app_label}.permissions")  # type: ignore[attr-defined]
    word = name.replace("-", "_")
    specific = getattr(module, f"may_{word}_{model.__name__.lower()}", None)
    return specific or getattr(module, f"may_{word}", None)


def allowed(user: User, subject: Any, name: str) -> bool:
    """Whether `user` may do `name` to `subject`; what no predicate allows is refused."""
    may = predicate(type(subject), name)
    return bool(may and may(user, subject))


def may_comment(user: User, record: Record) -> bool:
    return holds(user, record.site_id, *WRITERS, Authority.OPERATOR)


def may_attach(user: User, record: Record) -> bool:
    return record.is_open and holds(user, record.site_id, *WRITERS)


def may_keep_chain(user: User, record: Record) -> bool:
    """Have the PDF of the chain kept as a file of the record. Whoever only reads takes it away instead."""
    return holds(user, record.site_id, *WRITERS)


def may_add_action(user: User, record: Record) -> bool:
    return record.is_open and holds(user, record.site_id, *WRITERS)


def may_finish(user: User, action: Action) -> bool:
    return user.pk == action.who_id or holds(user, action.record.site_id, Authority.QUALITY_MANAGER)


def may_verify(user: User, action: Action) -> bool:
    return user.pk != action.who_id and holds(user, action.record.site_id, *WRITERS)


def may_reopen(user: User, action: Action) -> bool:
    return may_verify(user, action)


def may_withdraw(user: User, action: Action) -> bool:
    owns = user.pk == action.record.owner_id
    return owns or holds(user, action.record.site_id, Authority.QUALITY_MANAGER)


def may_see_faults(user: User) -> bool:
    return holds(user, None, Authority.QUALITY_MANAGER, Authority.ADMINISTRATOR, Authority.AUDITOR)


def may_handle_fault(user: User, fault: IntegrityFault) -> bool:
    site = fault.record.site_id if fault.record else None
    return holds(user, site, Authority.QUALITY_MANAGER, Authority.ADMINISTRATOR)
