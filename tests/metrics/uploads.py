"""Files of values as people bring them, and what the look and the batch made of them."""

import io
from datetime import UTC, datetime

import xlsxwriter

from metrics import selectors
from metrics import services as metrics
from metrics.files import Layout
from metrics.models import Measurement, ValueImport

URL = "/value-imports/"


def csv(text: str, *, encoding: str = "utf-8", name: str = "values.csv") -> io.BytesIO:
    file = io.BytesIO(text.encode(encoding))
    file.name = name
    return file


def workbook(*rows) -> io.BytesIO:
    """The rows on a sheet; numbers and days as a person types them."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "dd.mm.yyyy"})
    sheet = book.add_worksheet()
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
    found = selectors.look(kept)
    return found.new, found.known, found.faulty


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 1, day, hour, minute, tzinfo=UTC)
