"""Numbers that nobody watches yet: the same thing at several lines and shifts, and what defects there are."""

import math
import random
from decimal import Decimal
from typing import Any

from metrics import services as metrics
from metrics.models import Measurement, Metric
from metrics.selectors import Reading
from metrics.states import Better, ChartKind, Every, Family
from people.models import Station
from qms.demo import people
from qms.demo.plant import Plant, Story

PLACES = (
    ("PRESS", "PRESS-1", "early", 2.1),
    ("PRESS", "PRESS-1", "late", 2.2),
    ("PRESS", "PRESS-1", "night", 3.4),
    ("RING", "RING-1", "early", 1.6),
    ("FILL", "FILL-1", "early", 2.0),
)
DEFECTS = (("Scratches", 14.0, 9.0), ("Burrs", 9.0, 10.0), ("Dents", 4.0, 4.5), ("Pores", 2.5, 1.0),
           ("Wrong label", 1.2, 1.4), ("Missing bolt", 0.8, 0.7))  # fmt: skip


def unwatched(plant: Plant) -> Story:
    """Scrap by line and shift, defects by kind, and energy once a month: brought over from a spreadsheet."""
    yield plant.day(61, 5, 9)
    scrap = [_scrap(plant, *one) for one in PLACES]
    _leave_out(plant, scrap[1])
    for name, before, since in DEFECTS:
        _defects(plant, name, before, since)
    _energy(plant)


def _made(plant: Plant, process: str, rows: list[tuple[int, Any, int]], **facts: Any) -> Metric:
    """A metric with its values: week, value, out of how many."""
    where = people.process(process)
    with plant.acting("olga" if where.site.code == "MUC" else "wanda") as person:
        made = metrics.create_metric(by=person, site=where.site, process=where, direction=Better.LOWER, **facts)
        readings = [
            Reading(
                metric=made.number,
                value=Decimal(str(value)),
                n=Decimal(n),
                observed_at=plant.day(week, 4, 15),
                event_id=f"{made.number}-{week}",
            )
            for week, value, n in rows
        ]
        source = metrics.hand_source(where.site, by=person)
        metrics.add_measurements(readings, by=person, source=source, metrics=[made])
    return made


def _scrap(plant: Plant, process: str, station: str, shift: str, mean: float) -> Metric:
    drawn = random.Random(f"{station}{shift}")  # noqa: S311 - numbers of a story
    rows = [(week, round(max(drawn.gauss(mean, 0.35), 0.1), 2), 1) for week in range(8, 62)]
    if shift == "late":
        rows[30] = (38, 7.9, 1)
    where = people.process(process)
    return _made(
        plant,
        process,
        rows,
        title=f"Scrap at {where.name.lower()}{f', {shift} shift' if shift else ''}",
        unit="%",
        measure="scrap-rate",
        station=Station.objects.filter(site=where.site, code=station).first(),
        shift=shift,
    )


def _defects(plant: Plant, name: str, before: float, since: float) -> None:
    """Counted each week on some hundred pieces."""
    drawn = random.Random(name)  # noqa: S311 - numbers of a story
    rows = []
    for week in range(6, 62):
        expected = before if week < 32 else since
        size = drawn.randint(80, 120)
        rows.append((week, _poisson(drawn, expected * size / 100), size))
    facts: dict[str, Any] = {"family": Family.POISSON, "chart": ChartKind.U, "decimals": 3, "unit": "per piece"}
    _made(plant, "ASSY", rows, title=f"{name} at final assembly", **facts)


def _poisson(drawn: random.Random, mean: float) -> int:
    """Knuth's way; the means are small."""
    limit, k, product = math.exp(-mean), 0, drawn.random()
    while product > limit:
        k, product = k + 1, product * drawn.random()
    return k


def _energy(plant: Plant) -> None:
    """Reported once a month: too seldom to notice a loss soon, which its page says."""
    drawn = random.Random(77)  # noqa: S311 - numbers of a story
    rows = [(4 * month, round(drawn.gauss(412, 9), 1), 1) for month in range(16)]
    facts: dict[str, Any] = {"unit": "kWh/t", "decimals": 0, "cadence": Every.MONTH, "target": Decimal(395)}
    _made(plant, "COOL", rows, title="Energy for a tonne of finished parts", **facts)


def _leave_out(plant: Plant, metric: Metric) -> None:
    """A borrowed die is no scrap of this press."""
    row = Measurement.objects.filter(metric=metric).order_by("-value").first()
    if row is not None:
        with plant.acting("erik") as person:
            metrics.exclude(metric, by=person, measurement=row, reason="Trial with a die of the sister plant.")
