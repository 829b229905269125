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
from people.services.kiosks import (
    begin_kiosk_session,
    end_kiosk_session,
    enrol_kiosk,
    forget_kiosk_sessions,
    note_kiosk_seen,
    note_kiosk_use,
    revoke_kiosk,
)
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
from people.services.pins import begin_pin, choose_pin, give_pin
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
    "begin_kiosk_session",
    "begin_pin",
    "change_password",
    "choose_pin",
    "conclude_attempt",
    "create_token",
    "deactivate",
    "delegate",
    "dismiss",
    "end_delegation",
    "end_kiosk_session",
    "enrol_kiosk",
    "ensure_system_user",
    "forget_attempts",
    "forget_kiosk_sessions",
    "give_pin",
    "leave_role",
    "note_kiosk_seen",
    "note_kiosk_use",
    "note_use",
    "restore_access",
    "revoke_kiosk",
    "revoke_token",
    "take_role",
    "tell",
    "tell_failed",
]
