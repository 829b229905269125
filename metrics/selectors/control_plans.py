from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext as _

from documents.models import Document, Revision, Step
from documents.parts import Use
from documents.selectors import IN_FORCE
from metrics.models import ControlPlan, ControlPlanRow, FailureMode, Gauge
from people.models import User
from records.models import Record
from records.selectors import sees

PARTS: tuple[Any, ...] = (ControlPlan, ControlPlanRow, FailureMode)
POINTERS = ("metric", "standard", "instrument", "reaction_document")


@dataclass(frozen=True)
class PlanRow:
    """A row with the step that it controls; `is_step_gone` when the standard in force no longer has it."""

    row: ControlPlanRow
    step: str
    is_step_gone: bool


@dataclass(frozen=True)
class Failure:
    """A failure mode with its step and the row of the control plan that guards it."""

    mode: FailureMode
    step: str
    is_step_gone: bool
    row: ControlPlanRow | None


@dataclass(frozen=True)
class Plan:
    """All of a control plan that a user sees in a revision."""

    head: ControlPlan | None
    rows: list[PlanRow]
    failures: list[Failure]

    @property
    def unanswered(self) -> int:
        """How many failure modes ask for an action that nobody has planned."""
        return sum(one.mode.is_unanswered for one in self.failures)

    @property
    def is_empty(self) -> bool:
        return self.head is None and not self.rows and not self.failures


def plan_rows() -> QuerySet[ControlPlanRow]:
    return ControlPlanRow.objects.select_related(
        "metric__gauge", "standard", "reaction_role", "instrument", "reaction_document"
    )


def rows_of(revision: Revision) -> QuerySet[ControlPlanRow]:
    """The rows in force in a revision: its own, or those carried over from the newest before it that has any."""
    return plan_rows().filter(revision=settled_in(revision))


def failure_modes_of(revision: Revision) -> QuerySet[FailureMode]:
    return FailureMode.objects.select_related("standard", "answer").filter(revision=settled_in(revision))


def head_of(revision: Revision) -> ControlPlan | None:
    return ControlPlan.objects.filter(revision=settled_in(revision)).first()


def settled_in(revision: Revision) -> int | None:
    """The id of the revision whose plan holds in `revision`: its own, or the newest before it that has one."""
    own = [
        Exists(model.objects.filter(revision=OuterRef("pk"))) for model in (ControlPlan, ControlPlanRow, FailureMode)
    ]
    has_plan = own[0] | own[1] | own[2]
    earlier = Q(no__lt=revision.no, withdrawn_at__isnull=True)
    found = Revision.objects.filter(Q(pk=revision.pk) | earlier, has_plan, document=revision.document_id)
    return found.order_by("-no").values_list("pk", flat=True).first()


def plan_of(revision: Revision, user: User) -> Plan:
    """The head, the rows and the failure modes, without what other sites keep to themselves."""
    settled = settled_in(revision)
    rows = list(plan_rows().filter(revision=settled))
    modes = list(FailureMode.objects.select_related("standard", "answer").filter(revision=settled))
    for held in (*rows, *modes):
        _hide_unseen(held, user)
    steps = steps_in_force([*rows, *modes])
    by_key = {row.key: row for row in rows}
    return Plan(
        ControlPlan.objects.filter(revision=settled).first(),
        [PlanRow(row, *_step(row, steps)) for row in rows],
        [Failure(mode, *_step(mode, steps), by_key.get(mode.row_key)) for mode in modes],
    )


def _hide_unseen(held: Any, user: User) -> None:
    for name in (*POINTERS, "answer"):
        record: Record | None = getattr(held, name, None)
        if record is not None and not sees(user, record):
            setattr(held, name, None)


def steps_in_force(held: Iterable[ControlPlanRow | FailureMode]) -> dict[tuple[int, str], Step]:
    """(document, key) → step, of the newest revision of each standard that is named, best of one in force."""
    standards = {one.standard_id for one in held if one.standard_id}
    if not standards:
        return {}
    known = Revision.objects.filter(document__in=standards, withdrawn_at__isnull=True)
    in_force = Case(When(status__in=IN_FORCE, then=0), default=1)
    newest = known.order_by("document_id", in_force, "-no").distinct("document_id").values("pk")
    steps = Step.objects.filter(revision__in=newest).select_related("revision")
    return {(step.revision.document_id, step.key): step for step in steps}


def _step(held: ControlPlanRow | FailureMode, steps: dict[tuple[int, str], Step]) -> tuple[str, bool]:
    if not held.step_key or held.standard_id is None:
        return "", False
    step = steps.get((held.standard_id, held.step_key))
    return (str(step), False) if step else ("", True)


def step_named(standard: Document, name: str) -> Step | None:
    """The step of that number or key, in the revision in force or, before there is one, in the newest."""
    found = Revision.objects.filter(document=standard, withdrawn_at__isnull=True).order_by("-no")
    revision = found.filter(status__in=IN_FORCE).first() or found.first()
    if revision is None:
        return None
    wanted = Q(key=name) | (Q(position=int(name)) if name.isascii() and name.isdigit() and len(name) < 5 else Q())
    return Step.objects.filter(wanted, revision=revision).first()


def part_of(revision: Revision, part: str, key: str) -> ControlPlanRow | FailureMode | None:
    """The row or failure mode with that key in force in a revision; `part` is `rows` or `failure-modes`."""
    held: dict[str, QuerySet[Any]] = {"rows": rows_of(revision), "failure-modes": failure_modes_of(revision)}
    return held[part].filter(key=key).select_related("revision").first() if part in held else None


def signed_rows(revision: Revision) -> list[dict[str, Any]]:
    """What the approval of a control plan covers besides its text; empty for other documents.

    The rows first, then its head and its failure modes where it has them.
    """
    if not revision.document.type.is_control_plan:
        return []
    head = head_of(revision)
    said = [{"head": head.content()}] if head and head.content() else []
    failures = [{"failure mode": mode.content()} for mode in failure_modes_of(revision)]
    return [*(row.content() for row in rows_of(revision)), *said, *failures]


def told_rows(revision: Revision) -> list[dict[str, Any]]:
    """The same in words, for whoever compares two revisions."""
    if not revision.document.type.is_control_plan:
        return []
    head = head_of(revision)
    heads = [_told(head, ControlPlan.FIELDS)] if head else []
    rows = [_told(row, ("position", *ControlPlanRow.FIELDS, *ControlPlanRow.LATER)) for row in rows_of(revision)]
    return [*heads, *rows, *(_told(mode, ("position", *FailureMode.FIELDS)) for mode in failure_modes_of(revision))]


def _told(held: Any, names: Iterable[str]) -> dict[str, Any]:
    """Field by field with its name for people; records by their numbers."""
    told: dict[str, Any] = {}
    for name in names:
        field = held._meta.get_field(name.removesuffix("_id"))
        reader = getattr(held, f"get_{field.name}_display", None)
        value = reader() if reader else getattr(held, field.name)
        if field.name not in ("step_key", "row_key"):
            told[str(field.verbose_name)] = getattr(value, "number", value)
    return told


def uses_of(document: Document, user: User) -> list[Use]:
    """The rows and failure modes of control plans in force that stand on a standard or lead to it."""
    stands = Q(standard=document) | Q(reaction_document=document)
    rows = plan_rows().filter(stands, revision__status__in=IN_FORCE).select_related("revision")[:50]
    modes = FailureMode.objects.filter(standard=document, revision__status__in=IN_FORCE).select_related("revision")
    steps = steps_in_force([row for row in rows if row.standard_id == document.pk])
    found: list[tuple[str, Any, str]] = [(_("Row of a control plan"), row, _used_step(row, steps)) for row in rows]
    found += [(_("Failure mode of a control plan"), mode, "") for mode in modes[:50]]
    return [
        Use(kind, f"{one.revision.number}, {one}{step}", one.revision.get_absolute_url())
        for kind, one, step in found
        if sees(user, one.revision)
    ]


def _used_step(row: ControlPlanRow, steps: dict[tuple[int, str], Step]) -> str:
    step, is_gone = _step(row, steps)
    if is_gone:
        return _(" (its step is gone)")
    return _(" (step %(step)s)") % {"step": step} if step else ""


def rows_on_steps(revision: Revision, user: User) -> dict[str, list[ControlPlanRow]]:
    """Step key → the rows of control plans in force that control it, for the page of a standard."""
    rows = plan_rows().filter(standard=revision.document_id, revision__status__in=IN_FORCE).select_related("revision")
    found: dict[str, list[ControlPlanRow]] = {}
    for row in rows[:200]:
        if sees(user, row.revision):
            found.setdefault(row.step_key, []).append(row)
    return found


def rows_with(gauge: Gauge) -> QuerySet[ControlPlanRow]:
    """The rows of control plans in force that measure with a gauge."""
    return plan_rows().filter(instrument=gauge, revision__status__in=IN_FORCE).select_related("revision")


def failures_answered_by(record: Record, user: User) -> list[FailureMode]:
    """The failure modes that a record answers, in the newest revision of each plan that the user sees."""
    rows = FailureMode.objects.filter(answer=record.pk, revision__withdrawn_at__isnull=True)
    newest = rows.select_related("revision__document").order_by("key", "-revision__no").distinct("key")
    return [mode for mode in newest[:50] if sees(user, mode.revision)]
