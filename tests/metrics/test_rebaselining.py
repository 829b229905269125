"""A better level becomes the standard only while the gain holds, proven anew, by people who may."""

import pytest

from evidence.models import Event
from metrics import permissions, selectors
from metrics import services as metrics
from metrics.models import Signal, Watch
from metrics.states import Alarm, WatchStatus
from tests.cast import refusal
from tests.metrics.conftest import evening, normals, week

WHY = "The new fixture halved it again"


def test_the_better_level_is_protected_from_then_on(watched, scrap, go_on, axel):
    go_on([*normals(3, 5, 4), *normals(4, 2, 14)], first=37)
    assert Signal.objects.filter(alarm=Alarm.BETTER, concluded_at=None).exists()
    metrics.rebaseline(scrap, by=axel, watch=watched, since=week(41), reason=WHY)
    watched.refresh_from_db()
    assert (watched.status, watched.after_start) == (WatchStatus.HOLDING, week(41))
    assert watched.after_mean == pytest.approx(2, abs=0.6)
    assert not Signal.objects.filter(alarm=Alarm.BETTER, concluded_at=None).exists()
    assert Event.objects.get(verb="new level set").data["since"] == week(41).isoformat()
    go_on(normals(5, 5, 6), first=55)  # as good as the first standard, and a loss of the second
    watched.refresh_from_db()
    assert watched.status in (WatchStatus.BACKSLIDING, WatchStatus.LOST)


def test_a_level_is_not_set_while_a_slip_is_open(watched, scrap, go_on, axel):
    go_on(normals(5, 8.5, 14), first=37)
    watched.refresh_from_db()
    assert watched.status in (WatchStatus.BACKSLIDING, WatchStatus.LOST)
    with refusal("alarm-open"):
        metrics.rebaseline(scrap, by=axel, watch=watched, since=week(37), reason=WHY)
    assert watched.__class__.objects.get(pk=watched.pk).after_start == week(24)


def test_a_level_must_be_proven_and_come_after_the_first(watched, scrap, go_on, axel):
    go_on(normals(3, 5, 6), first=37)
    with refusal("not-proven"):
        metrics.rebaseline(scrap, by=axel, watch=watched, since=week(38), reason=WHY)
    with refusal("phases-in-disorder"):
        metrics.rebaseline(scrap, by=axel, watch=watched, since=week(20), reason=WHY)
    with refusal("reason-missing"):
        metrics.rebaseline(scrap, by=axel, watch=watched, since=week(38), reason=" x ")


def test_who_may_set_a_level(scrap, olga, axel, pedro, sam):
    allowed = {person.username: permissions.may_rebaseline(person, scrap) for person in (olga, axel, pedro, sam)}
    assert (allowed[pedro.username], allowed[sam.username]) == (False, False)
    assert any(allowed.values())


def test_what_is_usual_for_the_season_is_no_slip(munich, grinding, olga, push, clock_at, system):
    clock_at(evening(0))
    energy = metrics.create_metric(
        by=olga, site=munich, title="Energy", direction="lower", unit="kWh", process=grinding, season=13
    )
    pattern = [1 + 0.4 * (number % 13 in (3, 4, 5, 6)) for number in range(120)]

    def send(values, first):
        clock_at(evening(first + len(values) - 1))
        push(energy, [value * pattern[first + i] for i, value in enumerate(values)], first=first)

    send(normals(31, 13, 39), 0)
    watch = metrics.watch(energy, protects=energy, before=(week(0), week(38)), after_start=week(39), by=olga)
    send(normals(32, 10, 26), 39)
    metrics.evaluate_metric(energy, at=evening(64), by=system)
    send(normals(33, 10, 45), 65)
    metrics.evaluate_metric(energy, at=evening(109), by=system)
    watch.refresh_from_db()
    assert watch.status == WatchStatus.HOLDING
    assert not Signal.objects.filter(watch=watch).exists()
    progress = selectors.progress(Watch.objects.get(pk=watch.pk), at=evening(109))
    assert progress.kept == pytest.approx(1, abs=0.15)
