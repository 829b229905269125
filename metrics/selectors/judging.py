"""Whether a row can be stored, and what is written for it.

Most rows are plain: a number, a full time, an event id without anything odd in it. `Desk.plain` knows those and is
quick; whatever it does not know goes to `reading_of` and `check`, where the rules stand. A test holds both to the same
answers.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils.translation import gettext as _

from evidence.refusals import Refused
from metrics.cadence import period_of, start_of
from metrics.models import Measurement, Metric
from metrics.selectors.fitting import check_family
from metrics.selectors.reading import Reading, RowResult, Table, reading_of, refused
from metrics.selectors.series import zone_of
from metrics.states import COUNTS, POSITIVE, Family, MetricStatus

CLOCKS_DIFFER_BY = timedelta(minutes=5)
MOST_NUMBERS = 1_000  # that are remembered, be they of metrics or not
fromisoformat = datetime.fromisoformat
NEVER = datetime.min.replace(tzinfo=UTC)
LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)  # a day later than the rule: at the edge the rule itself is asked
ALIKE = frozenset({"metric", "value", "observed_at", "event_id"})
FIELDS = ALIKE | {"n"}
NUMBER = r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
EVENT = r"[A-Za-z0-9_.:/@-]{0,120}"
PLAIN_NUMBER, PLAIN_TIME, PLAIN_EVENT = (re.compile(one).fullmatch for one in (NUMBER, TIME, EVENT))
PLAIN_COUNT = re.compile(r"[0-9]{1,15}").fullmatch
# The same of many, one a line.
NUMBERS, TIMES, EVENTS = (re.compile(f"{one}(?:\n{one})*").fullmatch for one in (NUMBER, TIME, EVENT))
ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
NOTHING = r"\N"

Find = Callable[[str], Metric | None]


class Fields(NamedTuple):
    """What is written for a row, as COPY reads it."""

    metric: int
    value: str
    n: str
    subgroup: str
    observed_at: str
    late: str
    event_id: str
    note: str


@dataclass(frozen=True)
class Slot:
    """A metric, and from when on a value of it is on time: when the period of its newest value began."""

    metric: Metric
    key: int
    family: str
    is_active: bool
    on_time: datetime


class Desk:
    """Where the rows of one batch are judged, one after the other.

    `find` gives a metric by number if the caller may write to it; rows without a number are of `metric`. Times that a
    person enters `by_hand` may leave their offset out, then it is that of `zone`.
    """

    def __init__(self, find: Find, *, at: datetime, zone: ZoneInfo, metric: str = "", by_hand: bool = False) -> None:
        self.find, self.zone, self.default, self.by_hand = find, zone, metric, by_hand
        self.latest = at + CLOCKS_DIFFER_BY
        self.slots: dict[str, Slot | None] = {}
        self.passing: set[str] = set()  # numbers of no metric that are not remembered

    @property
    def metrics(self) -> list[Metric]:
        """The metrics that rows named, as far as they can be written to."""
        return [slot.metric for slot in self.slots.values() if slot]

    def judge(self, index: int, row: Any) -> Fields | RowResult:
        """What to write for the row, or why it is refused."""
        if isinstance(row, dict) and row.keys() <= FIELDS:
            get = row.get
            fields = self.plain(get("metric"), get("observed_at"), get("value"), get("n"), get("event_id"))
            if fields is not None:
                return fields
        return self.strange(index, row)

    def judge_all(self, start: int, rows: Sequence[Any]) -> tuple[list[tuple[int, Fields]], dict[int, RowResult]]:
        """The same of rows that follow one another: what to write, and what is refused."""
        if (alike := self._alike(start, rows)) is not None:
            return alike, {}
        right: list[tuple[int, Fields]] = []
        wrong: dict[int, RowResult] = {}
        judged = self._table(start, rows) if isinstance(rows, Table) else map(self.judge, count(start), rows)
        for index, one in enumerate(judged, start):
            if type(one) is Fields:
                right.append((index, one))
            else:
                wrong[index] = cast(RowResult, one)
        return right, wrong

    def _alike(self, start: int, rows: Sequence[Any]) -> list[tuple[int, Fields]] | None:
        """What to write where no row has anything odd in it, column by column, as machines send them; else None."""
        try:
            metrics, times, values, events = _columns(rows)
            if not (_each(TIMES, times) and _each(NUMBERS, values) and _each(EVENTS, events)):
                return None
            moments = list(map(fromisoformat, times))
            slots = {number: self.slots[number or self.default] for number in set(metrics)}
        except (KeyError, TypeError, ValueError):
            return None
        usual = all(slot and slot.is_active and slot.family == Family.NORMAL for slot in slots.values())
        if not (usual and min(moments) > LONG_AGO and max(moments) <= self.latest):
            return None
        known = {number: (slot.key, slot.on_time) for number, slot in slots.items() if slot}
        lines = zip(metrics, values, times, moments, events, strict=True)
        return [
            (index, Fields(key, value, "1", NOTHING, at, "t" if moment < on_time else "f", event, ""))
            for index, (number, value, at, moment, event) in enumerate(lines, start)
            for key, on_time in (known[number],)
        ]

    def _table(self, start: int, rows: Table) -> Iterator[Fields | RowResult]:
        """Lines of a table by the places of their cells; those with anything odd as objects."""
        width = len(rows.names)
        places = [rows.place(name) for name in ("metric", "observed_at", "value", "n", "event_id")]
        usual = FIELDS.issuperset(rows.names)
        for at, cells in enumerate(rows.cells):
            found = None
            if usual and len(cells) == width:
                metric, observed_at, value, n, event = [None if place < 0 else cells[place] for place in places]
                found = self.plain(metric, observed_at, value, n, event)
            yield found or self.strange(start + at, rows[at])

    def plain(self, metric: Any, observed_at: Any, value: Any, n: Any, event_id: Any) -> Fields | None:
        """What to write for a row that has nothing odd in it; None for all others, which may be right too."""
        try:
            return self._plain(self.slots[metric or self.default], observed_at, value, n, event_id)
        except (KeyError, TypeError, ValueError):  # no metric that is known, something that is no text, no such day
            return None

    def _plain(self, slot: Slot | None, observed_at: str, value: Any, n: Any, event_id: Any) -> Fields | None:
        written = str(value) if type(value) is int else value
        exposure = "1" if n is None or n == "" else _written(n)
        event = "" if event_id is None else event_id
        if slot is None or not slot.is_active or not PLAIN_TIME(observed_at) or not PLAIN_NUMBER(written):
            return None
        moment = fromisoformat(observed_at)
        if not LONG_AGO < moment <= self.latest or (event != "" and not PLAIN_EVENT(event)):
            return None
        if not (slot.family == Family.NORMAL and exposure == "1") and not _plain_family(slot.family, written, exposure):
            return None
        late = "t" if moment < slot.on_time else "f"
        return Fields(slot.key, written, exposure, NOTHING, observed_at, late, event, "")

    def strange(self, index: int, row: Any) -> Fields | RowResult:
        """The rules in full. A Refused in the place of a row says why it could not even be read."""
        try:
            if isinstance(row, Refused):
                raise row
            reading = row
            if not isinstance(row, Reading):
                reading = reading_of(row, zone=self.zone, metric=self.default, by_hand=self.by_hand)
            slot = self.slot(reading.metric)
            return _fields(reading, check(reading, slot, latest=self.latest))
        except Refused as refusal:
            return refused(index, refusal)

    def learn(self, rows: Iterable[Any]) -> None:
        """Look up the metrics that these rows name. Of numbers that are none, only so many are remembered."""
        unlearnt = self.unlearnt(rows)
        self.passing = set()
        for number in unlearnt:
            metric = self.find(number)
            if metric or len(self.slots) < MOST_NUMBERS:
                self.slots[number] = _slot(metric) if metric else None
            else:
                self.passing.add(number)

    def unlearnt(self, rows: Iterable[Any]) -> set[str]:
        """The numbers in these rows that were not looked up yet."""
        return {number.strip() for number in {self.default, *_numbers(rows)}} - {""} - self.slots.keys() - self.passing

    def slot(self, number: Any) -> Slot | None:
        """Of a metric that was learnt."""
        return self.slots.get(number) if isinstance(number, str) else None


def _each(pattern: Callable[[str], object], texts: Sequence[str]) -> bool:
    """Whether the pattern of many lines knows each of these. Raises TypeError for what is no text."""
    joined = "\n".join(texts)
    return joined.count("\n") == len(texts) - 1 and bool(pattern(joined))


def _columns(rows: Sequence[Any]) -> list[Sequence[Any]]:
    """Metrics, times, values and event ids of rows that have nothing else. Raises KeyError, ValueError, TypeError."""
    columns: dict[str, Sequence[Any]]
    if isinstance(rows, Table):
        columns = dict(zip(rows.names, zip(*rows.cells, strict=True), strict=True))
    else:
        names = rows[0].keys() if rows and type(rows[0]) is dict else ()
        if any(type(row) is not dict or row.keys() != names for row in rows):
            raise ValueError
        columns = {name: [row[name] for row in rows] for name in names}
    if not columns.keys() <= ALIKE:
        raise ValueError
    values = [str(value) if type(value) is int else value for value in columns["value"]]
    blank = [""] * len(values)
    return [columns.get("metric", blank), columns["observed_at"], values, columns.get("event_id", blank)]


def _numbers(rows: Iterable[Any]) -> set[str]:
    """The metrics that rows name."""
    if isinstance(rows, Table):
        place = rows.place("metric")
        return {cells[place] for cells in rows.cells if 0 <= place < len(cells)}
    given = {found for row in rows if type(row) is dict and type(found := row.get("metric")) is str}
    return given | {row.metric for row in rows if isinstance(row, Reading)}


def _slot(metric: Metric) -> Slot:
    active = metric.status == MetricStatus.ACTIVE and not metric.is_derived
    return Slot(metric, metric.pk, metric.family, active, _on_time(metric) if active else NEVER)


def _written(number: Any) -> str:
    """A number as text. Raises TypeError or ValueError for one that is not plain."""
    text = str(number) if type(number) is int else number
    if not PLAIN_NUMBER(text):
        raise ValueError(text)
    return str(text)


def _plain_family(family: str, value: str, n: str) -> bool:
    if family in COUNTS:
        whole = PLAIN_COUNT(value) and PLAIN_COUNT(n)
        return bool(whole) and (family != Family.BINOMIAL or int(value) <= int(n))
    return PLAIN_COUNT(n) is not None and int(n) > 0 and (family not in POSITIVE or float(value) > 0)


def _on_time(metric: Metric) -> datetime:
    """The start of the period of the newest value. Before it another period had its value already."""
    newest = Measurement.objects.filter(metric=metric).aggregate(newest=Max("observed_at"))["newest"]
    if newest is None:
        return NEVER
    zone = zone_of(metric)
    first = start_of(metric.cadence, period_of(metric.cadence, newest.astimezone(zone).date()))
    return datetime.combine(first, time(), zone)


def _fields(reading: Reading, slot: Slot) -> Fields:
    return Fields(
        metric=slot.metric.pk,
        value=format(reading.value, "f"),
        n=format(reading.n, "f"),
        subgroup="{" + ",".join(format(one, "f") for one in reading.subgroup) + "}" if reading.subgroup else NOTHING,
        observed_at=reading.observed_at.astimezone(UTC).isoformat(),
        late="t" if reading.observed_at < slot.on_time else "f",
        event_id=reading.event_id.translate(ESCAPED),
        note=reading.note.translate(ESCAPED),
    )


def check(reading: Reading, slot: Slot | None, *, latest: datetime) -> Slot:
    """The slot, if the value can be one of its metric. Raises Refused."""
    if slot is None:
        raise Refused(_("There is no such metric, or it is not yours to write to."), code="unknown-metric")
    metric = slot.metric
    check_measured(metric)
    if not slot.is_active:
        raise Refused(_("%(number)s is not active.") % {"number": metric.number}, code="metric-not-active")
    if reading.observed_at > latest:
        raise Refused(_("The value lies in the future."), code="in-the-future")
    if reading.observed_at.year < 1970:
        raise Refused(_("The value lies before 1970."), code="long-ago")
    if reading.unit and reading.unit != metric.unit:
        raise Refused(
            _("%(number)s is in %(unit)s; values are not converted.")
            % {"number": metric.number, "unit": metric.unit or _("no unit")},
            code="other-unit",
        )
    check_family(reading.value, reading.n, metric)
    return slot


def check_measured(metric: Metric) -> None:
    """Raises Refused("derived") for a metric whose values nobody enters."""
    if metric.is_derived:
        raise Refused(
            _("%(number)s is worked out from other metrics: enter or correct their values instead.")
            % {"number": metric.number},
            code="derived",
        )
