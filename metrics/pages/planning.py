from typing import Any

from django.utils.translation import gettext_lazy as _

from documents.models import Revision
from documents.parts import register_part, register_use
from metrics import selectors, verbs
from people.models import User
from ui.registry import Panel, register_panel, register_verb


def control_plan(revision: Revision, user: User) -> dict[str, Any]:
    """The rows in force in a revision of a control plan; empty for other documents."""
    is_plan = revision.document.type.is_control_plan
    return {
        "record": revision,
        "is_plan": is_plan,
        "rows": selectors.rows_of(revision) if is_plan else (),
    }


register_panel(
    Panel(
        on=Revision,
        slug="control-plan",
        title=_("Control plan"),
        template="metrics/_control_plan.html",
        context=control_plan,
        order=30,
        wide=True,
        shown=lambda revision: revision.document.type.is_control_plan,
    )
)
register_verb(Revision, verbs.DRAFT_ROW)
register_part("control plan", selectors.signed_rows)
register_use(selectors.uses_of)
