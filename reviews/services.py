from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from kaizen import services as kaizen
from kaizen.models import Gain
from people.models import Site, User
from records import services as records
from records.signing import Signing
from reviews import selectors
from reviews.inputs import gather
from reviews.models import AgendaItem, Output, Review
from reviews.selectors import digest_of
from reviews.states import APPROVE, CLOSE, FOLLOW, FREEZE, HOLD, ReviewStatus


@transaction.atomic
def plan_review(
    *, by: User, site: Site, title: str, chair: User, period_from: date, period_to: date, planned_for: date
) -> Review:
    """Plan a management review (9.3.1) of a period. Raises Refused("dates-out-of-order")."""
    if period_to <= period_from:
        raise Refused(_("The period ends before it begins."), code="dates-out-of-order")
    return records.open_record(
        Review,
        by=by,
        site=site,
        title=title,
        owner=chair,
        period_from=period_from,
        period_to=period_to,
        planned_for=planned_for,
    )


@transaction.atomic
def freeze(review: Review, *, by: User) -> Review:
    """Gather the inputs of 9.3.2 by query and freeze them: what the meeting saw can be proven later."""
    records.lock(review)
    now = clock()
    snapshots = gather(review, on=now.date())
    items = [
        AgendaItem(review=review, letter=letter, position=position, snapshot=snapshot, digest=digest_of(snapshot))
        for position, (letter, snapshot) in enumerate(snapshots.items(), start=1)
    ]
    records.move(review, FREEZE, by=by, frozen_at=now, digest=digest_of([item.digest for item in items]))
    for item in items:
        item.save()
    return review


@transaction.atomic
def conclude(review: Review, *, by: User, conclusions: Sequence[dict[str, str]]) -> Review:
    """Write what the meeting concluded on each letter: rows of letter and conclusion.

    Raises Refused: "not-in-session", "unknown-letter".
    """
    records.lock(review)
    _check_open(review)
    items = {item.letter: item for item in review.agenda.all()}
    for row in conclusions:
        item = items.get(row["letter"])
        if item is None:
            raise Refused(_("There is no input %(letter)s.") % {"letter": row["letter"]}, code="unknown-letter")
        item.conclusion = row["conclusion"]
        item.save()
    records.grow(review, by=by)
    evidence.record_event("concluded", review, by=by, note=", ".join(row["letter"] for row in conclusions))
    return review


@transaction.atomic
def decide(review: Review, *, by: User, letter: str, text: str, who: User, due: date) -> Output:
    """Record a decision of 9.3.3; it becomes an action and is followed until verified.

    Raises Refused("not-in-session").
    """
    records.lock(review)
    _check_open(review)
    action = records.add_action(review, what=text, who=who, due=due, by=by, topic=f"9.3.3 {letter}")
    return Output.objects.create(review=review, letter=letter, text=text, action=action)


def _check_open(review: Review) -> None:
    if review.status not in (ReviewStatus.INPUTS_FROZEN, ReviewStatus.HELD):
        raise Refused(
            _("Inputs are frozen before the meeting, and approved minutes are not changed."), code="not-in-session"
        )


@transaction.atomic
def hold(review: Review, *, by: User, held_on: date, attendees: str, minutes: str) -> Review:
    """The meeting took place: who was there and what was said.

    Raises Refused("held-in-the-future").
    """
    if held_on > clock().date():
        raise Refused(_("The meeting lies in the future."), code="held-in-the-future")
    return records.move(review, HOLD, by=by, held_on=held_on, attendees=attendees, minutes=minutes)


@transaction.atomic
def approve(review: Review, *, by: User, signing: Signing) -> Review:
    """Approve the minutes: every letter has a conclusion, and the gains in them count as reviewed.

    Raises Refused("conclusion-missing").
    """
    silent = [item.letter for item in review.agenda.all() if not item.conclusion.strip()]
    if silent:
        raise Refused(
            _("No conclusion yet on: %(letters)s.") % {"letters": ", ".join(silent)}, code="conclusion-missing"
        )
    signature = records.sign(review, by=by, transition=APPROVE, signing=signing)
    records.move(review, APPROVE, by=by, signature=signature, approved_at=clock())
    for gain in _gains_seen(review):
        kaizen.mark_reviewed(gain, review=review, on=clock().date(), by=by)
    if selectors.unfinished_outputs(review).exists():
        records.move(review, FOLLOW, by=by)
    return review


def _gains_seen(review: Review) -> list[Gain]:
    """The gains that stood in the frozen inputs; one that came later was not reviewed."""
    numbers = [row["number"] for item in review.agenda.filter(letter="c3") for row in item.snapshot.get("rows", [])]
    return list(Gain.objects.filter(number__in=numbers).order_by("pk"))


@transaction.atomic
def close(review: Review, *, by: User) -> Review:
    """Close a review whose decisions are all verified. Raises Refused("outputs-unfinished")."""
    unfinished = selectors.unfinished_outputs(review).count()
    if unfinished:
        raise Refused(_("%(count)d decisions are not verified yet.") % {"count": unfinished}, code="outputs-unfinished")
    return records.move(review, CLOSE, by=by)
