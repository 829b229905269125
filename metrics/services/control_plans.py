"""Control plans and failure modes (8.5.1, 6.1.2): rows of a draft revision, carried from one to the next."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypedDict, Unpack
from uuid import uuid4

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from documents.models import Document, Revision
from documents.states import REVISION
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused, says_why
from metrics import selectors
from metrics.models import ControlPlan, ControlPlanRow, FailureMode, Gauge, Metric
from metrics.states import PlanPhase
from people.models import JobRole, User
from records import services as records
from records.models import Record


@transaction.atomic
def describe_plan(
    revision: Revision,
    *,
    by: User,
    phase: str = PlanPhase.PRODUCTION,
    part: str = "",
    part_number: str = "",
    customer: str = "",
    team: str = "",
    begun_on: date | None = None,
) -> ControlPlan:
    """Write the head of a draft of a control plan. Raises Refused: "not-a-control-plan", "not-a-draft"."""
    _begin(revision, by=by)
    head = ControlPlan.objects.get(revision=revision)
    head.phase, head.part, head.part_number, head.customer = phase, part, part_number, customer
    head.team, head.begun_on = team, begun_on
    head.save()
    _tell("control plan described", revision, by=by, note=head.get_phase_display())
    return head


class RowFacts(TypedDict, total=False):
    """What a row of a control plan says besides what is controlled and what to do when it is off."""

    operation: str
    standard: Document | None
    step_key: str
    special: str
    specification: str
    gauge: str
    sample_size: str
    frequency: str
    method: str
    reaction_role: JobRole | None
    metric: Metric | None
    process_no: str
    equipment: str
    characteristic_no: str
    about: str
    control: str
    instrument: Gauge | None
    reaction_document: Document | None


@transaction.atomic
def draft_row(
    revision: Revision,
    *,
    by: User,
    characteristic: str,
    reaction_plan: str,
    position: int | None = None,
    **facts: Unpack[RowFacts],
) -> ControlPlanRow:
    """Add a row to a draft revision of a control plan, whose rows are first carried over (8.5.1).

    Raises Refused: "not-a-control-plan", "not-a-draft", "row-exists" for the same characteristic at the same step,
    "gauge-withdrawn".
    """
    _begin(revision, by=by)
    _check_gauge(facts.get("instrument"))
    if _at_step(ControlPlanRow, revision, facts).filter(characteristic__iexact=characteristic).exists():
        raise Refused(_("The control plan has a row for this characteristic already."), code="row-exists")
    row = ControlPlanRow.objects.create(
        revision=revision,
        key=_new_key(),
        position=position or _next(ControlPlanRow, revision),
        characteristic=characteristic,
        reaction_plan=reaction_plan,
        **facts,
    )
    _tell("control plan row added", revision, by=by, note=characteristic)
    return row


@transaction.atomic
def edit_row(revision: Revision, *, key: str, by: User, **changes: Any) -> ControlPlanRow:
    """Change a row of a draft revision, which is first carried over when it was inherited.

    Raises Refused: "not-a-control-plan", "not-a-draft", "no-such-row", "gauge-withdrawn".
    """
    row = _row(revision, key, by=by)
    if changes.get("instrument") != row.instrument:
        _check_gauge(changes.get("instrument"))
    _change(row, changes)
    _tell("control plan row changed", revision, by=by, note=row.characteristic)
    return row


@transaction.atomic
def drop_row(revision: Revision, *, key: str, by: User) -> None:
    """Take a row out of a draft revision; it stays in the revisions before.

    Raises Refused: "not-a-control-plan", "not-a-draft", "no-such-row".
    """
    row = _row(revision, key, by=by)
    for mode in FailureMode.objects.filter(revision=revision, row_key=key):
        _change(mode, {"row_key": ""})
    row.delete()
    _tell("control plan row dropped", revision, by=by, note=row.characteristic)


class FailureFacts(TypedDict, total=False):
    """What is said of a failure mode besides how it fails, why, and how that scores."""

    operation: str
    standard: Document | None
    step_key: str
    control: str
    row_key: str
    action: str


@transaction.atomic
def draft_failure_mode(
    revision: Revision,
    *,
    by: User,
    mode: str,
    effect: str,
    severity: int,
    cause: str,
    occurrence: int,
    detection: int,
    answer: Record | None = None,
    position: int | None = None,
    **facts: Unpack[FailureFacts],
) -> FailureMode:
    """Say how a step can fail, and score it (6.1.2; FMEA after AIAG and VDA).

    Raises Refused: "not-a-control-plan", "not-a-draft", "failure-exists" for the same mode with the same cause at the
    same step, "no-such-row".
    """
    _begin(revision, by=by)
    _check_row(revision, facts.get("row_key", ""))
    if _at_step(FailureMode, revision, facts).filter(mode__iexact=mode, cause__iexact=cause).exists():
        raise Refused(_("This failure mode with this cause is there already."), code="failure-exists")
    made = FailureMode.objects.create(
        revision=revision,
        key=_new_key(),
        position=position or _next(FailureMode, revision),
        mode=mode,
        effect=effect,
        severity=severity,
        cause=cause,
        occurrence=occurrence,
        detection=detection,
        answer_id=answer.pk if answer else None,
        **facts,
    )
    _tell("failure mode added", revision, by=by, note=mode)
    return made


@transaction.atomic
def edit_failure_mode(revision: Revision, *, key: str, by: User, **changes: Any) -> FailureMode:
    """Change a failure mode of a draft.

    Raises Refused: "not-a-control-plan", "not-a-draft", "no-such-failure", "no-such-row".
    """
    made = _failure(revision, key, by=by)
    _check_row(revision, changes.get("row_key", ""))
    if "answer" in changes:
        answer = changes.pop("answer")
        changes["answer_id"] = answer.pk if answer else None
    _change(made, changes)
    _tell("failure mode changed", revision, by=by, note=made.mode)
    return made


@transaction.atomic
def score_again(
    revision: Revision, *, key: str, by: User, severity: int, occurrence: int, detection: int, evidence_found: str
) -> FailureMode:
    """Score a failure mode again after an action, with the evidence that it works.

    Raises Refused: "not-a-control-plan", "not-a-draft", "no-such-failure", "no-action" when nothing was done,
    "evidence-missing".
    """
    made = _failure(revision, key, by=by)
    if not made.action and made.answer_id is None:
        raise Refused(_("Say first what was done: an action, or the record that answers it."), code="no-action")
    if not says_why(evidence_found):
        raise Refused(_("Say how you know that the risk is smaller now."), code="evidence-missing")
    made.severity_after, made.occurrence_after, made.detection_after = severity, occurrence, detection
    made.evidence, made.scored_again_on = evidence_found, clock().date()
    made.save()
    _tell("failure mode scored again", revision, by=by, note=made.mode)
    return made


@transaction.atomic
def drop_failure_mode(revision: Revision, *, key: str, by: User) -> None:
    """Take a failure mode out of a draft revision; it stays in the revisions before.

    Raises Refused: "not-a-control-plan", "not-a-draft", "no-such-failure".
    """
    made = _failure(revision, key, by=by)
    made.delete()
    _tell("failure mode dropped", revision, by=by, note=made.mode)


@transaction.atomic
def carry_plan(revision: Revision, *, by: User) -> int:
    """Copy the plan that a draft has inherited, so that it can be changed. Doing it twice copies once."""
    settled = selectors.settled_in(revision)
    head = ControlPlan.objects.filter(revision=settled).first() if settled else None
    said = {name: getattr(head, name) for name in ControlPlan.FIELDS} if head else {}
    ControlPlan.objects.get_or_create(revision=revision, defaults=said)
    if settled is None or settled == revision.pk:
        return 0
    rows = ControlPlanRow.objects.filter(revision=settled)
    modes = FailureMode.objects.filter(revision=settled)
    return _copy(rows, revision, (*ControlPlanRow.FIELDS, *ControlPlanRow.LATER)) + _copy(
        modes, revision, FailureMode.FIELDS
    )


def _copy(rows: Iterable[Any], revision: Revision, names: Iterable[str]) -> int:
    copies = [
        type(row)(revision=revision, key=row.key, position=row.position, **{name: getattr(row, name) for name in names})
        for row in rows
    ]
    for copy in copies:
        copy.save(force_insert=True)
    return len(copies)


def _begin(revision: Revision, *, by: User) -> None:
    """A draft, locked and with a plan of its own: its version grows, so that whoever read the old plan is told."""
    records.lock(revision)
    if not revision.document.type.is_control_plan:
        raise Refused(
            _("%(number)s is not a control plan.") % {"number": revision.document.number}, code="not-a-control-plan"
        )
    if not REVISION.may_edit(revision.status):
        raise Refused(_("Only a draft can be changed: start a new revision."), code="not-a-draft")
    carry_plan(revision, by=by)
    records.grow(revision, by=by)


def _tell(what: str, revision: Revision, *, by: User, note: str) -> None:
    evidence.record_event(what, revision, by=by, note=note)


def _at_step(part: Any, revision: Revision, facts: Mapping[str, Any]) -> QuerySet[Any]:
    """What the draft says already of the step that `facts` name."""
    at = {"operation__iexact": facts.get("operation", ""), "step_key": facts.get("step_key", "")}
    found: QuerySet[Any] = part.objects.filter(revision=revision, **at)
    return found


def _row(revision: Revision, key: str, *, by: User) -> ControlPlanRow:
    """The row of a draft, which is first carried over."""
    _begin(revision, by=by)
    found = ControlPlanRow.objects.filter(revision=revision, key=key).first()
    if found is None:
        raise Refused(_("This row is no longer in the draft."), code="no-such-row")
    return found


def _failure(revision: Revision, key: str, *, by: User) -> FailureMode:
    """The same of a failure mode."""
    _begin(revision, by=by)
    found = FailureMode.objects.filter(revision=revision, key=key).first()
    if found is None:
        raise Refused(_("This failure mode is no longer in the draft."), code="no-such-failure")
    return found


def _change(held: Any, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        if name != "position" or value is not None:
            setattr(held, name, value)
    held.save()


def _check_gauge(instrument: Gauge | None) -> None:
    if instrument is not None and not instrument.is_open:
        raise Refused(
            _("%(gauge)s is withdrawn: choose another gauge.") % {"gauge": instrument.number}, code="gauge-withdrawn"
        )


def _check_row(revision: Revision, row_key: str) -> None:
    if row_key and not ControlPlanRow.objects.filter(revision=revision, key=row_key).exists():
        raise Refused(_("There is no such row in this control plan."), code="no-such-row")


def _new_key() -> str:
    return uuid4().hex[:12]


def _next(part: Any, revision: Revision) -> int:
    return (part.objects.filter(revision=revision).aggregate(last=Max("position"))["last"] or 0) + 1
