"""Practical assessment: an assessor watches the work, item by item, and signs that the person can do it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Document
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people.models import Kiosk, User
from records import services as records
from records.models import Signature
from records.signing import Signing
from training import selectors
from training.models import Assessment, Assignment, PracticalItem
from training.services.passing import pass_assignment
from training.services.reading import check_in_force
from training.states import ASSESS, FAIL, AssessmentResult

Answers = Mapping[str, Mapping[str, Any]]  # by the key of the item: {"shown": bool, "note": str, "count": int | None}


@transaction.atomic
def add_item(document: Document, *, by: User, text: str) -> PracticalItem:
    """Have assessors look at something that the steps do not say."""
    item = PracticalItem.objects.create(document=document, text=text)
    evidence.record_event("practical item added", document, by=by, note=text)
    return item


@transaction.atomic
def retire_item(item: PracticalItem, *, by: User) -> PracticalItem:
    """It is looked at no more; what was assessed stays."""
    row = PracticalItem.objects.select_for_update().select_related("document").get(pk=item.pk)
    if row.retired_at is None:
        row.retired_at = clock()
        row.save()
        evidence.record_event("practical item retired", row.document, by=by, note=row.text)
    return row


@transaction.atomic
def assess(
    assignment: Assignment,
    *,
    by: User,
    signing: Signing,
    note: str = "",
    answers: Answers | None = None,
    kiosk: Kiosk | None = None,
) -> Assignment:
    """An assessor signs that the person was shown the work and can do it to standard.

    Raises Refused: "self-assessed", "superseded", "items-missing", "item-not-shown", and those of signing.
    """
    _check_other(assignment, by)
    what = check_in_force(assignment)
    items = _items(assignment, answers)
    if any(item["shown"] is False for item in items):
        raise Refused(_("Something was not shown yet: it cannot be passed like this."), code="item-not-shown")
    signature = records.sign(what, by=by, transition=ASSESS, signing=signing, subject=assignment)
    _keep(assignment, by, items, AssessmentResult.PASSED, note, kiosk, signature)
    return pass_assignment(assignment, ASSESS, signature, by, note=note)


@transaction.atomic
def fail(
    assignment: Assignment, *, by: User, reason: str, answers: Answers | None = None, kiosk: Kiosk | None = None
) -> Assignment:
    """The person cannot do it to standard yet; the duty stays open, and `reason` says what to practise.

    Raises Refused: "self-assessed", "items-missing".
    """
    _check_other(assignment, by)
    items = _items(assignment, answers) if answers is not None else []
    _keep(assignment, by, items, AssessmentResult.FAILED, reason, kiosk, None)
    return records.move(assignment, FAIL, by=by, note=reason)


def _check_other(assignment: Assignment, by: User) -> None:
    if by.pk == assignment.person_id:
        raise Refused(_("Nobody assesses themselves."), code="self-assessed")


def _items(assignment: Assignment, answers: Answers | None) -> list[dict[str, Any]]:
    """The checklist with its answers. None: the assessor answers for all of it by the signature."""
    found = selectors.checklist_of(assignment)
    if answers is None:
        return [{**item, "shown": None} for item in found]
    missing = [item for item in found if (answers.get(item["key"]) or {}).get("shown") is None]
    if missing:
        raise Refused(_("Answer every item of the checklist."), code="items-missing")
    return [{**item, **_answer(answers[item["key"]])} for item in found]


def _answer(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"shown": bool(given["shown"]), "note": str(given.get("note") or "")[:300], "count": given.get("count")}


def _keep(
    assignment: Assignment,
    by: User,
    items: list[dict[str, Any]],
    result: str,
    note: str,
    kiosk: Kiosk | None,
    signature: Signature | None,
) -> None:
    Assessment.objects.create(
        assignment=assignment,
        person_id=assignment.person_id,
        revision=assignment.revision,
        assessor=by,
        items=items,
        result=result,
        note=note,
        kiosk=kiosk,
        at=clock(),
        signature=signature,
    )
