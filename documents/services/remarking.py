"""Remarks on a revision in review: on a place of its text, answered, settled, and opened again."""

from django.db import transaction
from django.utils.translation import gettext as _

from documents import selectors
from documents.models import Remark, Revision
from documents.models.reviewing import LONGEST_CONTEXT, LONGEST_QUOTE
from documents.selectors import OPEN_REVIEW
from documents.states import ANSWER, REOPEN, SETTLE, Place
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people.models import User
from records import services as records

MOST_REMARKS = 300


@transaction.atomic
def remark(
    revision: Revision,
    *,
    by: User,
    text: str,
    place: str = Place.WHOLE,
    exact: str = "",
    before: str = "",
    after: str = "",
    target: str = "",
) -> Remark:
    """Remark on a draft or a revision in review: on words of its text, a step (its key), a field, or the whole.

    Raises Refused: "not-in-review", "too-many-remarks", "place-unknown".
    """
    row = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    if row.status not in OPEN_REVIEW:
        raise Refused(_("This revision is decided. Suggest a change instead."), code="not-in-review")
    if Remark.objects.filter(revision=row).count() >= MOST_REMARKS:
        raise Refused(_("There are three hundred remarks already. Settle some first."), code="too-many-remarks")
    _check_place(row, place, exact, target)
    made = Remark.objects.create(
        revision=row,
        place=place,
        exact=exact[:LONGEST_QUOTE] if place == Place.QUOTE else "",
        prefix=before[-LONGEST_CONTEXT:] if place == Place.QUOTE else "",
        suffix=after[:LONGEST_CONTEXT] if place == Place.QUOTE else "",
        target=target if place in (Place.STEP, Place.FIELD) else "",
        text=text,
        author=by,
        at=clock(),
    )
    evidence.record_event("remarked", row, by=by, note=text[:300])
    return made


def _check_place(revision: Revision, place: str, exact: str, target: str) -> None:
    """A remark begins at a place that is there."""
    if place == Place.QUOTE and not selectors.is_quoted(revision, exact):
        raise Refused(_("These words are not in the text."), code="place-unknown")
    if place == Place.STEP and not revision.steps.filter(key=target).exists():
        raise Refused(_("There is no such step."), code="place-unknown")
    if place == Place.FIELD and target not in selectors.REMARKABLE:
        raise Refused(_("There is no such field."), code="place-unknown")


@transaction.atomic
def answer_remark(remark: Remark, *, by: User, answer: str) -> Remark:
    """The author says what was done about a remark."""
    evidence.record_event("answered a remark", remark.revision, by=by, note=answer[:300])
    return records.move(remark, ANSWER, by=by, note=answer, answer=answer, answered_by=by)


@transaction.atomic
def settle_remark(remark: Remark, *, by: User) -> Remark:
    """Nothing is left to do about a remark."""
    evidence.record_event("settled a remark", remark.revision, by=by, note=remark.text[:300])
    return records.move(remark, SETTLE, by=by)


@transaction.atomic
def reopen_remark(remark: Remark, *, by: User, reason: str) -> Remark:
    """The remark still holds, and why."""
    evidence.record_event("reopened a remark", remark.revision, by=by, note=reason[:300])
    return records.move(remark, REOPEN, by=by, note=reason)
