"""The verbs of every record. Call them as `records.move(record, CLOSE, by=user)`."""

from records.services.acting import (
    add_action,
    finish_action,
    remind_of_actions,
    reopen_action,
    verify_action,
    withdraw_action,
)
from records.services.adding import attach, comment, link, mail, mark_read, notify, tell_of_parked
from records.services.moving import move, move_all
from records.services.opening import amend, grow, lock, next_number, open_record
from records.services.signing import sign

__all__ = [
    "add_action",
    "amend",
    "attach",
    "comment",
    "finish_action",
    "grow",
    "link",
    "lock",
    "mail",
    "mark_read",
    "move",
    "move_all",
    "next_number",
    "notify",
    "open_record",
    "remind_of_actions",
    "reopen_action",
    "sign",
    "tell_of_parked",
    "verify_action",
    "withdraw_action",
]
