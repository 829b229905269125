"""Values in a file that somebody brings: each as a row of a batch, and what would become of it. Nothing is written."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from evidence.context import clock
from evidence.refusals import Refused
from metrics import files
from metrics.files import Cell, Layout
from metrics.models import Measurement, Metric, Source, ValueImport
from metrics.selectors.importing import MetricsAt
from metrics.selectors.judging import Desk, Fields
from metrics.selectors.reading import DUPLICATE, REFUSED, STORED, moment
from metrics.states import IN_FILES

PIECE = 2_000
MOST_VALUES = 500_000  # of a file: a row may hold one for each of its columns
MOST_SHOWN = 12
MOST_FAULTS = 200
YEARS = range(1900, 3000)
NAMED_HERE = "file:"  # how an event id begins that the file did not give


class Value(NamedTuple):
    """One value of a file: where it stands, and the row of a batch that it is, or why it cannot be read."""

    row: int
    heading: str
    given: Any


class Judged(NamedTuple):
    """What would become of a value: stored, duplicate or refused."""

    value: Value
    outcome: str
    fields: Fields | None = None
    message: str = ""


@dataclass(frozen=True)
class Peek:
    """The columns of a file, with what stands first in each; the sheets of a workbook; whether the first dates fit
    both orders of day and month, and the first numbers both decimal signs. `missing` are headings of a kept layout
    that the file lacks.
    """

    headings: list[str]
    samples: list[list[str]]
    sheets: list[str]
    has_dates_of_two_readings: bool = False
    has_numbers_of_two_readings: bool = False
    missing: Sequence[str] = ()


@dataclass
class Look:
    """What would become of the values of a file. `lack` says why they cannot be read to the end, or at all."""

    lack: str = ""
    new: int = 0
    known: int = 0
    late: int = 0
    faulty: int = 0
    first: list["Understood"] = field(default_factory=list)
    faults: list[Judged] = field(default_factory=list)

    @property
    def right(self) -> int:
        return self.new + self.known

    @property
    def sent(self) -> int:
        return self.right + self.faulty

    @property
    def is_sound(self) -> bool:
        return not self.lack and not self.faulty and self.right > 0


@dataclass(frozen=True)
class Understood:
    """A value as it would be stored."""

    row: int
    metric: Metric
    observed_at: datetime
    value: Decimal
    n: Decimal
    note: str
    is_new: bool
    is_late: bool


def peek(kept: ValueImport) -> Peek:
    """The columns of a file as they stand there."""
    with opened(kept) as file:
        rows = files.rows(file, sheet=kept.layout.get("sheet", ""))
        headings = [str(cell) for cell in next(rows)[1]]
        begin = [cells for _number, cells in islice(rows, files.FIRST_ROWS)]
        layout = Layout.of(kept.layout)
        dates = [cells[at] for at in layout.places("observed_at") for cells in begin if at < len(cells)]
        return Peek(
            headings,
            files.samples_of(begin, len(headings)),
            files.sheets(file),
            has_dates_of_two_readings=files.fit_both(dates),
            has_numbers_of_two_readings=files.fit_both_signs(files.cells_of_numbers(layout, begin)),
            missing=kept.layout.get("missing", []),
        )


def look(kept: ValueImport) -> Look:
    """What would become of the values of a file as it is laid out."""
    found, metrics = Look(), MetricsAt(kept.site)
    try:
        for verdict in verdicts(kept, metrics=metrics):
            _count(found, verdict, metrics)
    except Refused as refusal:
        found.lack = refusal.message
    if not found.lack and not found.sent:
        found.lack = _("There are no values below the headings.")
    return found


def _count(found: Look, verdict: Judged, metrics: MetricsAt) -> None:
    if verdict.fields is None:
        found.faulty += 1
        if len(found.faults) < MOST_FAULTS:
            found.faults.append(verdict)
        return
    is_new = verdict.outcome == STORED
    found.new += is_new
    found.known += not is_new
    found.late += is_new and verdict.fields.late == "t"
    if len(found.first) < MOST_SHOWN:
        metric = metrics.find(verdict.value.given["metric"])
        assert metric is not None, "it was judged to be one"
        found.first.append(_understood(verdict.value, verdict.fields, metric, is_new=is_new))


def _understood(value: Value, fields: Fields, metric: Metric, *, is_new: bool) -> Understood:
    return Understood(
        row=value.row,
        metric=metric,
        observed_at=datetime.fromisoformat(fields.observed_at),
        value=Decimal(fields.value),
        n=Decimal(fields.n),
        note=fields.note,
        is_new=is_new,
        is_late=fields.late == "t",
    )


@contextmanager
def opened(kept: ValueImport) -> Iterator[Any]:
    with kept.file.open("rb") as file:
        yield file.file


def faults_in(kept: ValueImport) -> Iterator[Judged]:
    """Every value of a file that would be refused, one after the other."""
    return (verdict for verdict in verdicts(kept) if verdict.outcome == REFUSED)


def verdicts(kept: ValueImport, *, metrics: MetricsAt | None = None) -> Iterator[Judged]:
    """What would become of each value, by the rules that a batch is stored by."""
    metrics = metrics or MetricsAt(kept.site)
    desk = Desk(metrics.find, at=clock(), zone=ZoneInfo(kept.site.time_zone), by_hand=True)
    known = _Known(Source.objects.filter(site=kept.site, code=IN_FILES).first())
    start = 0
    for piece in pieces(kept, metrics):
        given = [value.given for value in piece]
        desk.learn(given)
        right, wrong = desk.judge_all(start, given)
        written = dict(right)
        before = known.of(given)
        for index, value in enumerate(piece, start):
            if index in wrong:
                yield Judged(value, REFUSED, message=wrong[index].message)
            else:
                yield known.verdict(value, written[index], before)
        start += len(piece)


Same = tuple[int, datetime, Decimal | None]  # metric, time and value: an event that comes again has them all


class _Known:
    """The values that came with an event id before, in other batches or further up in the file."""

    def __init__(self, source: Source | None) -> None:
        self.source = source
        self.seen: dict[str, Same] = {}

    def of(self, given: Sequence[Any]) -> Mapping[str, Same]:
        events = {row["event_id"] for row in given if isinstance(row, dict)}
        if self.source is None or not events:
            return {}
        # The index on event ids is partial: the same condition lets the database use it.
        rows = Measurement.objects.filter(source=self.source, source_event_id__in=events).exclude(source_event_id="")
        found = rows.values_list("source_event_id", "metric", "observed_at", "value")
        return {event: (metric, at, value) for event, metric, at, value in found}

    def verdict(self, value: Value, fields: Fields, before: Mapping[str, Same]) -> Judged:
        event = value.given["event_id"]
        same = (fields.metric, datetime.fromisoformat(fields.observed_at), Decimal(fields.value))
        earlier = before.get(event) or self.seen.get(event)
        if earlier is None:
            self.seen[event] = same
            return Judged(value, STORED, fields)
        if earlier == same:
            return Judged(value, DUPLICATE, fields)
        return Judged(value, REFUSED, message=reused(event))


def is_named_here(value: Value) -> bool:
    """Whether the file gives this value no event id of its own."""
    return isinstance(value.given, dict) and value.given["event_id"].startswith(NAMED_HERE)


def reused(event: str) -> str:
    """What is said of an event id that came before with another value."""
    if event.startswith(NAMED_HERE):
        return _("Another value was imported for this metric and time before. Correct that value on its metric.")
    return _("This event id was used before with another value or at another time. Send a correction instead.")


def pieces(kept: ValueImport, metrics: MetricsAt) -> Iterator[list[Value]]:
    """The values of a file, some at a time. Raises Refused for a file that cannot be read, or not as it is laid out."""
    layout = Layout.of(kept.layout)
    if layout.lack:
        raise Refused(layout.lack, code="layout-incomplete")
    with opened(kept) as file:
        rows = files.rows(file, sheet=layout.sheet)
        reader = Reader(layout, [str(cell) for cell in next(rows)[1]], metrics)
        values = (value for number, cells in rows for value in reader.values(number, cells))
        count = 0
        while piece := list(islice(values, PIECE)):
            count += len(piece)
            if count > MOST_VALUES:
                raise Refused(_("More than 500,000 values. Import in parts."), code="too-many-values")
            yield piece


class Reader:
    """Reads rows as they are laid out. A value without an event id is named by metric, time and how many stood before
    it, so that the same file, also with more below, stores nothing twice.
    """

    def __init__(self, layout: Layout, headings: Sequence[str], metrics: MetricsAt) -> None:
        self.layout, self.headings, self.metrics = layout, headings, metrics
        self.zone = ZoneInfo(layout.zone)
        self.wide = {place: number for place, number in layout.of_metrics.items() if place < len(headings)}
        self.subgroup = layout.places("subgroup")
        self.places = {fact.name: layout.place(fact.name) for fact in files.FACTS}
        self.besides = [name for name in ("n", "note", "unit") if self.places[name] is not None]
        self.times: Counter[str] = Counter()

    def values(self, row: int, cells: Sequence[Cell]) -> Iterator[Value]:
        """The values in a row; none where it holds none."""
        held = self._held(cells)
        if not held:
            return
        try:
            self._check_width(cells)
            at = self._at(cells)
            events = self._events(cells, [metric for _heading, metric, _value in held], at)
            more = self._more(cells)
        except Refused as refusal:
            yield Value(row, "", refusal)
            return
        for event, (heading, metric, value) in zip(events, held, strict=True):
            yield Value(
                row, heading, self._given({**more, "metric": metric, "observed_at": at, "event_id": event}, value)
            )

    def _check_width(self, cells: Sequence[Cell]) -> None:
        if len(cells) > len(self.headings):
            raise Refused(
                _("The row has more cells than there are headings: is a number written with the sign between columns?"),
                code="too-many-cells",
            )

    def _held(self, cells: Sequence[Cell]) -> list[tuple[str, str, list[Cell]]]:
        """Heading, metric and cells of each value that there is in a row."""
        if self.wide:
            return [(self.headings[at], number, [cells[at]]) for at, number in self.wide.items() if cells[at] != ""]
        places = self.subgroup or self.layout.places("value")
        found = [cells[at] for at in places if at < len(cells) and cells[at] != ""]
        named = self._cell(cells, "metric")
        metric = self.metrics.number(str(named)) if named != "" else self.layout.metric
        return [("", metric, found)] if found else []

    def _given(self, told: dict[str, str], cells: list[Cell]) -> Any:
        try:
            return {**told, **self._numbers(cells)}
        except Refused as refusal:
            return refusal

    def _numbers(self, cells: list[Cell]) -> dict[str, Any]:
        if not self.subgroup:
            return {"value": files.number(cells[0], self.layout.decimal)}
        parts = str(cells[0]).split() if len(cells) == 1 else cells
        return {"subgroup": [files.number(part, self.layout.decimal) for part in parts]}

    def _events(self, cells: Sequence[Cell], metrics: Sequence[str], at: str) -> list[str]:
        """The event ids of a row. They are counted up before its numbers are read: put right, a wrong one moves none
        of those below it.
        """
        told = str(self._cell(cells, "event_id"))
        if told:
            return [f"{told}:{metric}" if self.wide else told for metric in metrics]
        return [self._event(metric, at) for metric in metrics]

    def _event(self, metric: str, at: str) -> str:
        """The first of a metric at a time has no count behind it."""
        key = f"{NAMED_HERE}{metric}:{at}"
        self.times[key] += 1
        return key if self.times[key] == 1 else f"{key}:{self.times[key]}"

    def _at(self, cells: Sequence[Cell]) -> str:
        found = files.when(self._cell(cells, "observed_at"), self._cell(cells, "time"), self.layout.dates)
        if found.year not in YEARS:
            raise Refused(_("“%(text)s” is no date of this time.") % {"text": found.isoformat()}, code="bad-time")
        at = moment(found, self.zone, by_hand=True).astimezone(UTC)
        return f"{at.replace(tzinfo=None).isoformat()}Z"

    def _more(self, cells: Sequence[Cell]) -> dict[str, str]:
        """What a row says besides: n, note, unit; empty cells say nothing."""
        found = {name: self._cell(cells, name) for name in self.besides}
        told = {name: str(cell) for name, cell in found.items() if cell != ""}
        return told | ({"n": files.number(found["n"], self.layout.decimal)} if "n" in told else {})

    def _cell(self, cells: Sequence[Cell], fact: str) -> Cell:
        place = self.places[fact]
        return cells[place] if place is not None and place < len(cells) else ""
