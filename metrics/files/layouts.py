"""How a file is read: which column holds what, and how numbers and dates are written in it."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metrics.files.notation import COMMA, DAY, POINT
from metrics.files.tables import Cell

OF_METRIC = "="  # a column that holds the values of a metric: "=" and its number
FIRST_ROWS = 200  # rows from which the way of writing is guessed
UNIT = re.compile(r"\s*[\[(/].*$")


class Dates(TextChoices):
    YMD = "ymd", _("year first: 2026-03-31")
    DMY = "dmy", _("day first: 31.03.2026")
    MDY = "mdy", _("month first: 03/31/2026")


class Sign(TextChoices):
    POINT = POINT, _("a point: 74.002")
    COMMA = COMMA, _("a comma: 74,002")


@dataclass(frozen=True)
class Fact:
    """What a column may hold, and what people call it."""

    name: str
    label: str | Promise
    names: tuple[str, ...]
    several: bool = False


FACTS = (
    Fact("observed_at", _("Date, or date and time"), (
        "observed_at", "observed at", "observed", "date", "day", "when", "timestamp", "date and time", "measured at",
        "measured on", "datum", "zeitpunkt", "zeitstempel", "tag", "messdatum",
    )),
    Fact("time", _("Time of the day"), ("time", "time of day", "clock", "zeit", "uhrzeit")),
    Fact("metric", _("Metric, by number or name"), (
        "metric", "metric number", "kpi", "characteristic", "indicator", "kennzahl", "merkmal",
    )),
    Fact("value", _("Value"), (
        "value", "result", "reading", "measurement", "measured", "defectives", "defects", "rejects", "count",
        "wert", "messwert", "ergebnis", "fehler", "ausschuss",
    )),
    Fact("n", _("Out of (sample size, exposure)"), (
        "n", "sample size", "out of", "checked", "inspected", "parts", "sample", "exposure", "stichprobe", "geprüft",
        "prüfmenge",
    )),
    Fact("subgroup", _("A value of the subgroup"), ("subgroup", "values", "stichprobenwerte"), True),
    Fact("event_id", _("Event id at the source"), (
        "event_id", "event id", "source event id", "messung nr",
    )),
    Fact("note", _("Note"), ("note", "notes", "remark", "remarks", "comment", "bemerkung", "notiz", "kommentar")),
    Fact("unit", _("Unit"), ("unit", "einheit")),
)  # fmt: skip
SUBGROUP = re.compile(r"(x|value|reading|wert|messwert|sample) ?_?[0-9]{1,2}")
THOUSANDS = r"[0-9]{1,3}(?P<mark>[.,])[0-9]{3}(?:(?P=mark)[0-9]{3})*(?!(?P=mark))"
WITH_DECIMALS = re.compile(rf"[+-]?(?:[0-9 ]+|{THOUSANDS})(?P<sign>[.,])[0-9]+")
EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")  # thousands, or three decimals
DATE = re.compile(rf"{DAY}.*")


@dataclass(frozen=True)
class Layout:
    """`columns` say by their place, counted from 0, what they hold: a fact, or "=" and the number of a metric."""

    columns: Mapping[int, str] = field(default_factory=dict)
    metric: str = ""
    dates: str = Dates.YMD.value
    decimal: str = POINT
    zone: str = ""
    sheet: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Layout":
        """From what `kept` made."""
        columns = {int(place): str(holds) for place, holds in kept.get("columns", {}).items()}
        return cls(columns=columns, **{name: kept[name] for name in WRITTEN if name in kept})

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        columns = {str(place): holds for place, holds in sorted(self.columns.items())}
        return {"columns": columns, **{name: getattr(self, name) for name in WRITTEN}}

    @property
    def digest(self) -> str:
        """Tells this layout from any other."""
        return hashlib.sha256(json.dumps(self.kept(), sort_keys=True).encode()).hexdigest()[:32]

    def places(self, fact: str) -> list[int]:
        return [place for place, holds in sorted(self.columns.items()) if holds == fact]

    def place(self, fact: str) -> int | None:
        return next(iter(self.places(fact)), None)

    @property
    def of_metrics(self) -> dict[int, str]:
        """The columns that hold the values of a metric each, with its number."""
        return {
            place: holds.removeprefix(OF_METRIC)
            for place, holds in sorted(self.columns.items())
            if holds.startswith(OF_METRIC)
        }

    @property
    def lack(self) -> str:
        """Why no row can be read like this, in words; nothing if they can."""
        has_values = self.place("value") is not None or self.place("subgroup") is not None
        if self.place("observed_at") is None:
            return str(_("Say which column holds the date."))
        if has_values == bool(self.of_metrics):
            return str(_("Say which columns hold values: either one column of values, or one for each metric."))
        if has_values and not self.metric and self.place("metric") is None:
            return str(_("Say which metric the values are of, or which column names it."))
        return self._doubles()

    def _doubles(self) -> str:
        several = {fact.name for fact in FACTS if fact.several}
        twice = [holds for holds, times in Counter(self.columns.values()).items() if times > 1 and holds not in several]
        if not twice:
            return ""
        labels = {fact.name: str(fact.label) for fact in FACTS}
        name = labels.get(twice[0], twice[0].removeprefix(OF_METRIC))
        return str(_("Two columns cannot both hold: %(what)s.")) % {"what": name}


WRITTEN = ("metric", "dates", "decimal", "zone", "sheet")


def tidy(heading: object) -> str:
    return " ".join(str(heading).casefold().split())


def guess(headings: Sequence[Cell], rows: Iterable[Sequence[Cell]], metrics: Mapping[str, str], zone: str) -> Layout:
    """What headings and the first rows say. `metrics` are numbers of metrics by number or name, in small letters."""
    columns = _columns(headings, metrics)
    looked = [list(row) for row, _one in zip(rows, range(FIRST_ROWS), strict=False)]
    days = [str(row[place]) for place, holds in columns.items() if holds == "observed_at" for row in looked]
    found = Layout(columns=columns, dates=_dates(days), zone=zone)
    return replace(found, decimal=_decimal(cells_of_numbers(found, looked)))


def _columns(headings: Sequence[Cell], metrics: Mapping[str, str]) -> dict[int, str]:
    found: dict[int, str] = {}
    names = {name: fact for fact in FACTS for name in fact.names}
    for place, heading in enumerate(headings):
        full, short = tidy(heading), tidy(UNIT.sub("", str(heading)))
        number = metrics.get(full) or metrics.get(short)
        fact = names.get(full) or names.get(short)
        if number and f"{OF_METRIC}{number}" not in found.values():
            found[place] = f"{OF_METRIC}{number}"
        elif fact and (fact.several or fact.name not in found.values()):
            found[place] = fact.name
        elif SUBGROUP.fullmatch(short):
            found[place] = "subgroup"
    return _alone(found)


def _alone(found: dict[int, str]) -> dict[int, str]:
    """A time without a date is the date; beside columns of metrics, and beside a subgroup, no other is the value."""
    holds = set(found.values())
    if "observed_at" not in holds:
        found = {place: "observed_at" if one == "time" else one for place, one in found.items()}
    wide = any(one.startswith(OF_METRIC) for one in holds)
    surplus = {"value", "subgroup", "metric"} if wide else {"value"} if "subgroup" in holds else set()
    return {place: one for place, one in found.items() if one not in surplus}


def _is_number(holds: str) -> bool:
    return holds in ("value", "n", "subgroup") or holds.startswith(OF_METRIC)


def _dates(cells: Sequence[str]) -> str:
    found = [match for match in map(DATE.fullmatch, cells) if match]
    written = [match for match in found if match["one"]]
    if not written:
        return Dates.YMD.value
    month_first = any(int(match["two"]) > 12 for match in written)
    return Dates.MDY.value if month_first else Dates.DMY.value


def fit_both(cells: Iterable[Cell]) -> bool:
    """Whether dates with slashes may begin with the day as well as the month; with points nobody means the latter."""
    slashed = (str(cell) for cell in cells if "/" in str(cell))
    written = [match for match in map(DATE.fullmatch, slashed) if match and match["one"]]
    return bool(written) and all(int(match["one"]) <= 12 and int(match["two"]) <= 12 for match in written)


def cells_of_numbers(layout: Layout, rows: Iterable[Sequence[Cell]]) -> list[Cell]:
    """What stands where numbers are expected."""
    places = [place for place, holds in layout.columns.items() if _is_number(holds)]
    return [row[place] for row in rows for place in places if place < len(row)]


def _decimal(cells: Iterable[Cell]) -> str:
    """What most say; those that fit both signs say nothing."""
    signs = Counter(match["sign"] for match in _with_decimals(cells) if not EITHER.fullmatch(match[0]))
    return COMMA if signs[COMMA] > signs[POINT] else POINT


def fit_both_signs(cells: Iterable[Cell]) -> bool:
    """Whether all numbers with a sign in them could be thousands as well as three decimals."""
    found = _with_decimals(cells)
    return bool(found) and all(EITHER.fullmatch(match[0]) for match in found)


def _with_decimals(cells: Iterable[Cell]) -> list[re.Match[str]]:
    """Numbers that are written with a decimal sign, or seem to be. Those that a workbook keeps have none."""
    texts = (cell for cell in cells if isinstance(cell, str))
    return [match for match in map(WITH_DECIMALS.fullmatch, texts) if match]


def laid_out(kept: Mapping[str, Any], headings: Sequence[Cell]) -> tuple[Layout, list[str]]:
    """A layout that was kept by headings, for a file with these; and those headings of it that the file lacks."""
    waiting = [(str(heading), str(holds)) for heading, holds in kept.get("by_heading", [])]
    columns: dict[int, str] = {}
    for place, heading in enumerate(headings):
        found = next((pair for pair in waiting if tidy(pair[0]) == tidy(heading)), None)
        if found:
            waiting.remove(found)
            columns[place] = found[1]
    return replace(Layout.of({**kept, "columns": {}}), columns=columns), [heading for heading, _holds in waiting]


def by_heading(layout: Layout, headings: Sequence[Cell]) -> dict[str, Any]:
    """The layout as it is kept by a name: files of its kind have the same headings, perhaps in another order."""
    named = [[str(headings[place]), holds] for place, holds in sorted(layout.columns.items()) if place < len(headings)]
    return {"by_heading": named, **{name: getattr(layout, name) for name in WRITTEN}}


def samples_of(rows: Iterable[Sequence[Cell]], places: int, *, most: int = 3) -> list[list[str]]:
    """For each column the first cells that hold something."""
    found: list[list[str]] = [[] for _place in range(places)]
    for row in rows:
        for place, cell in enumerate(row[:places]):
            if cell != "" and len(found[place]) < most:
                found[place].append(str(cell))
        if all(len(one) == most for one in found):
            break
    return found
