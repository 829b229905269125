from typing import Any

from django.utils.translation import gettext_lazy as _

from documents.models import Revision
from documents.parts import register_paper, register_part, register_use
from metrics import permissions, selectors, verbs
from people.models import User
from ui.registry import Panel, register_panel, register_verb


def is_control_plan(revision: Revision) -> bool:
    return revision.document.type.is_control_plan


def control_plan(revision: Revision, user: User) -> dict[str, Any]:
    """The plan in force in a revision; empty for other documents."""
    may = permissions.may_edit_plan(user, revision) and Revision.machine.may_edit(revision.status)
    plan = selectors.plan_of(revision, user) if is_control_plan(revision) else None
    return {"record": revision, "plan": plan, "may_edit": may, "adds": verbs.PLAN if may else ()}


def on_paper(revision: Revision, user: User) -> dict[str, Any] | None:
    """The same across a sheet, in the usual form."""
    return {"plan": selectors.plan_of(revision, user)} if is_control_plan(revision) else None


def controlled_by(revision: Revision, user: User) -> dict[str, Any]:
    """Step by step, the rows of control plans in force that control it, and rows whose step is gone."""
    rows = selectors.rows_on_steps(revision, user)
    steps = [(str(step), rows.pop(step.key, [])) for step in revision.steps.all()]
    whole = rows.pop("", [])
    return {
        "steps": [(step, found) for step, found in steps if found],
        "whole": whole,
        "gone": [row for found in rows.values() for row in found],
    }


register_panel(
    Panel(
        on=Revision,
        slug="control-plan",
        title=_("Control plan"),
        template="metrics/_control_plan.html",
        context=control_plan,
        order=30,
        across=True,
        shown=is_control_plan,
    )
)
register_panel(
    Panel(
        on=Revision,
        slug="controlled-by",
        title=_("Controlled by"),
        template="metrics/_controlled_by.html",
        context=controlled_by,
        order=35,
        shown=lambda revision: revision.document.type.has_steps,
    )
)
for verb in verbs.PLAN:
    register_verb(Revision, verb)
register_part("control plan", selectors.signed_rows, told=selectors.told_rows)
register_paper("metrics/_control_plan_paper.html", on_paper)
register_use(selectors.uses_of)
