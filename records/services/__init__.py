"""The verbs of every record. Call them as `records.move(record, CLOSE, by=user)`."""

from records.services.acting import (
    add_action,
    finish_action,
    reopen_action,
    verify_action,
    withdraw_action,
)
from records.services.adding import attach, comment, link, notify
from records.services.moving import move, move_all
from records.services.opening import amend, lock, next_number, open_record
from records.services.signing import sign

__all__ = [
    "add_action",
    "amend",
    "attach",
    "comment",
    "finish_action",
    "link",
    "lock",
    "move",
    "move_all",
    "next_number",
    "notify",
    "open_record",
    "reopen_action",
    "sign",
    "verify_action",
    "withdraw_action",
]
