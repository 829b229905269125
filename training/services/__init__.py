from training.services.assessing import add_item, assess, fail, retire_item
from training.services.assigning import ASSIGN, follow_holding, follow_revision, start_roles_due
from training.services.completing import READ, STATEMENT, acknowledge, confirm_read, waive
from training.services.keeping import add_course, add_skill, edit_course, edit_skill, end
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
from training.services.reminding import remind
from training.services.requiring import activate, ensure_required, require, require_now, retire

__all__ = [
    "ASSIGN",
    "READ",
    "STATEMENT",
    "acknowledge",
    "activate",
    "add_course",
    "add_item",
    "add_question",
    "add_skill",
    "answer",
    "ask_again",
    "assess",
    "begin_reading",
    "confirm_read",
    "edit_course",
    "edit_question",
    "edit_skill",
    "end",
    "ensure_required",
    "fail",
    "follow_holding",
    "follow_revision",
    "leave_out",
    "open_assignment",
    "read_through",
    "remind",
    "require",
    "require_now",
    "retire",
    "retire_item",
    "retire_question",
    "set_quiz_rule",
    "show_otherwise",
    "start_roles_due",
    "turn_back",
    "turn_page",
    "waive",
]
