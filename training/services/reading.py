"""Reading a standard screen by screen: fixed when it begins, resumed after a reload, each press of a button once."""

import random
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Revision
from documents.selectors import is_newest_in_force
from documents.states import TrainingVerdict
from evidence.context import clock
from evidence.refusals import Refused
from people.models import Kiosk, User
from records import services as records
from records.models import Record
from training import selectors
from training.models import Assignment, Reading
from training.states import OPEN, AssignmentStatus

DWELL_MOST = 300  # seconds of one screen: longer, and nobody knows whether somebody was there


def check_own(assignment: Assignment, by: User) -> None:
    """Raises Refused("not-yours")."""
    if by.pk != assignment.person_id:
        raise Refused(_("This training is not yours."), code="not-yours")


def check_in_force(assignment: Assignment) -> Record:
    """What is signed: the revision as it is now; for a skill or a course the requirement.

    Raises Refused("superseded") when the revision is no longer the newest in force.
    """
    if assignment.revision_id is None:
        return assignment.requirement
    asked = Revision.objects.select_related("document__type", "site")
    revision = asked.annotate(is_newest=is_newest_in_force("pk")).get(pk=assignment.revision_id)
    check_newest(revision, is_newest=revision.is_newest)
    return revision


def check_newest(revision: Revision, *, is_newest: bool) -> None:
    """Raises Refused("superseded")."""
    if not is_newest:
        raise Refused(
            _("%(number)s is no longer in force. Open the newest revision.") % {"number": revision.number},
            code="superseded",
        )


@transaction.atomic
def open_assignment(assignment: Assignment, *, by: User) -> Assignment:
    """The person opens the standard: recorded apart from acknowledging it. Opening again changes nothing."""
    check_own(assignment, by)
    if assignment.status == AssignmentStatus.OPENED:
        return assignment
    return records.move(assignment, OPEN, by=by, opened_at=clock())


@transaction.atomic
def begin_reading(
    assignment: Assignment, *, by: User, kiosk: Kiosk | None = None, language: str = "", is_whole: bool = False
) -> Reading:
    """Open a standard to read it, or go on where the person was. Doing it twice changes nothing.

    Raises Refused("nothing-to-read").
    """
    check_own(assignment, by)
    assignment = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    revision = check_in_force(assignment)
    if not isinstance(revision, Revision):
        raise Refused(_("There is nothing to read: it is taught, or shown at work."), code="nothing-to-read")
    open_assignment(assignment, by=by)
    now = clock()
    begun = selectors.open_reading(assignment)
    if begun is not None:
        begun.place_since = now  # whoever comes back has not read in between
        begun.kiosk = kiosk or begun.kiosk
        begun.save(update_fields=["place_since", "kiosk"])
        return begun
    since = selectors.known_before(by, revision)
    reading = Reading(
        assignment=assignment,
        person=by,
        revision=revision,
        since=since,
        kiosk=kiosk,
        place_since=now,
        opened_at=assignment.opened_at or now,
    )
    _fill(reading, revision, language=language or by.language, is_whole=is_whole)
    reading.save()
    return reading


def _fill(reading: Reading, revision: Revision, *, language: str, is_whole: bool) -> None:
    known = selectors.languages_of(revision)
    reading.is_translated = language in known
    reading.language = language if reading.is_translated else settings.LANGUAGE_CODE
    reading.is_whole = is_whole
    reading.screens = selectors.screens(revision, reading.since, language=reading.language, is_whole=is_whole)
    reading.digest = selectors.screens_digest(reading.screens, revision.number)


@transaction.atomic
def turn_page(reading: Reading, *, by: User, place: int) -> Reading:
    """The screen at `place` was read: on to the next. Told twice, it counts once; the last one ends the reading.

    Raises Refused("not-yours").
    """
    row = _locked(reading, by)
    if row.ended_at or place != row.place or row.read_at:
        return row
    now = clock()
    screen = row.screens[place]
    row.dwell[screen["key"]] = round(row.dwell.get(screen["key"], 0) + _seconds(row.place_since, now), 1)
    row.place, row.place_since = place + 1, now
    if row.place >= len(row.screens):
        row.read_at = now
        row.draw = _drawn(row)
    row.save()
    return row


def _seconds(since: datetime, now: datetime) -> float:
    return min(max((now - since).total_seconds(), 0.0), DWELL_MOST)


def _locked(reading: Reading, by: User) -> Reading:
    row = Reading.objects.select_for_update(of=("self",)).select_related("assignment__requirement", "revision")
    found = row.get(pk=reading.pk)
    if by.pk != found.person_id:
        raise Refused(_("This training is not yours."), code="not-yours")
    return found


@transaction.atomic
def read_through(reading: Reading, *, by: User) -> Reading:
    """All screens were shown on one page: how long nobody can say, screen by screen.

    Raises Refused("not-yours").
    """
    row = _locked(reading, by)
    if row.read_at is None and not row.ended_at:
        row.dwell = {**row.dwell, "page": _seconds(row.place_since, clock())}
        row.place, row.read_at = len(row.screens), clock()
        row.draw = _drawn(row)
        row.save()
    return row


@transaction.atomic
def turn_back(reading: Reading, *, by: User, place: int) -> Reading:
    """Look at an earlier screen again; what was read stays counted. Raises Refused("not-yours")."""
    row = _locked(reading, by)
    if not row.ended_at and 0 <= place < row.place:
        row.place, row.place_since, row.read_at, row.draw = place, clock(), None, {}
        row.save()
    return row


@transaction.atomic
def show_otherwise(reading: Reading, *, by: User, language: str = "", is_whole: bool | None = None) -> Reading:
    """Show the standard in another language, or all of it, from its first screen; what was read stays counted.

    Raises Refused("not-yours").
    """
    row = _locked(reading, by)
    if row.ended_at:
        return row
    revision = Revision.objects.get(pk=row.revision_id)
    whole = row.is_whole if is_whole is None else is_whole
    keys = [screen["key"] for screen in row.screens]
    at = keys[row.place] if row.place < len(keys) and whole == row.is_whole else ""
    _fill(row, revision, language=language or row.language, is_whole=whole)
    found = [place for place, screen in enumerate(row.screens) if screen["key"] == at]
    row.place, row.place_since, row.read_at, row.draw = (found or [0])[0], clock(), None, {}
    row.save()
    return row


@transaction.atomic
def leave_out(reading: Reading, *, by: User) -> Reading:
    """Go on without the questions, where they are not asked for.

    Raises Refused: "not-yours", "quiz-first".
    """
    row = _locked(reading, by)
    if selectors.needs_quiz(row.assignment):
        raise Refused(_("The questions cannot be left out: they belong to this training."), code="quiz-first")
    if row.draw and not row.ended_at:
        row.draw = {**row.draw, "left_out": True}
        row.save(update_fields=["draw"])
    return row


def _drawn(reading: Reading) -> dict[str, Any]:
    """Questions drawn at random, or {} where there are none to ask."""
    if reading.revision.training in (TrainingVerdict.NONE, TrainingVerdict.NOTIFY):
        return {}
    bank = list(selectors.questions_of(reading.revision.document_id))
    if not bank:
        return {}
    chance = random.SystemRandom()
    rule = selectors.rule_of(reading.revision.document_id)
    chosen = selectors.chosen_questions(
        bank,
        selectors.changed_keys(reading.screens),
        most=rule.questions,
        is_needed=selectors.needs_quiz(reading.assignment),
        chance=chance,
    )
    if not chosen:
        return {}
    shown = [selectors.as_shown(question, language=reading.language, chance=chance) for question in chosen]
    return {"uuid": str(uuid.uuid4()), "at": clock().isoformat(), "questions": shown}


@transaction.atomic
def ask_again(reading: Reading, *, by: User) -> Reading:
    """Draw other questions after a quiz that was not passed. Raises Refused: "not-yours", "quiz-wait"
    after too many tries."""
    row = _locked(reading, by)
    if row.attempt_id or row.ended_at or not row.read_at:
        return row
    check_tries(row)
    row.draw = _drawn(row)
    row.save(update_fields=["draw"])
    return row


def check_tries(reading: Reading) -> None:
    """Raises Refused("quiz-wait") after too many tries, also where it was read again meanwhile."""
    rule = selectors.rule_of(reading.revision.document_id)
    if until := selectors.wait_until(reading.assignment, rule, at=clock()):
        raise Refused(
            _("You tried often enough for now. Read it again; you can try once more at %(time)s UTC, or your"
              " supervisor goes through it with you.") % {"time": f"{until:%H:%M}"},
            code="quiz-wait",
        )  # fmt: skip
