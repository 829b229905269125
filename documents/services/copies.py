"""Printed copies: given out with a code of their own, recalled when they are no longer current, taken back."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from documents import selectors
from documents.models import Distribution, Document, Revision
from documents.states import COLLECT, DESTROY, RECALL, REPORT_LOST, CopyStatus, RevisionStatus
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people.models import Station, User
from records import services as records

DAYS_TO_COLLECT = 7


@transaction.atomic
def register_copy(
    revision: Revision, *, by: User, place: str = "", holder: User | None = None, station: Station | None = None
) -> Distribution:
    """Give out a printed copy of what is in force, with a number, a code of its own and somebody who answers for it.

    Raises Refused: "not-in-force", "place-missing".
    """
    records.lock(revision)
    if revision.status != RevisionStatus.EFFECTIVE:
        raise Refused(_("Only what is in force is given out on paper."), code="not-in-force")
    where = place.strip() or (station.name if station else "")
    if not where:
        raise Refused(_("Say where the copy hangs: a place or a station."), code="place-missing")
    last = Distribution.objects.filter(revision=revision).aggregate(last=Max("no"))["last"] or 0
    made = Distribution.objects.create(
        revision=revision, no=last + 1, place=where, station=station, holder=holder or by, given_by=by, given_at=clock()
    )
    evidence.record_event("copy given out", revision, by=by, note=f"{made.no}: {where} ({made.holder})")
    return made


@transaction.atomic
def recall_copies(document: Document, *, by: User, reason: str, but: Revision | None = None) -> int:
    """Every copy still in use, but of one revision, is to be collected; its holder is told. Returns how many."""
    out = selectors.copies_out(document).filter(status=CopyStatus.OUT)
    called = list(out.exclude(revision=but) if but else out)
    if not called:
        return 0
    day = clock().date() + timedelta(days=DAYS_TO_COLLECT)
    chosen = Distribution.objects.filter(pk__in=[copy.pk for copy in called])
    records.move_all(chosen, RECALL, by=by, note=reason, recalled_at=clock(), collect_by=day)
    evidence.record_event("copies recalled", document, by=by, note=f"{len(called)}: {reason}")
    for copy in called:
        _tell_holder(copy, day=day, by=by)
    return len(called)


def _tell_holder(copy: Distribution, *, day: object, by: User) -> None:
    text = _("Collect copy %(no)d of %(number)s at %(place)s by %(day)s") % {
        "no": copy.no, "number": copy.revision.number, "place": copy.place, "day": day,
    }  # fmt: skip
    records.notify(copy.holder, text=text, url="/printed-copies/", key=f"copy-recalled-{copy.pk}", by=by)


@transaction.atomic
def recall_copy(copy: Distribution, *, by: User, reason: str) -> Distribution:
    """Have one copy collected before its revision goes: it is torn, or nobody works there any more."""
    day = clock().date() + timedelta(days=DAYS_TO_COLLECT)
    records.move(copy, RECALL, by=by, note=reason, recalled_at=clock(), collect_by=day)
    evidence.record_event("copy recalled", copy.revision, by=by, note=f"{copy.no}: {reason}")
    _tell_holder(copy, day=day, by=by)
    return copy


@transaction.atomic
def collect_copy(copy: Distribution, *, by: User, note: str = "") -> Distribution:
    """The copy came back."""
    evidence.record_event("copy collected", copy.revision, by=by, note=f"{copy.no}: {copy.place} {note}".strip())
    return records.move(copy, COLLECT, by=by, note=note, ended_at=clock(), ended_by=by)


@transaction.atomic
def destroy_copy(copy: Distribution, *, by: User, note: str = "") -> Distribution:
    """The copy was destroyed where it hung."""
    evidence.record_event("copy destroyed", copy.revision, by=by, note=f"{copy.no}: {copy.place} {note}".strip())
    return records.move(copy, DESTROY, by=by, note=note, ended_at=clock(), ended_by=by)


@transaction.atomic
def report_lost(copy: Distribution, *, by: User, reason: str) -> Distribution:
    """The copy is not where it should be. Its code still tells whoever finds it."""
    evidence.record_event("copy not found", copy.revision, by=by, note=f"{copy.no}: {reason}")
    return records.move(copy, REPORT_LOST, by=by, note=reason, ended_at=clock(), ended_by=by)
