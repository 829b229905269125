"""A grinding shop with one metric whose values come every week."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from rest_framework.test import APIClient

from evidence.context import Actor, AuditContext, clock, in_force
from jobs.delivery import deliver
from jobs.models import OutboxMessage
from metrics import selectors
from metrics import services as metrics
from metrics.formulas import Declared, Input
from metrics.models import Measurement, Signal
from metrics.selectors import Reading
from metrics.states import Alarm, Better, Every, Family, FormulaKind
from people.models import Appointment, Process, Site, User
from people.selectors import system_user
from people.states import Authority

START = date(2025, 1, 6)  # a Monday
MONDAY = timedelta(days=2, hours=12)  # after a Friday evening: the week is over


def week(number: int) -> date:
    """The Monday of the week so many weeks after the start."""
    return START + timedelta(weeks=number)


def evening(number: int) -> datetime:
    """The Friday evening of that week."""
    return datetime.combine(week(number), datetime.min.time(), UTC) + timedelta(days=4, hours=18)


@pytest.fixture
def munich(db):
    return Site.objects.create(code="MUC", name="Munich")


@pytest.fixture
def hamburg(db):
    return Site.objects.create(code="HAM", name="Hamburg")


def appointed(username, site, *authorities):
    user = User.objects.create(username=username, password="!", full_name=username.title(), site=site)
    for authority in authorities:
        Appointment.objects.create(person=user, authority=authority, site=site)
    return user


@pytest.fixture
def olga(munich):
    return appointed("olga", munich, Authority.ENGINEER, Authority.PROCESS_OWNER)


@pytest.fixture
def axel(munich):
    return appointed("axel", munich, Authority.QUALITY_MANAGER)


@pytest.fixture
def pedro(munich):
    return appointed("pedro", munich, Authority.OPERATOR)


@pytest.fixture
def aud(munich):
    return appointed("aud", munich, Authority.AUDITOR)


@pytest.fixture
def sam(hamburg):
    return appointed("sam", hamburg, Authority.QUALITY_MANAGER)


@pytest.fixture
def robot(munich):
    return appointed("robot", munich, Authority.INTEGRATION)


@pytest.fixture
def system(db):
    return system_user()


@pytest.fixture
def grinding(munich, olga):
    return Process.objects.create(site=munich, code="GRIND", name="Grinding", owner=olga)


@pytest.fixture
def clock_at(system):
    """Set the clock of the audit context, as the demo plant does."""
    tokens = []

    def at(moment):
        context = in_force(AuditContext(Actor(system.pk, str(system)), at=moment))
        context.__enter__()
        tokens.append(context)

    yield at
    for context in reversed(tokens):
        context.__exit__(None, None, None)


@pytest.fixture
def scrap(munich, grinding, olga, clock_at):
    clock_at(evening(0))
    return metrics.create_metric(
        by=olga, site=munich, title="Scrap at the grinder", direction=Better.LOWER, unit="%", process=grinding,
        cadence=Every.WEEK, decimals=1, unit_value=Decimal(250),
    )  # fmt: skip


@pytest.fixture
def now(scrap, clock_at):
    """The evening of the ninth week, with the metric of the scrap."""
    clock_at(evening(9))
    return evening(9)


@pytest.fixture
def push(munich, robot, olga):
    """Send weekly values from the machine's account, beginning with a week; events are named by week."""
    source = metrics.create_source(by=olga, site=munich, code="mes", name="Machine data", account=robot)

    def send(metric, values, *, first):
        rows = [
            {"value": f"{value:.3f}", "observed_at": week(no).isoformat(), "event_id": f"{metric.number}-{no}"}
            for no, value in enumerate(values, start=first)
        ]  # fmt: skip
        return metrics.add_measurements(rows, by=robot, source=source, metrics=[metric], metric=metric.number)

    send.source = source
    return send


def client_of(user):
    """The API as an account of another system reaches it."""
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def source(munich, robot, olga):
    return metrics.create_source(by=olga, site=munich, code="mes", name="Machine data", account=robot)


@pytest.fixture
def machine(robot, source):
    return client_of(robot)


@pytest.fixture
def rejects(munich, grinding, olga, scrap):
    """Pieces rejected of those checked, each day."""
    return metrics.create_metric(
        by=olga, site=munich, title="Rejects", direction=Better.LOWER, unit="pcs", process=grinding,
        cadence=Every.DAY, family=Family.BINOMIAL,
    )  # fmt: skip


def normals(seed, mean, n, sigma=1.0):
    return list(np.random.default_rng(seed).normal(mean, sigma, n))


@pytest.fixture
def watched(scrap, push, olga, clock_at, system):
    """A gain from about 8 to about 5 % scrap, proven after 12 weeks; the clock stands at week 37."""
    clock_at(evening(24))
    push(scrap, normals(1, 8, 24), first=0)
    found = metrics.watch(scrap, protects=scrap, before=(week(0), week(23)), after_start=week(24), by=olga)
    clock_at(evening(36))
    push(scrap, normals(2, 5, 12), first=24)
    metrics.evaluate_metric(scrap, at=evening(36), by=system)
    return found.__class__.objects.get(pk=found.pk)


@pytest.fixture
def go_on(scrap, push, clock_at, system):
    """Send values from a week on, and evaluate on the evening of the last."""

    def send(values, *, first):
        last = first + len(values) - 1
        clock_at(evening(last))
        push(scrap, values, first=first)
        metrics.evaluate_metric(scrap, at=evening(last), by=system)

    return send


@pytest.fixture
def slipped(watched, scrap, push, clock_at, system):
    """Twelve weeks later the scrap is back at 8 %: the red signal of it."""
    clock_at(evening(48))
    push(scrap, normals(4, 8, 12), first=37)
    metrics.evaluate_metric(scrap, at=evening(48), by=system)
    return Signal.objects.get(alarm=Alarm.RED)


@pytest.fixture
def make(munich, grinding, olga, clock_at):
    """Add metrics that are reported weekly, measured ones and derived ones."""
    clock_at(evening(0))

    def made(title, *, formula=None, **facts):
        facts = {"direction": Better.LOWER, "cadence": Every.WEEK, **facts}
        return metrics.create_metric(by=olga, site=munich, title=title, process=grinding, formula=formula, **facts)

    return made


@pytest.fixture
def pieces(make):
    return make("Pieces made")


@pytest.fixture
def scrapped(make):
    return make("Scrap pieces")


def ratio(first, second, **facts):
    return Declared(FormulaKind.RATIO, (Input(first), Input(second)), **facts)


@pytest.fixture
def rate(make, pieces, scrapped):
    return make("Scrap rate", unit="%", formula=ratio(scrapped, pieces, factor=Decimal(100)))


@pytest.fixture
def enter(olga, clock_at):
    """Enter a value of a week by hand, on the Friday unless another day is said."""

    def sent(metric, number, value, n=1, day=4):
        if clock() < evening(number):
            clock_at(evening(number))
        source = metrics.hand_source(metric.site, by=olga)
        reading = Reading(metric.number, Decimal(str(value)), evening(number) + timedelta(days=day - 4), n=Decimal(n))
        receipt = metrics.add_measurements([reading], by=olga, source=source, metrics=[metric])
        assert receipt.refused == 0
        return Measurement.objects.get(pk=receipt.rows[0].uuid)

    return sent


def work():
    """Deliver what waits, until nothing does."""
    while keys := list(OutboxMessage.objects.filter(done_at=None).values_list("id", flat=True)):
        assert all(deliver(key) for key in keys)


@pytest.fixture
def monday_after(clock_at, system):
    """The clock stands on the Monday after that week, and what waits is done."""

    def at(number):
        clock_at(evening(number) + MONDAY)
        metrics.derive_new(at=evening(number) + MONDAY, by=system)
        work()

    return at


def values(metric):
    """By week, the values that count."""
    rows = selectors.counted(metric).order_by("observed_at")
    return {(row.observed_at.date() - week(0)).days // 7: row.value for row in rows}
