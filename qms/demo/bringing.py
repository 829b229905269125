"""Values brought in files: the export of a test bench with a kept layout, and a sheet with two slips that waits."""

import io
import random
from datetime import timedelta
from decimal import Decimal

from metrics import services as metrics
from metrics.files import Layout
from metrics.models import Metric
from metrics.states import Better, Every
from qms.demo import people
from qms.demo.plant import Plant, Story

BENCH = "Export of the test bench"


def files_of_values(plant: Plant) -> Story:
    """Erik brings what the test bench wrote for a year; what Sven typed for this week still has two slips."""
    yield plant.day(61, 5, 11)
    pressure, leak = _metric(plant, "Opening pressure of the relief valve", "bar"), _metric(plant, "Leakage", "ml/min")
    with plant.acting("erik") as person:
        kept = metrics.upload_values(by=person, site=plant.sites["MUC"], file=_export(plant, pressure, leak))
        metrics.arrange_values(kept, by=person, layout=Layout.of(kept.layout), keep_as=BENCH)
        metrics.import_values(kept, by=person)
    with plant.acting("sven") as person:
        metrics.upload_values(by=person, site=plant.sites["MUC"], file=_typed(plant, pressure, leak))


def _metric(plant: Plant, title: str, unit: str) -> Metric:
    facts = {"direction": Better.TARGET, "target": Decimal(12)} if unit == "bar" else {"direction": Better.LOWER}
    with plant.acting("erik") as person:
        return metrics.create_metric(
            by=person,
            site=plant.sites["MUC"],
            process=people.process("ASSY"),
            title=title,
            unit=unit,
            cadence=Every.WEEK,
            decimals=2,
            **facts,
        )


def _export(plant: Plant, pressure: Metric, leak: Metric) -> io.BytesIO:
    """As the bench writes it: semicolons, decimal commas, days first, Windows-1252."""
    drawn = random.Random(4711)  # noqa: S311 - numbers of a story
    lines = ["Datum;Uhrzeit;Kennzahl;Messwert;Bemerkung"]
    for week in range(10, 61):
        day = f"{plant.day(week, 2, 12):%d.%m.%Y}"
        note = "Prüfstand neu abgeglichen" if week == 34 else ""
        lines.append(f"{day};14:30;{pressure.number};{_comma(drawn.gauss(12.02, 0.08))};{note}")
        lines.append(f"{day};14:35;{leak.number};{_comma(abs(drawn.gauss(3.1, 0.4)))};")
    return _file("test-bench.csv", "\r\n".join(lines).encode("cp1252"))


def _typed(plant: Plant, pressure: Metric, leak: Metric) -> io.BytesIO:
    day = plant.day(61, 1, 12)
    rows = (("11,98", "3,05"), ("12.04", "2,98"), ("12,01", "2,9 ?"), ("12,05", ""))
    lines = [f"Datum;{pressure.title} [bar];{leak.title} [ml/min];Werker"]
    for number, (one, two) in enumerate(rows):
        lines.append(f"{day + timedelta(days=number):%d.%m.%Y};{one};{two};Sven")
    return _file("this-week.csv", "\r\n".join(lines).encode())


def _comma(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _file(name: str, content: bytes) -> io.BytesIO:
    made = io.BytesIO(content)
    made.name = name
    return made
