"""The verbs of training. Call them as `training.acknowledge(assignment, by=user, signing=…)`."""

from training.services.assigning import ASSIGN, follow_holding, follow_revision, start_roles_due
from training.services.choosing import MOST as MOST_CHOSEN
from training.services.choosing import Planned, assign_chosen, plan
from training.services.competence import assess_skill
from training.services.completing import acknowledge, assess, fail, open_assignment, waive
from training.services.curricula import activate_curriculum, edit_curriculum, open_curriculum, retire_curriculum
from training.services.keeping import add_course, add_skill, edit_course, edit_skill, end
from training.services.lessons import cancel, edit_lesson, hold, plan_lesson
from training.services.observing import observe, open_observations
from training.services.reminding import refresh, remind
from training.services.requiring import activate, ensure_required, require, require_now, retire
from training.services.stationing import end_need, need

__all__ = [
    "ASSIGN",
    "MOST_CHOSEN",
    "Planned",
    "acknowledge",
    "activate",
    "activate_curriculum",
    "add_course",
    "add_skill",
    "assess",
    "assess_skill",
    "assign_chosen",
    "cancel",
    "edit_course",
    "edit_curriculum",
    "edit_lesson",
    "edit_skill",
    "end",
    "end_need",
    "ensure_required",
    "fail",
    "follow_holding",
    "follow_revision",
    "hold",
    "need",
    "observe",
    "open_assignment",
    "open_curriculum",
    "open_observations",
    "plan",
    "plan_lesson",
    "refresh",
    "remind",
    "require",
    "require_now",
    "retire",
    "retire_curriculum",
    "start_roles_due",
    "waive",
]
