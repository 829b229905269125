from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from metrics import selectors, verbs
from metrics.models import Objective
from metrics.pages.measuring import picture
from people.models import User
from records.selectors import sees
from ui.registry import Column, RecordPage, WorkItem, register_page, register_work


def progress(objective: Objective) -> str:
    """The share of the way, for the list."""
    percent = objective.progress_percent
    return "" if percent is None else f"{percent} %"


def objective_overview(objective: Objective, user: User) -> dict[str, Any]:
    """How far it is, by its metric, and by what was planned."""
    metric = objective.metric if objective.metric and sees(user, objective.metric) else None
    actions = list(objective.actions.select_related("who"))
    return {
        "metric": metric,
        "bar": max(0, min(100, objective.progress_percent or 0)),
        "actions_done": sum(action.status in ("done", "verified") for action in actions),
        "actions_planned": sum(action.status != "withdrawn" for action in actions),
        **(picture(selectors.chart_data(metric), selectors.signals_of(metric), user) if metric else {}),
    }


def objectives_due(user: Any, on: date) -> Iterator[WorkItem]:
    """Objectives of mine whose day has come."""
    for objective in selectors.objectives_due_for(user, on):
        yield WorkItem(
            title=_("Conclude %(objective)s") % {"objective": objective},
            url=objective.get_absolute_url(),
            due=objective.due,
            kind=_("Objective"),
            overdue=objective.is_late,
        )


register_page(
    RecordPage(
        model=Objective,
        icon="target-arrow",
        section="measure",
        noun=_("objective"),
        nouns=_("objectives"),
        order=5,
        queryset=selectors.objectives,
        columns=(
            Column("number", phone=True),
            Column("title", label=_("Objective"), phone=True),
            Column("status", phone=True),
            Column("metric__number", label=_("Metric")),
            Column(progress, label=_("Progress"), end=True, phone=True),
            Column("due"),
            Column("owner", label=_("Responsible")),
        ),
        filters=("status", "site", "process", "owner", "due"),
        overview="metrics/_objective.html",
        context=objective_overview,
        create=verbs.SET_OBJECTIVE,
        verbs=verbs.OBJECTIVE_VERBS,
        pdf="metrics/objective_pdf.html",
        about=_("What we want to reach, until when and how (ISO 9001, 6.2)."),
    )
)
register_work(objectives_due)
