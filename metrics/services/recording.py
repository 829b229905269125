"""Taking values in. Storing always succeeds; what the values mean is worked out by a job afterwards."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from jobs import services as jobs
from metrics.cadence import period_of
from metrics.models import Batch, Measurement, Metric, Source
from metrics.selectors import zone_of
from metrics.services.describing import hand_source
from metrics.services.reading import (
    DUPLICATE,
    REFUSED,
    STORED,
    Reading,
    RowResult,
    exact,
    read_csv,
    reading_of,
    refused,
)
from metrics.states import Family, MetricStatus
from people.models import User

MOST_ROWS = 100_000
CLOCKS_DIFFER_BY = timedelta(minutes=5)
INSERT_SIZE = 2000
WITHHELD = "withheld"


@dataclass(frozen=True)
class Receipt:
    """What became of the rows of one batch, in their order. `batch` is None when nothing was stored."""

    batch: Batch | None
    rows: tuple[RowResult, ...]

    def count(self, outcome: str) -> int:
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def stored(self) -> int:
        return self.count(STORED)

    @property
    def duplicates(self) -> int:
        return self.count(DUPLICATE)

    @property
    def refused(self) -> int:
        return self.count(REFUSED)


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
    """Store rows that are Readings or plain objects; the core of the form, CSV and the API.

    `metrics` are those that the caller may write to, `metric` the number for rows that name none. Idempotent by
    (source, event id): the same value again is a duplicate, another one is refused. Each row is judged by
    itself, unless `all_or_nothing`; `by_hand`, times without an offset are the site's.
    Raises Refused: "no-rows", "too-many-rows".
    """
    if not rows:
        raise Refused(_("There are no rows."), code="no-rows")
    if len(rows) > MOST_ROWS:
        raise Refused(_("Send at most %(most)d rows at a time.") % {"most": MOST_ROWS}, code="too-many-rows")
    known = {found.number: found for found in metrics}
    zone = ZoneInfo(source.site.time_zone)

    def read(row: Any) -> Reading:
        return row if isinstance(row, Reading) else reading_of(row, zone=zone, metric=metric, by_hand=by_hand)

    judged = [_judge(index, row, read, known) for index, row in enumerate(rows)]
    results: dict[int, RowResult] = {row.index: row for row in judged if isinstance(row, RowResult)}
    readings = {index: row for index, row in enumerate(judged) if isinstance(row, Reading)}
    results |= _known_events(readings, source)
    new = {index: row for index, row in readings.items() if index not in results}
    if all_or_nothing and any(row.outcome == REFUSED for row in results.values()):
        return Receipt(None, tuple(_withheld(index, results) for index in range(len(rows))))
    batch = _store(new, results, source=source, known=known, by=by, digest=digest or _digest(rows))
    _ask_for_evaluation(known[row.metric] for row in new.values())
    return Receipt(batch, tuple(results[index] for index in range(len(rows))))


def _judge(index: int, row: Any, read: Callable[[Any], Reading], known: dict[str, Metric]) -> Reading | RowResult:
    try:
        reading = read(row)
        _check(reading, known.get(reading.metric))
    except Refused as refusal:
        return refused(index, refusal)
    return reading


def _check(reading: Reading, metric: Metric | None) -> None:
    if metric is None:
        raise Refused(_("There is no such metric, or it is not yours to write to."), code="unknown-metric")
    if metric.status != MetricStatus.ACTIVE:
        raise Refused(_("%(number)s is not active.") % {"number": metric.number}, code="metric-not-active")
    if reading.observed_at > clock() + CLOCKS_DIFFER_BY:
        raise Refused(_("The value lies in the future."), code="in-the-future")
    if reading.observed_at.year < 1970:
        raise Refused(_("The value lies before 1970."), code="long-ago")
    if reading.unit and reading.unit != metric.unit:
        raise Refused(
            _("%(number)s is in %(unit)s; values are not converted.")
            % {"number": metric.number, "unit": metric.unit or _("no unit")},
            code="other-unit",
        )
    _check_family(reading, metric)


def _check_family(reading: Reading, metric: Metric) -> None:
    counts = metric.family in (Family.POISSON, Family.BINOMIAL)
    if counts and (reading.value < 0 or reading.value != reading.value.to_integral_value()):
        raise Refused(_("A count is a whole number, zero or more."), code="not-a-count")
    if metric.family == Family.BINOMIAL and reading.value > reading.n:
        raise Refused(_("There cannot be more defectives than parts checked."), code="more-than-n")
    if metric.family in (Family.LOG, Family.BETWEEN) and reading.value <= 0:
        raise Refused(_("The value must be greater than zero."), code="not-positive")
    if not counts and reading.n == 0:
        raise Refused(_("A value needs at least one measurement behind it."), code="bad-n")


def _known_events(readings: dict[int, Reading], source: Source) -> dict[int, RowResult]:
    """Rows whose event id the source has used, before or twice in these rows."""
    ids = {row.event_id for row in readings.values() if row.event_id}
    if not ids:
        return {}
    # The same event sent twice at once: the second waits here, and then sees the first.
    Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    seen: dict[str, tuple[str, Decimal | None, UUID | None]] = {
        event: (number, value, uuid)
        for event, number, value, uuid in Measurement.objects.filter(
            source=source, source_event_id__in=ids
        ).values_list("source_event_id", "metric__number", "value", "uuid")
    }
    results: dict[int, RowResult] = {}
    for index, row in readings.items():
        if row.event_id in seen:
            results[index] = _again(index, row, *seen[row.event_id])
        elif row.event_id:
            seen[row.event_id] = (row.metric, row.value, None)
    return results


def _again(index: int, row: Reading, number: str, value: Decimal | None, uuid: Any) -> RowResult:
    if number == row.metric and value == row.value:
        return RowResult(index, DUPLICATE, uuid)
    return RowResult(
        index,
        REFUSED,
        code="event-id-reused",
        message=_("This event id was used before with another value. Send a correction instead."),
    )


def _withheld(index: int, results: dict[int, RowResult]) -> RowResult:
    if index in results:
        return results[index]
    return RowResult(index, REFUSED, code=WITHHELD, message=_("Not stored: another row was refused."))


def _store(
    new: dict[int, Reading],
    results: dict[int, RowResult],
    *,
    source: Source,
    known: dict[str, Metric],
    by: User,
    digest: str,
) -> Batch:
    outcomes = [row.outcome for row in results.values()]
    batch = Batch.objects.create(
        source=source,
        received_at=clock(),
        received_from=by,
        digest=digest,
        stored=len(new),
        duplicates=outcomes.count(DUPLICATE),
        refused=outcomes.count(REFUSED),
    )
    newest = _newest({known[row.metric].pk for row in new.values()})
    made = {index: _measurement(row, known[row.metric], batch, newest) for index, row in new.items()}
    Measurement.objects.bulk_create(made.values(), batch_size=INSERT_SIZE)
    results.update({index: RowResult(index, STORED, row.uuid) for index, row in made.items()})
    return batch


def _newest(metric_ids: set[int]) -> dict[int, datetime]:
    rows = Measurement.objects.filter(metric__in=metric_ids).values_list("metric").annotate(Max("observed_at"))
    return dict(rows)


def _measurement(row: Reading, metric: Metric, batch: Batch, newest: dict[int, datetime]) -> Measurement:
    return Measurement(
        uuid=uuid4(),
        metric=metric,
        value=row.value,
        n=row.n,
        subgroup=list(row.subgroup) or None,
        observed_at=row.observed_at,
        recorded_at=batch.received_at,
        late=_is_late(metric, row.observed_at, newest.get(metric.pk)),
        source=batch.source,
        source_event_id=row.event_id,
        batch=batch,
        note=row.note,
    )


def _is_late(metric: Metric, observed: datetime, newest: datetime | None) -> bool:
    """Whether a later period had its value already."""
    if newest is None:
        return False
    zone = zone_of(metric)
    period, last = (period_of(metric.cadence, at.astimezone(zone).date()) for at in (observed, newest))
    return period < last


def _digest(rows: Sequence[Any]) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _ask_for_evaluation(metrics: Iterable[Metric]) -> None:
    for metric_id in sorted({metric.pk for metric in metrics}):
        jobs.enqueue("metrics.evaluate_metric", metric_id=metric_id, key=f"evaluate-metric-{metric_id}")


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

    Raises Refused: "imported-before" for the same file, "rows-refused" naming the first rows that are wrong.
    """
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

    Raises Refused: "reason-missing", "corrected-before", and what `exact` refuses.
    """
    if len(reason.strip()) < 5:
        raise Refused(_("Say why the value is corrected."), code="reason-missing")
    row = Measurement.objects.select_related("metric__site").get(pk=measurement.pk)
    Metric.objects.select_for_update(of=("self",)).get(pk=row.metric_id)  # two corrections at once: one waits
    if Measurement.objects.filter(corrects=row).exists():
        raise Refused(_("This value was corrected before: correct the newer one."), code="corrected-before")
    number = None if value is None else exact(value)
    if number is not None:
        _check_family(Reading(row.metric.number, number, row.observed_at, row.n), row.metric)
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
    _ask_for_evaluation([row.metric])
    return made
