"""A file of values: looked at first, read as its owner says, then stored by the rules of every batch."""

import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import xlsxwriter

from evidence.refusals import Refused
from metrics import files
from metrics import services as metrics
from metrics.files import Layout
from metrics.models import Batch, ImportLayout, Measurement, ValueImport
from metrics.states import Better, ChartKind, Every, Family
from tests.cast import refusal
from tests.metrics.conftest import evening, week

GERMAN = "Datum;Kennzahl;Wert;Bemerkung\n06.01.2025;{0};5,25;\n13.01.2025 14:30;{0};1.204,5;neue Scheibe\n"


@pytest.fixture
def rejects(munich, grinding, olga, scrap):
    return metrics.create_metric(
        by=olga, site=munich, title="Rejects", direction=Better.LOWER, unit="pcs", process=grinding,
        cadence=Every.DAY, family=Family.BINOMIAL,
    )  # fmt: skip


@pytest.fixture
def bore(munich, grinding, olga, scrap):
    return metrics.create_metric(
        by=olga, site=munich, title="Bore", direction=Better.TARGET, target=Decimal(74), unit="mm", process=grinding,
        cadence=Every.DAY, subgroup_size=5, chart=ChartKind.XBAR_R,
    )  # fmt: skip


@pytest.fixture
def now(scrap, clock_at):
    clock_at(evening(9))
    return evening(9)


def csv(text: str, *, encoding: str = "utf-8", name: str = "values.csv") -> io.BytesIO:
    file = io.BytesIO(text.encode(encoding))
    file.name = name
    return file


def workbook(*rows, sheets=("Values",)) -> io.BytesIO:
    """The rows on the last sheet; numbers, dates and formulas as a person types them."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "dd.mm.yyyy"})
    sheet = [book.add_worksheet(name) for name in sheets][-1]
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    file.seek(0)
    file.name = "values.xlsx"
    return file


def uploaded(file, site, by, **more) -> ValueImport:
    return metrics.upload_values(by=by, site=site, file=file, **more)


def arranged(kept, by, **changes) -> ValueImport:
    layout = Layout.of(kept.layout | changes)
    return metrics.arrange_values(kept, by=by, layout=layout)


def stored(metric) -> list[tuple]:
    rows = Measurement.objects.filter(metric=metric).order_by("observed_at", "uuid")
    return list(rows.values_list("observed_at", "value"))


def counts(kept) -> tuple[int, int, int]:
    found = metrics.look(kept)
    return found.new, found.known, found.faulty


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 1, day, hour, minute, tzinfo=UTC)


def test_a_german_file_is_understood_by_its_headings(now, munich, scrap, olga):
    """Semicolons, decimal commas, days first, Windows-1252; the metric named by its name."""
    kept = uploaded(csv("Prüfbericht\n\n" + GERMAN.format(scrap.title), encoding="cp1252"), munich, olga)
    assert kept.layout == {
        "columns": {"0": "observed_at", "1": "metric", "2": "value", "3": "note"}, "metric": "", "dates": "dmy",
        "decimal": ",", "zone": "Europe/Berlin", "sheet": "",
    }  # fmt: skip
    found = metrics.look(kept)
    assert (found.new, found.known, found.faulty, found.is_sound) == (2, 0, 0, True)
    assert [(one.row, one.value, one.note) for one in found.first] == [
        (4, Decimal("5.25"), ""), (5, Decimal("1204.5"), "neue Scheibe"),
    ]  # fmt: skip
    assert Measurement.objects.count() == 0
    done = metrics.import_values(kept, by=olga)
    assert stored(scrap) == [(at(6, 11), Decimal("5.25")), (at(13, 13, 30), Decimal("1204.5"))]
    assert (done.batch.stored, done.batch.refused, len(done.batch.digest)) == (2, 0, 64)
