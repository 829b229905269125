"""The only code that changes a status: lock, check the table, check the signature, set, event."""

from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.history import append_history
from evidence.refusals import Refused, says_why
from people.models import User
from records.models import Record, Signature
from records.services.opening import check_version, locked_row, take_over
from records.states import Transition

M = TypeVar("M", bound=models.Model)


@transaction.atomic
def move(
    subject: M,
    transition: Transition,
    *,
    by: User,
    note: str = "",
    signature: Signature | None = None,
    **facts: Any,
) -> M:
    """Walk one arrow of the subject's table: the only code that changes a status.

    Locks the row, checks the source state (Refused "not-now"), the version (Stale), the signature and the
    reason where the table asks for them; then sets the state and `facts`, saves through the child and tells
    the timeline.

    Raises Refused: "not-now", "signature-missing", "reason-missing", "signature-of-another".
    """
    row = locked_row(subject)
    _check_state(row, transition)
    check_version(subject, row)
    _check_duties(transition, note, signature)
    if signature is not None:
        _check_signature(signature, transition, row, by)
    take_over(subject, row)
    if signature is not None and hasattr(type(subject), "signature"):
        facts["signature"] = signature
    _set(subject, transition, facts)
    subject._change_reason = note  # type: ignore[attr-defined]
    subject.save()
    evidence.record_event(transition.name, subject, by=by, note=note, data={"from": row.status, "to": subject.status})  # type: ignore[attr-defined]
    return subject


def _check_state(row: Any, transition: Transition) -> None:
    machine = type(row).machine
    if transition not in machine.transitions:
        raise ValueError(f"{transition.name} is no transition of {type(row).__name__}")
    if row.status not in transition.sources:
        raise Refused(
            _("“%(verb)s” is not possible now: %(subject)s is “%(state)s”.")
            % {
                "verb": transition.label,
                "subject": getattr(row, "number", row),
                "state": machine.label(row.status),
            },
            code="not-now",
        )


def _check_duties(transition: Transition, note: str, signature: Signature | None) -> None:
    if transition.signed and signature is None:
        raise Refused(_("This step must be signed."), code="signature-missing")
    if transition.reason and not says_why(note):
        raise Refused(_("Give a reason in a few words."), code="reason-missing")


def _check_signature(signature: Signature, transition: Transition, row: Any, by: User) -> None:
    """A signature moves what it was given for, once: not another record, not a later version of the same."""
    given = (signature.meaning, signature.new_state, signature.signer_id)
    here = (signature.record_id, signature.record_version) if isinstance(row, Record) else ()
    wanted = (row.pk, row.version) if isinstance(row, Record) else ()
    if given != (transition.meaning, transition.target, by.pk) or here != wanted:
        raise Refused(_("This signature was given for something else."), code="signature-of-another")


def _set(subject: Any, transition: Transition, facts: dict[str, Any]) -> None:
    subject.status = transition.target
    for name, value in facts.items():
        setattr(subject, name, value)
    if isinstance(subject, Record):
        subject.version += 1
        subject.closed_at = clock() if transition.target in type(subject).machine.final else None


@transaction.atomic
def move_all(lines: models.QuerySet[M], transition: Transition, *, by: User, note: str = "", **facts: Any) -> int:
    """Walk one arrow for thousands of lines in a few statements. Rows in other states stay as they are."""
    model = lines.model
    if issubclass(model, Record):
        raise TypeError("Records are moved one by one, so that each keeps its version and event.")
    if transition not in model.machine.transitions:  # type: ignore[attr-defined]
        raise ValueError(f"{transition.name} is no transition of {model.__name__}")
    rows = lines.filter(status__in=transition.sources).order_by("pk").select_for_update(of=("self",))
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return 0
    chosen = model._base_manager.filter(pk__in=keys)
    extra = {"version": F("version") + 1} if _has_version(model) else {}
    chosen.update(status=transition.target, **facts, **extra)
    if hasattr(model, "history"):
        append_history(chosen, "~", reason=note)
    evidence.record_events(transition.name, list(chosen), by=by, note=note)
    return len(keys)


def _has_version(model: type[models.Model]) -> bool:
    return any(field.name == "version" for field in model._meta.concrete_fields)
