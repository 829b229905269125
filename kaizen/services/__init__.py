"""The verbs of improvement. Call them as `kaizen.close_out(event, plan=plan, by=user, signing=signing)`."""

from kaizen.services.answering import answer_backslide
from kaizen.services.chartering import (
    cancel,
    charter,
    charter_from,
    edit_event,
    prepare,
    propose_event,
    report,
    run,
    set_goals,
    set_team,
    standardise,
)
from kaizen.services.closing import close_out
from kaizen.services.ideas import accept, decline, raise_idea
from kaizen.services.sustaining import (
    answer_check,
    close,
    mark_reviewed,
    miss_unanswered_checks,
    plan_due_checks,
    refresh_gain,
    refresh_gains,
    remind,
)

__all__ = [
    "accept",
    "answer_backslide",
    "answer_check",
    "cancel",
    "charter",
    "charter_from",
    "close",
    "close_out",
    "decline",
    "edit_event",
    "mark_reviewed",
    "miss_unanswered_checks",
    "plan_due_checks",
    "prepare",
    "propose_event",
    "raise_idea",
    "refresh_gain",
    "refresh_gains",
    "remind",
    "report",
    "run",
    "set_goals",
    "set_team",
    "standardise",
]
