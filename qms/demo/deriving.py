"""Metrics worked out from others: the share of scrap of a press with its watch, and the defects of a line together."""

import random
from decimal import Decimal
from typing import Any

from evidence import services as evidence
from metrics import services as metrics
from metrics.formulas import Declared, Input
from metrics.models import Metric
from metrics.selectors import Reading
from metrics.states import Better, ChartKind, Family, FormulaKind, Take
from people.models import User
from qms.demo import people
from qms.demo.plant import Plant, Story

FIRST, IMPROVED, LAST = 6, 34, 62
NOT_COUNTED = 47  # the week in which nobody wrote down how many pieces were pressed


def worked_out(plant: Plant) -> Story:
    """Scrap and pieces are counted every week; the share follows from them, and a better level of it is watched."""
    yield plant.day(61, 5, 10)
    with plant.acting("olga") as person:
        pieces, scrapped = _counted(plant, person)
        share = _made(
            person,
            "PRESS",
            "Share of scrap at the press",
            Declared(FormulaKind.RATIO, (Input(scrapped), Input(pieces))),
            family=Family.BINOMIAL,
            chart=ChartKind.P,
            decimals=4,
            target=Decimal("0.02"),
        )
        smooth = _made(
            person,
            "PRESS",
            "Scrap at the press, four weeks",
            Declared(FormulaKind.ROLLING, (Input(share, take=Take.MEAN),), factor=Decimal(100), over=4),
            unit="%",
        )
        kinds = Metric.objects.filter(title__endswith="at final assembly", family=Family.POISSON).order_by("number")
        together = _made(
            person,
            "ASSY",
            "Defects at final assembly, all kinds",
            Declared(FormulaKind.SUM, tuple(Input(one) for one in kinds)),
            family=Family.POISSON,
            chart=ChartKind.C,
            decimals=0,
        )
    _work_out(plant, share, smooth, together)
    _watched(plant, share)
    yield plant.day(61, 5, 11)
    with plant.acting("olga") as person:
        formula = Declared(FormulaKind.RATIO, (Input(scrapped), Input(pieces)), factor=Decimal(100), over=4)
        reason = "A mean of shares weighs a short week like a long one."
        metrics.change_formula(Metric.objects.get(pk=smooth.pk), by=person, formula=formula, reason=reason)


def _counted(plant: Plant, person: User) -> tuple[Metric, Metric]:
    drawn = random.Random("press")  # noqa: S311 - numbers of a story
    where = people.process("PRESS")
    facts: dict[str, Any] = {"site": where.site, "process": where, "decimals": 0, "unit": "pieces"}
    pieces = metrics.create_metric(by=person, title="Pieces pressed", direction=Better.HIGHER, **facts)
    scrapped = metrics.create_metric(by=person, title="Pieces scrapped at the press", direction=Better.LOWER, **facts)
    readings = []
    for week in range(FIRST, LAST):
        n = drawn.randint(780, 1150)
        share = 0.031 if week < IMPROVED else 0.019
        bad = sum(drawn.random() < share for _piece in range(n))
        given = [(scrapped, bad)] if week == NOT_COUNTED else [(scrapped, bad), (pieces, n)]
        readings += [
            Reading(
                metric=metric.number,
                value=Decimal(value),
                observed_at=plant.day(week, 4, 15),
                event_id=f"{metric.number}-{week}",
            )
            for metric, value in given
        ]
    source = metrics.hand_source(where.site, by=person)
    metrics.add_measurements(readings, by=person, source=source, metrics=[pieces, scrapped])
    return pieces, scrapped


def _made(person: User, process: str, title: str, formula: Declared, **facts: Any) -> Metric:
    where = people.process(process)
    given: dict[str, Any] = {"site": where.site, "process": where, "direction": Better.LOWER, **facts}
    return metrics.create_metric(by=person, title=title, formula=formula, **given)


def _work_out(plant: Plant, *derived: Metric) -> None:
    """What the jobs of the next minutes would do."""
    with evidence.demonstrating(plant.system, at=plant.now):
        for metric in derived:
            metrics.derive(metric, at=plant.now, by=plant.system, afresh=True)


def _watched(plant: Plant, share: Metric) -> None:
    """What was reached is an objective, and stays one."""
    with plant.acting("axel") as person:
        objective = metrics.set_objective(
            by=person,
            site=share.site,
            title="At most two of a hundred pressed pieces are scrap",
            process=share.process,
            metric=share,
            baseline=Decimal("0.031"),
            target=Decimal("0.02"),
            due=plant.on(70),
            what="The settings card stays at the press; the die is looked at every Monday.",
            evaluation="The chart of the metric: the mean of the newest three values.",
        )
        metrics.agree(objective, by=person)
        before = (plant.on(FIRST), plant.on(IMPROVED - 1))
        metrics.watch(share, protects=objective, before=before, after_start=plant.on(IMPROVED), by=person)
