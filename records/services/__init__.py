"""The verbs of every record. Call them as `records.move(record, CLOSE, by=user)`."""

from records.services.acting import (
    add_action,
    finish_action,
    remind_of_actions,
    reopen_action,
    verify_action,
    withdraw_action,
)
from records.services.adding import attach, comment, link, mail, mark_read, notify, notify_all, tell_of_parked
from records.services.attempting import Outcome, attempt, attempt_each, confirm
from records.services.moving import move, move_all
from records.services.opening import amend, grow, lock, next_number, open_record
from records.services.signing import open_challenge, sign
from records.services.verifying import handle_fault, verify_records

__all__ = [
    "Outcome",
    "add_action",
    "amend",
    "attach",
    "attempt",
    "attempt_each",
    "comment",
    "confirm",
    "finish_action",
    "grow",
    "handle_fault",
    "link",
    "lock",
    "mail",
    "mark_read",
    "move",
    "move_all",
    "next_number",
    "notify",
    "notify_all",
    "open_challenge",
    "open_record",
    "remind_of_actions",
    "reopen_action",
    "sign",
    "tell_of_parked",
    "verify_action",
    "verify_records",
    "withdraw_action",
]
