from training.services.assigning import ASSIGN, follow_holding, follow_revision, start_roles_due
from training.services.completing import acknowledge, assess, fail, open_assignment, waive
from training.services.keeping import add_course, add_skill, edit_course, edit_skill, end
from training.services.reminding import remind
from training.services.requiring import activate, ensure_required, require, require_now, retire

__all__ = [
    "ASSIGN",
    "acknowledge",
    "activate",
    "add_course",
    "add_skill",
    "assess",
    "edit_course",
    "edit_skill",
    "end",
    "ensure_required",
    "fail",
    "follow_holding",
    "follow_revision",
    "open_assignment",
    "remind",
    "require",
    "require_now",
    "retire",
    "start_roles_due",
    "waive",
]
