"""Quality objectives (6.2): set, agreed on, and judged by their metric."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evidence.context import clock
from evidence.refusals import Refused
from metrics import selectors
from metrics.models import Metric, Objective
from metrics.states import AGREE, DROP, MISS, REACH
from people.models import Process, Site, User
from records import services as records
from records.models import Record


@transaction.atomic
def set_objective(
    *,
    by: User,
    site: Site,
    title: str,
    due: date,
    what: str,
    resources: str = "",
    evaluation: str = "",
    metric: Metric | None = None,
    baseline: Decimal | None = None,
    target: Decimal | None = None,
    process: Process | None = None,
    owner: User | None = None,
    origin: Record | None = None,
) -> Objective:
    """Write down an objective and how it will be reached (6.2.2). Raises Refused: "due-in-the-past", "no-way-to-go"."""
    _check(metric=metric, baseline=baseline, target=target)
    _check_due(due)
    return records.open_record(
        Objective,
        by=by,
        site=site,
        title=title,
        process=process,
        owner=owner,
        origin=origin or metric,
        metric=metric,
        baseline=baseline,
        target=target,
        due=due,
        what=what,
        resources=resources,
        evaluation=evaluation,
    )


@transaction.atomic
def edit_objective(objective: Objective, *, by: User, reason: str = "", **changes: Any) -> Objective:
    """Change an objective; once it is pursued, a reason is asked for.

    Raises Refused: "no-way-to-go", "due-in-the-past", "reason-missing".
    """
    after = {name: changes.get(name, getattr(objective, name)) for name in ("metric", "baseline", "target")}
    _check(**after)
    if changes.get("due", objective.due) != objective.due:
        _check_due(changes["due"])
    return records.amend(objective, by=by, reason=reason, **changes)


def _check(*, metric: Metric | None, baseline: Decimal | None, target: Decimal | None) -> None:
    if metric is not None and (baseline is None or target is None or baseline == target):
        raise Refused(
            _("An objective that a metric judges goes from one value to another: give both."), code="no-way-to-go"
        )


def _check_due(due: date) -> None:
    if due < clock().date():
        raise Refused(_("The due date lies in the past."), code="due-in-the-past")


@transaction.atomic
def agree(objective: Objective, *, by: User) -> Objective:
    """From now on it is pursued."""
    return records.move(objective, AGREE, by=by)


@transaction.atomic
def reach(objective: Objective, *, by: User, reason: str) -> Objective:
    """It is reached. Raises Refused("not-there-yet") when its metric says otherwise."""
    found = selectors.objectives().get(pk=objective.pk)
    if found.progress is not None and found.progress < 1:
        raise Refused(
            _("Its metric stands at %(percent)d %% of the way: it is not reached.")
            % {"percent": found.progress_percent},
            code="not-there-yet",
        )
    return records.move(objective, REACH, by=by, note=reason, conclusion=reason)


@transaction.atomic
def miss(objective: Objective, *, by: User, reason: str) -> Objective:
    """It was not reached; what was learnt is kept."""
    return records.move(objective, MISS, by=by, note=reason, conclusion=reason)


@transaction.atomic
def drop(objective: Objective, *, by: User, reason: str) -> Objective:
    """It is no longer wanted."""
    return records.move(objective, DROP, by=by, note=reason, conclusion=reason)
