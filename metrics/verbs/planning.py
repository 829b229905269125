from django.utils.translation import gettext_lazy as _

from documents.states import REVISION
from metrics import forms, permissions, services
from ui.forms import VerbForm
from ui.verbs import Verb, named

DESCRIBE_PLAN = Verb(
    "describe-plan",
    services.describe_plan,
    forms.PlanForm,
    label=_("Edit the head of the plan"),
    may=permissions.may_edit_plan,
    when=REVISION.editable,
)
DRAFT_ROW = Verb(
    "draft-row",
    services.draft_row,
    forms.RowForm,
    label=_("Add a row"),
    may=permissions.may_draft_row,
    when=REVISION.editable,
    icon="plus",
)
DRAFT_FAILURE = Verb(
    "draft-failure-mode",
    services.draft_failure_mode,
    forms.FailureForm,
    label=_("Add a failure mode"),
    may=permissions.may_edit_plan,
    when=REVISION.editable,
    icon="plus",
)
PLAN = (DESCRIBE_PLAN, DRAFT_ROW, DRAFT_FAILURE)

# What is done to one row or failure mode of a draft; it is known by its key, which survives revisions.
ROW = (
    Verb(
        "edit",
        services.edit_row,
        forms.EditRowForm,
        label=_("Edit the row"),
        may=permissions.may_edit_plan,
        when=REVISION.editable,
    ),
    Verb(
        "drop",
        services.drop_row,
        VerbForm,
        label=_("Take the row out"),
        may=permissions.may_edit_plan,
        when=REVISION.editable,
        tone="danger",
        help=_("It stays in the revisions before this one."),
    ),
)
FAILURE = (
    Verb(
        "edit",
        services.edit_failure_mode,
        forms.EditFailureForm,
        label=_("Edit the failure mode"),
        may=permissions.may_edit_plan,
        when=REVISION.editable,
    ),
    Verb(
        "score-again",
        services.score_again,
        forms.ScoreAgainForm,
        label=_("Score again after the action"),
        may=permissions.may_edit_plan,
        when=REVISION.editable,
    ),
    Verb(
        "drop",
        services.drop_failure_mode,
        VerbForm,
        label=_("Take the failure mode out"),
        may=permissions.may_edit_plan,
        when=REVISION.editable,
        tone="danger",
        help=_("It stays in the revisions before this one."),
    ),
)
PARTS = {"rows": ROW, "failure-modes": FAILURE}


def of_part(part: str, name: str) -> Verb | None:
    """The verb of that name for rows or for failure modes."""
    return named(PARTS.get(part, ()), name)
