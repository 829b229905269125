"""`seed_chart`: a metric that is reported every day, with many values; prints its number."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand

from evidence.context import acting
from metrics import services as metrics
from metrics.states import Better, Every
from people import services as people
from people.models import Site

BEGIN = datetime(1972, 1, 1, 6, tzinfo=UTC)
MOST_DAYS = 19_000  # up to the year 2024: as many periods as there can be
CHUNK = 20_000


class Command(BaseCommand):
    help = "Make a metric and its values, as a machine would send them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--values", type=int, required=True)

    def handle(self, *, values: int, **options: Any) -> None:
        system = people.ensure_system_user()
        site = Site.objects.get(code="MAIN")
        with acting(system):
            metric = metrics.create_metric(
                by=system, site=site, title=f"{values:,} values", direction=Better.LOWER, unit="mm", cadence=Every.DAY
            )
            source = metrics.hand_source(site, by=system)
            metrics.take_in(
                _chunks(values), by=system, source=source, find={metric.number: metric}.get, metric=metric.number,
                digest=lambda: f"{values}".zfill(64),
            )  # fmt: skip
            metrics.sum_up(metric, by=system)
            metrics.freeze_phase(metric, name="Phase", start=BEGIN.date(), by=system)
        self.stdout.write(metric.number)


def _chunks(values: int) -> Iterator[list[dict[str, str]]]:
    days = min(values, MOST_DAYS)
    for start in range(0, values, CHUNK):
        yield [_row(at, days) for at in range(start, min(start + CHUNK, values))]


def _row(at: int, days: int) -> dict[str, str]:
    moment = BEGIN + timedelta(days=at % days, seconds=at // days)
    return {"value": f"{10 + at * 7919 % 977 / 100:.2f}", "observed_at": moment.isoformat()}
