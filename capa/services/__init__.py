"""The verbs of nonconformities and corrective actions (ISO 9001, 10.2)."""

from capa.services.checking import close, judge, judge_all, reopen, start_check
from capa.services.nonconformities import (
    cancel_nonconformity,
    close_nonconformity,
    contain_nonconformity,
    dispose,
    edit_nonconformity,
    evaluate,
    raise_nonconformity,
    reply,
)
from capa.services.opening import escalate, open_capa, open_for_backslide, open_from_nonconformity
from capa.services.reminding import remind
from capa.services.solving import add_cause, cancel, complete, contain, edit_capa, find_cause, judge_cause, plan
from capa.services.teaching import require_training

__all__ = [
    "add_cause",
    "cancel",
    "cancel_nonconformity",
    "close",
    "close_nonconformity",
    "complete",
    "contain",
    "contain_nonconformity",
    "dispose",
    "edit_capa",
    "edit_nonconformity",
    "escalate",
    "evaluate",
    "find_cause",
    "judge",
    "judge_all",
    "judge_cause",
    "open_capa",
    "open_for_backslide",
    "open_from_nonconformity",
    "plan",
    "raise_nonconformity",
    "remind",
    "reopen",
    "reply",
    "require_training",
    "start_check",
]
