"""An assignment is passed by reading and signing, or waived with a reason (7.2)."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evidence.context import clock
from evidence.refusals import Refused
from people.models import User
from records import services as records
from records.models import Record, Signature
from records.signing import Signing
from records.states import Meaning, Transition
from training import selectors
from training.models import Acknowledgement, Assignment, Reading
from training.services.assigning import _tell_readiness
from training.services.passing import pass_assignment
from training.services.reading import check_in_force, check_newest, check_own
from training.states import ACKNOWLEDGE, WAIVE, AssignmentStatus, Method

STATEMENT = gettext_lazy("I have read and understood this standard as it was shown to me, and I work by it.")
STATEMENT_VERSION = 1

# Read before it is practised: signed, and the duty stays open until an assessor has signed too.
READ = Transition(
    "read",
    {AssignmentStatus.OPENED},
    AssignmentStatus.OPENED,
    label=gettext_lazy("I have read this"),
    signed=True,
    meaning=Meaning.ACKNOWLEDGED,
)


@transaction.atomic
def acknowledge(assignment: Assignment, *, by: User, signing: Signing, reading: Reading | None = None) -> Assignment:
    """The person signs for having read and understood the revision as it was shown.

    Raises Refused: "not-yours", "practical" when an assessor signs it, "superseded" when the revision is no longer in
    force, "not-read-yet", "quiz-first", "no-questions", and those of signing.
    """
    check_own(assignment, by)
    if selectors.method_of(assignment) == Method.PRACTICAL:
        raise Refused(_("This one is shown and practised: your supervisor signs it with you."), code="practical")
    shown = _shown(assignment, reading)
    _check_quiz(assignment, shown)
    signature = records.sign(shown.what, by=by, transition=ACKNOWLEDGE, signing=signing, subject=assignment)
    passed = pass_assignment(assignment, ACKNOWLEDGE, signature, by)
    _write_down(assignment, signature, shown)
    return passed


@transaction.atomic
def confirm_read(assignment: Assignment, *, by: User, signing: Signing, reading: Reading) -> Assignment:
    """The person signs for having read what is practised next; it stays open until an assessor has signed.

    Raises Refused: "not-yours", "not-practical", "already-read", "superseded", "not-read-yet", and those of signing.
    """
    check_own(assignment, by)
    if not selectors.is_practised(assignment):
        raise Refused(_("This one is passed by reading it."), code="not-practical")
    shown = _shown(assignment, reading)
    if shown.read is None or shown.read.ended_at:
        raise Refused(_("You have signed for reading this already."), code="already-read")
    signature = records.sign(shown.what, by=by, transition=READ, signing=signing, subject=assignment)
    _write_down(assignment, signature, shown)
    return assignment


@dataclass(frozen=True)
class Shown:
    """What is signed, the reading that it ends, and the key of the quiz that was passed for it."""

    what: Record
    read: Reading | None
    attempt: int | None


def _shown(assignment: Assignment, reading: Reading | None) -> Shown:
    """One that was begun at a screen is finished first; it is read again and locked, in one statement."""
    if reading is None:
        passed = selectors.passed_quiz(assignment)
        what = check_in_force(assignment)
        return Shown(what, selectors.open_reading(assignment), passed.pk if passed else None)
    row = selectors.readings_to_sign().select_for_update(of=("self",)).get(pk=reading.pk, assignment=assignment)
    check_newest(row.revision, is_newest=row.is_newest)  # type: ignore[attr-defined]
    if row.read_at is None:
        raise Refused(_("Read to the end first."), code="not-read-yet")
    return Shown(row.revision, row, row.passed)  # type: ignore[attr-defined]


def _check_quiz(assignment: Assignment, shown: Shown) -> None:
    if shown.attempt or assignment.revision is None or not selectors.needs_quiz(assignment):
        return
    if not selectors.questions_of(assignment.revision.document_id).exists():
        raise Refused(
            _("This standard asks for questions, and nobody has written any yet. Tell your supervisor."),
            code="no-questions",
        )
    raise Refused(_("Answer the questions about it first."), code="quiz-first")


def _write_down(assignment: Assignment, signature: Signature, shown: Shown) -> None:
    """What was opened, read and acknowledged, each apart. Without a reading it was shown as a whole, on one page."""
    now, read = clock(), shown.read
    kiosk = read.kiosk if read else None
    opened_at = min(read.opened_at if read else assignment.opened_at or now, now)
    Acknowledgement.objects.create(
        assignment=assignment,
        person_id=assignment.person_id,
        revision=assignment.revision,
        since_id=read.since_id if read else None,
        opened_at=opened_at,
        read_at=max((read.read_at if read else None) or now, opened_at),
        acknowledged_at=now,
        dwell=read.dwell if read else {},
        seen=[screen["key"] for screen in read.screens] if read else ["page"],
        seen_digest=read.digest if read else signature.content_digest,
        statement=str(STATEMENT),
        statement_version=STATEMENT_VERSION,
        language=read.language if read else "",
        kiosk=kiosk,
        station=f"{kiosk.station.code} {kiosk.station.name}" if kiosk else "",
        attempt_id=shown.attempt,
        signature=signature,
    )
    if read:
        Reading.objects.filter(pk=read.pk).update(ended_at=now)


@transaction.atomic
def waive(assignment: Assignment, *, by: User, reason: str, signing: Signing, until: date | None = None) -> Assignment:
    """Excuse a person from a training, with a reason and a signature; for good, or to the end of a day.

    After that day it is assigned again (`refresh`). Raises Refused: "self-waived", "until-past", those of signing.
    """
    if until and until < clock().date():
        raise Refused(_("The last day of the waiver lies in the past."), code="until-past")
    if by.pk == assignment.person_id:
        raise Refused(_("Nobody waives their own training."), code="self-waived")
    what = check_in_force(assignment)
    signature = records.sign(what, by=by, transition=WAIVE, signing=signing, subject=assignment)
    records.move(assignment, WAIVE, by=by, note=reason, signature=signature, completed_at=clock(), valid_until=until)
    _tell_readiness(assignment.revision, by=by)
    return assignment
