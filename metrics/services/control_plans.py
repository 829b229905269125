from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from documents.models import Document, Revision
from documents.states import REVISION
from evidence import services as evidence
from evidence.refusals import Refused
from metrics import selectors
from metrics.models import ControlPlanRow, Metric
from people.models import JobRole, User


@transaction.atomic
def draft_row(
    revision: Revision,
    *,
    by: User,
    characteristic: str,
    reaction_plan: str,
    operation: str = "",
    standard: Document | None = None,
    step_key: str = "",
    special: str = "",
    specification: str = "",
    gauge: str = "",
    sample_size: str = "",
    frequency: str = "",
    method: str = "",
    reaction_role: JobRole | None = None,
    metric: Metric | None = None,
) -> ControlPlanRow:
    """Add a row to a draft revision of a control plan, whose rows are first carried over.

    Raises Refused: "not-a-control-plan", "not-a-draft", "row-exists" for the same characteristic at the same step.
    """
    _check_draft(revision)
    carry_rows(revision, by=by)
    mine = ControlPlanRow.objects.filter(revision=revision)
    if mine.filter(characteristic__iexact=characteristic, operation__iexact=operation, step_key=step_key).exists():
        raise Refused(_("The control plan has a row for this characteristic already."), code="row-exists")
    last = mine.aggregate(last=Max("position"))["last"] or 0
    row = ControlPlanRow.objects.create(
        revision=revision,
        key=uuid4().hex[:12],
        position=last + 1,
        operation=operation,
        standard=standard,
        step_key=step_key,
        characteristic=characteristic,
        special=special,
        specification=specification,
        gauge=gauge,
        sample_size=sample_size,
        frequency=frequency,
        method=method,
        reaction_plan=reaction_plan,
        reaction_role=reaction_role,
        metric=metric,
    )
    evidence.record_event("control plan row added", revision, by=by, note=characteristic)
    return row


@transaction.atomic
def carry_rows(revision: Revision, *, by: User) -> int:
    """Copy the rows that a draft has inherited, so that they can be changed. Doing it twice copies once."""
    settled = selectors.rows_settled_in(revision)
    if settled is None or settled == revision.pk:
        return 0
    copies = [
        ControlPlanRow(
            revision=revision,
            key=row.key,
            position=row.position,
            **{name: getattr(row, name) for name in ControlPlanRow.FIELDS},
        )
        for row in selectors.rows_of(revision)
    ]
    for copy in copies:
        copy.save(force_insert=True)
    return len(copies)


@transaction.atomic
def edit_row(row: ControlPlanRow, *, by: User, **changes: Any) -> ControlPlanRow:
    """Change a row of a draft revision. Raises Refused("not-a-draft")."""
    _check_draft(row.revision)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    evidence.record_event("control plan row changed", row.revision, by=by, note=row.characteristic)
    return row


@transaction.atomic
def drop_row(row: ControlPlanRow, *, by: User) -> None:
    """Take a row out of a draft revision; it stays in the revisions before."""
    _check_draft(row.revision)
    evidence.record_event("control plan row dropped", row.revision, by=by, note=row.characteristic)
    row.delete()


def _check_draft(revision: Revision) -> None:
    if not revision.document.type.is_control_plan:
        raise Refused(
            _("%(number)s is not a control plan.") % {"number": revision.document.number}, code="not-a-control-plan"
        )
    if not REVISION.may_edit(revision.status):
        raise Refused(_("Only a draft can be changed: start a new revision."), code="not-a-draft")
