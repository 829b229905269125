"""The work of a CAPA: containment, causes, plan, and all of it done (10.2.1 a to c)."""

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from capa import selectors
from capa.models import Capa, Cause
from capa.states import (
    CANCEL,
    COMPLETE,
    CONTAIN,
    FIND_CAUSE,
    PLAN,
    CauseState,
    Topic,
)
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused, says_why
from metrics import services as watching
from people.models import User
from records import services as records
from records.selectors import open_actions
from records.states import ActionStatus

HUMAN_ERROR = re.compile(r"^\W*(human|operator|worker'?s?)\s+(error|mistake|failure|inattention)\W*$", re.IGNORECASE)


@transaction.atomic
def edit_capa(capa: Capa, *, by: User, reason: str = "", **changes: Any) -> Capa:
    """Change the facts of an open CAPA; a new due date needs a reason.

    Raises Refused("reason-missing").
    """
    if changes.get("due", capa.due) != capa.due and not says_why(reason):
        raise Refused(_("Say why the due date moves."), code="reason-missing")
    return records.amend(capa, by=by, reason=reason, **changes)


@transaction.atomic
def contain(capa: Capa, *, by: User, correction: str, containment: str, consequences: str = "") -> Capa:
    """React: correct, control, deal with the consequences (10.2.1 a)."""
    return records.move(capa, CONTAIN, by=by, correction=correction, containment=containment, consequences=consequences)


@transaction.atomic
def add_cause(
    capa: Capa,
    *,
    by: User,
    statement: str,
    leg: str,
    parent: Cause | None = None,
    bone: str = "",
    proof: str = "",
    verdict: str = CauseState.HYPOTHESIS,
    is_root: bool = False,
) -> Cause:
    """Add a why to the tree. A root cause is confirmed by evidence, and is never just "human error".

    Raises Refused: "not-now", "foreign-cause", "human-error-alone", "root-not-proven".
    """
    records.lock(capa)
    if not type(capa).machine.may_edit(capa.status):
        raise Refused(_("The analysis of this CAPA is finished."), code="not-now")
    if parent is not None and parent.capa_id != capa.pk:
        raise Refused(_("That cause belongs to another CAPA."), code="foreign-cause")
    if is_root:
        _check_root(statement, proof, verdict)
    cause = Cause.objects.create(
        capa=capa,
        parent=parent,
        leg=parent.leg if parent else leg,
        bone=bone,
        statement=statement,
        proof=proof,
        verdict=verdict,
        is_root=is_root,
    )
    evidence.record_event("cause added", capa, by=by, note=statement)
    return cause


@transaction.atomic
def judge_cause(capa: Capa, *, by: User, cause: Cause, verdict: str, proof: str, is_root: bool = False) -> Cause:
    """Confirm a supposed cause or rule it out, by evidence; a confirmed one may be the root cause.

    Raises Refused: "not-now", "foreign-cause", "human-error-alone", "root-not-proven".
    """
    records.lock(capa)
    if not type(capa).machine.may_edit(capa.status):
        raise Refused(_("The analysis of this CAPA is finished."), code="not-now")
    if cause.capa_id != capa.pk:
        raise Refused(_("That cause belongs to another CAPA."), code="foreign-cause")
    if is_root:
        _check_root(cause.statement, proof, verdict)
    cause = Cause.objects.select_for_update().get(pk=cause.pk)
    cause.verdict, cause.proof, cause.is_root = verdict, proof, is_root
    cause.save()
    records.grow(capa, by=by)
    evidence.record_event("cause judged", capa, by=by, note=f"{cause.statement}: {cause.get_verdict_display()}")
    return cause


def _check_root(statement: str, proof: str, verdict: str) -> None:
    if HUMAN_ERROR.match(statement):
        raise Refused(
            _("“Human error” is no root cause. Ask why the system allowed the error."), code="human-error-alone"
        )
    if verdict != CauseState.CONFIRMED or not proof.strip():
        raise Refused(_("A root cause must be confirmed: say by which evidence."), code="root-not-proven")


@transaction.atomic
def find_cause(capa: Capa, *, by: User) -> Capa:
    """The root cause is found (10.2.1 b 2): at least one, confirmed by evidence.

    Raises Refused("no-root-cause").
    """
    if not selectors.roots(capa).exists():
        raise Refused(_("Mark at least one confirmed cause as the root cause."), code="no-root-cause")
    return records.move(capa, FIND_CAUSE, by=by)


@transaction.atomic
def plan(capa: Capa, *, by: User, read_across: str) -> Capa:
    """The plan stands (10.2.1 c), also for where else it could happen (b 3). Training alone is no plan.

    Raises Refused: "no-actions", "training-alone".
    """
    topics = set(open_actions(capa).values_list("topic", flat=True))
    if not topics:
        raise Refused(_("Add at least one action."), code="no-actions")
    if topics == {Topic.TRAINING}:
        raise Refused(_("Training alone does not remove a cause: add another action."), code="training-alone")
    return records.move(capa, PLAN, by=by, read_across=read_across)


@transaction.atomic
def complete(
    capa: Capa, *, by: User, risks_changed: bool, qms_changed: bool, risks_note: str = "", qms_note: str = ""
) -> Capa:
    """All actions are done; whether risks or the system changed is answered (10.2.1 e, f).

    Raises Refused: "open-actions", "no-actions".
    """
    if open_actions(capa).exists():
        raise Refused(_("Finish or withdraw the open actions first."), code="open-actions")
    if not capa.actions.exclude(status=ActionStatus.WITHDRAWN).exists():
        raise Refused(_("No action is left: plan one."), code="no-actions")
    return records.move(
        capa,
        COMPLETE,
        by=by,
        risks_changed=risks_changed,
        risks_note=risks_note,
        qms_changed=qms_changed,
        qms_note=qms_note,
    )


@transaction.atomic
def cancel(capa: Capa, *, by: User, reason: str) -> Capa:
    """Drop a CAPA, with the reason; it stays readable. The signals it answered are dismissed for the same reason."""
    records.move(capa, CANCEL, by=by, note=reason, concluded_at=clock())
    for signal in selectors.standing_signals(capa):
        watching.dismiss(signal, by=by, reason=reason)
    return capa
