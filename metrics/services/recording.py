"""Taking values in. Storing always succeeds; what the values mean is worked out by a job afterwards."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused, says_why
from metrics.models import Batch, Exclusion, Measurement, Metric, Source
from metrics.selectors import check_family
from metrics.selectors.judging import Desk, Find, check_measured
from metrics.selectors.reading import DUPLICATE, REFUSED, STORED, RowResult, exact, read_csv
from metrics.services.deriving import ask_to_evaluate
from metrics.services.describing import hand_source
from metrics.services.storing import Row, Storage
from people.models import User

MOST_ROWS = 100_000
MOST_TOLD = 1_000
CHUNK = 20_000  # rows that are written by one statement, and held in memory until it went well
LONGEST_COPY = 5.0  # seconds, after which another statement begins: the database gives each only so long
LONGEST_WAIT = 20.0  # seconds for the next rows while a statement is open, which the database ends at 30
PIECE = 1_000  # rows that are read at a time: while the database writes some, the next are read and judged
WITHHELD = "withheld"


@dataclass(frozen=True)
class Receipt:
    """What became of a batch. `batch` is None when nothing was stored.

    `rows` tells of each row in its order; of more than a thousand, only the first thousand that were not stored.
    """

    batch: Batch | None
    rows: tuple[RowResult, ...]
    stored: int
    duplicates: int
    refused: int

    @property
    def sent(self) -> int:
        return self.stored + self.duplicates + self.refused

    @property
    def untold(self) -> int:
        """How many rows were not stored and are not among `rows`."""
        told = sum(row.outcome != STORED for row in self.rows)
        return self.duplicates + self.refused - told


@transaction.atomic
def add_measurements(
    rows: Sequence[Any],
    *,
    by: User,
    source: Source,
    metrics: Iterable[Metric],
    metric: str = "",
    all_or_nothing: bool = False,
    by_hand: bool = False,
    digest: str = "",
) -> Receipt:
    """Store rows that are Readings or plain objects: `take_in` for what is in memory already.

    `metrics` are those that the caller may write to. Raises Refused: "no-rows", "too-many-rows".
    """
    if len(rows) > MOST_ROWS:
        raise Refused(_("Send at most %(most)d rows at a time.") % {"most": MOST_ROWS}, code="too-many-rows")
    known = {found.number: found for found in metrics}
    return take_in(
        (rows[start : start + PIECE] for start in range(0, len(rows), PIECE)),
        by=by,
        source=source,
        find=known.get,
        metric=metric,
        all_or_nothing=all_or_nothing,
        by_hand=by_hand,
        digest=lambda: digest or _digest(rows),
    )


@transaction.atomic
def take_in(
    pieces: Iterable[Sequence[Any]],
    *,
    by: User,
    source: Source,
    find: Find,
    digest: Callable[[], str],
    metric: str = "",
    all_or_nothing: bool = False,
    by_hand: bool = False,
) -> Receipt:
    """Store rows as they come, piece by piece; the core of the form, files and the API.

    `find` gives a metric by its number if the caller may write to it, `metric` is the number for rows that name none,
    `digest()` is asked when all rows are in. Idempotent by (source, event id): the same value again is a duplicate,
    another one is refused. Each row is judged by itself, unless `all_or_nothing`; `by_hand`, times without an offset
    are the site's. Raises Refused: "no-rows", "too-slow".
    """
    # The same event sent twice at once: the second waits here, and then sees the first.
    Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    at = clock()
    desk = Desk(find, at=at, zone=ZoneInfo(source.site.time_zone), metric=metric, by_hand=by_hand)
    storage, tally = Storage(source, at=at), Tally()
    before = transaction.savepoint()
    waiting = Waiting(pieces)
    while waiting.first is not None:
        _take_stretch(waiting, desk, storage, tally)
    if not tally.sent:
        raise Refused(_("There are no rows."), code="no-rows")
    if all_or_nothing and tally.refused:
        transaction.savepoint_rollback(before)
        return tally.withheld()
    batch = storage.close(by=by, digest=digest(), duplicates=tally.duplicates, refused=tally.refused)
    ask_to_evaluate(desk.metrics)
    return tally.receipt(batch, storage)


class Waiting:
    """The pieces of a body that were not taken yet. `first` is the next of them, None when there is none."""

    def __init__(self, pieces: Iterable[Sequence[Any]]) -> None:
        self.pieces = iter(pieces)
        self.first = next(self.pieces, None)

    def stretch(self, desk: Desk) -> Iterator[Sequence[Any]]:
        """Pieces for one COPY: until it is long, or takes long because the sender is slow, or the next piece names a
        metric that must be looked up first, for while rows are written the database answers nothing else."""
        given, end = 0, monotonic() + LONGEST_COPY
        while self.first is not None and given < CHUNK and not desk.unlearnt(self.first):
            if given and monotonic() >= end:
                return
            piece = self.first
            given += len(piece)
            yield piece
            self.first = self._next()

    def _next(self) -> Sequence[Any] | None:
        """Nobody else writes to the source meanwhile: a sender who lets all others wait is cut off, in words."""
        asked = monotonic()
        found = next(self.pieces, None)
        if monotonic() - asked > LONGEST_WAIT:
            raise Refused(
                _("The rows come too slowly, so nothing was stored. Send what you have as several smaller requests."),
                code="too-slow",
            )
        return found


def _take_stretch(waiting: Waiting, desk: Desk, storage: Storage, tally: "Tally") -> None:
    wrong: dict[int, RowResult] = {}

    def right() -> Iterator[list[Row]]:
        start = tally.sent
        for piece in waiting.stretch(desk):
            rows, refused = desk.judge_all(start, piece)
            start += len(piece)
            wrong.update(refused)
            yield rows

    desk.learn(waiting.first or ())
    before = storage.stored
    known = storage.store(right())
    tally.add(storage.stored - before + len(wrong | known), wrong | known)


@dataclass
class Tally:
    """Counts of a batch, and its rows that were not stored, as far as they will be told."""

    sent: int = 0
    duplicates: int = 0
    refused: int = 0
    told: dict[int, RowResult] = field(default_factory=dict)

    def add(self, sent: int, others: dict[int, RowResult]) -> None:
        self.sent += sent
        self.duplicates += sum(row.outcome == DUPLICATE for row in others.values())
        self.refused += sum(row.outcome == REFUSED for row in others.values())
        room = MOST_TOLD - len(self.told)
        self.told |= {index: others[index] for index in sorted(others)[:room]}

    def receipt(self, batch: Batch, storage: Storage) -> Receipt:
        rows = tuple(self.told[index] for index in sorted(self.told))
        if self.sent <= MOST_TOLD:
            rows = tuple(
                self.told.get(index) or RowResult(index, STORED, storage.uuid(index)) for index in range(self.sent)
            )
        return Receipt(batch, rows, storage.stored, self.duplicates, self.refused)

    def withheld(self) -> Receipt:
        """Nothing was stored: rows that were right are withheld."""
        rows = tuple(self.told[index] for index in sorted(self.told))
        if self.sent <= MOST_TOLD:
            rows = tuple(self.told.get(index) or _withheld(index) for index in range(self.sent))
        return Receipt(None, rows, 0, self.duplicates, self.sent - self.duplicates)


def _withheld(index: int) -> RowResult:
    return RowResult(index, REFUSED, code=WITHHELD, message=_("Not stored: another row was refused."))


def _digest(rows: Sequence[Any]) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@transaction.atomic
def record_value(
    metric: Metric,
    *,
    by: User,
    observed_at: Any,
    value: Any = None,
    n: Any = None,
    subgroup: Any = None,
    note: str = "",
) -> Measurement:
    """Store one value entered by a person. Raises Refused with the row's own reason."""
    row = {"value": value, "observed_at": observed_at, "n": n, "subgroup": subgroup, "note": note}
    source = hand_source(metric.site, by=by)
    receipt = add_measurements([row], by=by, source=source, metrics=[metric], metric=metric.number, by_hand=True)
    found = receipt.rows[0]
    if found.outcome == REFUSED:
        raise Refused(found.message, code=found.code)
    return Measurement.objects.get(uuid=str(found.uuid))


@transaction.atomic
def import_csv(metric: Metric, *, by: User, text: str) -> Receipt:
    """Store a CSV that a person uploads for one metric, all rows or none.

    Raises Refused: "imported-before" for the same file, "rows-refused" naming the first rows that are wrong, "derived".
    """
    check_measured(metric)
    digest = hashlib.sha256(f"{metric.number}\n{text}".encode()).hexdigest()
    source = hand_source(metric.site, by=by)
    if Batch.objects.filter(source=source, digest=digest, stored__gt=0).exists():
        raise Refused(_("This file was imported before."), code="imported-before")
    receipt = add_measurements(
        list(read_csv(text)),
        by=by,
        source=source,
        metrics=[metric],
        metric=metric.number,
        all_or_nothing=True,
        by_hand=True,
        digest=digest,
    )
    wrong = [row for row in receipt.rows if row.outcome == REFUSED and row.code != WITHHELD]
    if wrong:
        told = " ".join(_("Row %(row)d: %(why)s") % {"row": row.index + 1, "why": row.message} for row in wrong[:5])
        raise Refused(_("Nothing was stored. %(told)s") % {"told": told}, code="rows-refused")
    return receipt


@transaction.atomic
def correct_value(metric: Metric, *, by: User, measurement: Measurement, reason: str, value: Any = None) -> Measurement:
    """Put a value of this metric right, or strike it out. Raises Refused("other-metric") for another's."""
    if measurement.metric_id != metric.pk:
        raise Refused(_("This value belongs to another metric."), code="other-metric")
    return correct(measurement, by=by, reason=reason, value=value)


@transaction.atomic
def correct(measurement: Measurement, *, by: User, reason: str, value: Any = None) -> Measurement:
    """Put a value right by a new row that points at it; without a value it is struck out.

    Raises Refused: "reason-missing", "corrected-before", "excluded", "derived", and what `exact` refuses.
    """
    check_measured(measurement.metric)
    if not says_why(reason):
        raise Refused(_("Say why the value is corrected."), code="reason-missing")
    row = Measurement.objects.select_related("metric__site").get(pk=measurement.pk)
    Metric.objects.select_for_update(of=("self",)).get(pk=row.metric_id)  # two corrections at once: one waits
    if Measurement.objects.filter(corrects=row).exists():
        raise Refused(_("This value was corrected before: correct the newer one."), code="corrected-before")
    if Exclusion.objects.filter(measurement=row, included_at=None).exists():  # its correction would count
        raise Refused(_("This value is excluded: let it count again before you correct it."), code="excluded")
    number = None if value is None else exact(value)
    if number is not None:
        check_family(number, row.n, row.metric)
    source = hand_source(row.metric.site, by=by)
    batch = Batch.objects.create(
        source=source, received_at=clock(), received_from=by, digest=_digest([row.uuid, number]),
        stored=1, duplicates=0, refused=0,
    )  # fmt: skip
    made = Measurement.objects.create(
        metric=row.metric, value=number, n=row.n, observed_at=row.observed_at, recorded_at=batch.received_at,
        late=True, source=source, batch=batch, corrects=row, note=reason[:300],
    )  # fmt: skip
    evidence.record_event(
        "value corrected", row.metric, by=by, note=reason, data={"old": str(row.value), "new": str(number)}
    )
    ask_to_evaluate([row.metric])
    return made
