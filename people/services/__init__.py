"""The verbs of people: who they are, what they hold, how they come in."""

from people.services.access import (
    begin_attempt,
    change_password,
    conclude_attempt,
    forget_attempts,
    restore_access,
    tell,
    tell_failed,
)
from people.services.delegating import delegate, end_delegation
from people.services.organisation import (
    add_job_role,
    add_person,
    add_process,
    add_shift,
    add_site,
    add_station,
    appoint,
    deactivate,
    dismiss,
    ensure_system_user,
    leave_role,
    take_role,
)
from people.services.tokens import create_token, note_use, revoke_token

__all__ = [
    "add_job_role",
    "add_person",
    "add_process",
    "add_shift",
    "add_site",
    "add_station",
    "appoint",
    "begin_attempt",
    "change_password",
    "conclude_attempt",
    "create_token",
    "deactivate",
    "delegate",
    "dismiss",
    "end_delegation",
    "ensure_system_user",
    "forget_attempts",
    "leave_role",
    "note_use",
    "restore_access",
    "revoke_token",
    "take_role",
    "tell",
    "tell_failed",
]
