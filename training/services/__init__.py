"""The verbs of training. Call them as `training.acknowledge(assignment, by=user, signing=…)`."""

from training.services.assessing import add_item, assess, fail, retire_item
from training.services.assigning import ASSIGN, follow_holding, follow_revision, start_roles_due, tell_readiness
from training.services.choosing import MOST as MOST_CHOSEN
from training.services.choosing import Planned, assign_chosen, plan
from training.services.competence import assess_skill
from training.services.completing import READ, STATEMENT, acknowledge, confirm_read, waive
from training.services.curricula import activate_curriculum, edit_curriculum, open_curriculum, retire_curriculum
from training.services.keeping import add_course, add_skill, edit_course, edit_skill, end
from training.services.lessons import cancel, edit_lesson, hold, plan_lesson
from training.services.observing import observe, open_observations
from training.services.quizzing import add_question, answer, edit_question, retire_question, set_quiz_rule
from training.services.reading import (
    ask_again,
    begin_reading,
    leave_out,
    open_assignment,
    read_through,
    show_otherwise,
    turn_back,
    turn_page,
)
from training.services.reminding import refresh, remind
from training.services.requiring import activate, ensure_required, require, require_now, retire
from training.services.retraining import train_because
from training.services.stationing import end_need, need

__all__ = [
    "ASSIGN",
    "MOST_CHOSEN",
    "READ",
    "STATEMENT",
    "Planned",
    "acknowledge",
    "activate",
    "activate_curriculum",
    "add_course",
    "add_item",
    "add_question",
    "add_skill",
    "answer",
    "ask_again",
    "assess",
    "assess_skill",
    "assign_chosen",
    "begin_reading",
    "cancel",
    "confirm_read",
    "edit_course",
    "edit_curriculum",
    "edit_lesson",
    "edit_question",
    "edit_skill",
    "end",
    "end_need",
    "ensure_required",
    "fail",
    "follow_holding",
    "follow_revision",
    "hold",
    "leave_out",
    "need",
    "observe",
    "open_assignment",
    "open_curriculum",
    "open_observations",
    "plan",
    "plan_lesson",
    "read_through",
    "refresh",
    "remind",
    "require",
    "require_now",
    "retire",
    "retire_curriculum",
    "retire_item",
    "retire_question",
    "set_quiz_rule",
    "show_otherwise",
    "start_roles_due",
    "tell_readiness",
    "train_because",
    "turn_back",
    "turn_page",
    "waive",
]
