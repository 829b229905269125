"""`time_evaluation`: what it costs to work through many watches, over loading their values and one pass of numpy."""

import gc
import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand
from django.db import connection, connections, transaction
from psycopg import Cursor

from benchmarks.measuring import interleaved
from evidence.context import acting
from jobs.models import OutboxMessage
from metrics import services as metrics
from metrics.models import Metric, NewPart, Source, Watch, WatchState
from metrics.states import Better, Every, WatchStatus
from people import services as people
from people.models import Site, User

BEGINNING = datetime(2015, 1, 5, 12, tzinfo=UTC)
BEFORE, AFTER = 24, 24
SLIPPING = 100  # every so many-th watch has lost half of its gain
LOAD = """
SELECT metric_id, extract(epoch FROM observed_at)::float8, value::float8 FROM metrics_measurement
WHERE metric_id = ANY(%s)
"""


class Command(BaseCommand):
    help = "Time the evaluation of all watches from scratch and with one new value each; prints JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watches", type=int, required=True)
        parser.add_argument("--points", type=int, required=True)
        parser.add_argument("--rounds", type=int, required=True)

    def handle(self, *, watches: int, points: int, rounds: int, **options: Any) -> None:
        gc.freeze()  # as in the processes of the product: neither side pays for what was loaded before
        gc.set_threshold(20_000, 20, 50)
        system = people.ensure_system_user()
        with acting(system):
            with transaction.atomic():
                plant = Plant(system, watches, points, rounds)
                plant.make()
            with connections["owner"].cursor() as cursor:  # as the database does by itself, only later
                cursor.execute("VACUUM ANALYZE metrics_measurement")
            self.stdout.write(json.dumps(plant.measure(rounds)))


class Plant:
    """Many watched metrics of one source."""

    def __init__(self, system: User, watches: int, points: int, rounds: int) -> None:
        self.system, self.points = system, points
        self.site = Site.objects.get(code="MAIN")
        self.source = Source.objects.create(site=self.site, code="MANY", name="Many")
        self.metrics = [
            metrics.create_metric(by=system, site=self.site, title=f"Bore {number}", direction=Better.LOWER, unit="mm",
                                  cadence=Every.WEEK)
            for number in range(watches)
        ]  # fmt: skip
        self.keys = [metric.pk for metric in self.metrics]
        self.next = points
        self.end = BEGINNING + timedelta(weeks=points + rounds + 2)

    def make(self) -> None:
        """Values, and watches that were proven long ago."""
        rng = np.random.default_rng(20261127)
        for some in range(0, len(self.metrics), 100):
            rows = [row for metric in self.metrics[some : some + 100] for row in self.series(metric, rng)]
            self.take(rows)
        days = [(BEGINNING + timedelta(weeks=week)).date() for week in (0, BEFORE - 1, BEFORE, BEFORE + AFTER - 1)]
        for metric in self.metrics:
            watch = Watch(
                metric=metric, protects=metric, status=WatchStatus.HOLDING, before_start=days[0], before_end=days[1],
                after_start=days[2], after_end=days[3], before_mean=13.0, after_mean=10.0, sigma=1.0,
            )  # fmt: skip
            watch.save()
        NewPart.objects.all().delete()

    def series(self, metric: Metric, rng: np.random.Generator) -> Iterator[dict[str, str]]:
        """A gain of three, and since then values on both sides of the mean in turn, or half of the gain lost."""
        slips = self.keys.index(metric.pk) % SLIPPING == SLIPPING - 1
        gained = [*rng.normal(13, 1, BEFORE), *rng.normal(10, 1, AFTER)]
        left = self.points - len(gained)
        pairs = rng.choice([0.6, 1.6], (left // 2 + 1, 1)) * [1, -1]
        sides = rng.permuted(pairs, axis=1).ravel()[:left]
        since = np.mean(gained[BEFORE:]) + sides + (1.5 if slips else 0.0)
        for week, value in enumerate([*gained, *since]):
            yield self.row(metric, week, value)

    def row(self, metric: Metric, week: int, value: float) -> dict[str, str]:
        at = BEGINNING + timedelta(weeks=week)
        return {
            "metric": metric.number, "value": f"{value:.3f}", "observed_at": at.isoformat(),
            "event_id": f"{metric.pk}-{week}",
        }  # fmt: skip

    def take(self, rows: list[dict[str, str]]) -> None:
        receipt = metrics.add_measurements(rows, by=self.system, source=self.source, metrics=self.metrics)
        if receipt.refused:
            raise RuntimeError(f"A value was refused: {receipt.rows[0].message}")

    def measure(self, rounds: int) -> dict[str, float]:
        """Medians in milliseconds; `handed` is how many watches an evaluation of their own was asked for."""
        self.afresh()
        OutboxMessage.objects.all().delete()  # of those that had no state yet
        taken = interleaved({"scratch": self.afresh, "load": self.load}, rounds=rounds, warm_up=0)
        handed = OutboxMessage.objects.filter(task="metrics.evaluate_metric").count()
        steps = sorted(self.one_more() for _ in range(rounds + 1))
        return {**taken, "one_more": steps[len(steps) // 2], "handed": handed}

    def afresh(self) -> None:
        with transaction.atomic():
            metrics.evaluate_afresh(self.keys, at=self.end, by=self.system)

    def load(self) -> None:
        """All values once, and the mean and spread of each metric."""
        with Cursor(connection.connection) as cursor:
            rows = cursor.execute(LOAD, [self.keys], binary=True).fetchall()
        keys, values = np.array([row[0] for row in rows]), np.array([row[2] for row in rows])
        _known, place = np.unique(keys, return_inverse=True)
        n = np.bincount(place)
        mean = np.bincount(place, weights=values) / n
        np.sqrt(np.bincount(place, weights=(values - mean[place]) ** 2) / n)

    def one_more(self) -> float:
        """The time to go on with one new value for each watch."""
        self.take([self.row(metric, self.next, 10.0 + (1.1 if self.next % 2 else -1.1)) for metric in self.metrics])
        self.next += 1
        began = time.perf_counter()
        metrics.evaluate_new(at=self.end, by=self.system)
        taken = (time.perf_counter() - began) * 1000
        if WatchState.objects.filter(memory=None).exists():
            raise RuntimeError("A watch remembers nothing.")
        return taken
