"""Going on from what watches remember says what working through all values says, and hands on all else."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.models import OutboxMessage
from metrics import services as metrics
from metrics.models import Measurement, NewPart, WatchState
from metrics.states import Alarm
from tests.metrics.conftest import evening, normals, week

SHOWN = ("s_amber", "s_red", "loss", "last_period", "now", "kept", "kept_low", "kept_high", "n_now", "since")


@pytest.fixture
def come(scrap, push, clock_at, system):
    """Send values from a week on, and go on with what is new on the evening of the last. Returns what was handed on."""

    def send(values, *, first):
        at = evening(max(first + len(values) - 1, 36))
        clock_at(at)
        push(scrap, values, first=first)
        return new(at, system)

    return send


def new(at, system):
    OutboxMessage.objects.all().delete()
    metrics.evaluate_new(at=at, by=system)
    return handed_on()


def handed_on():
    return OutboxMessage.objects.filter(task="metrics.evaluate_metric").count()


def remembered(watch):
    state = WatchState.objects.get(watch=watch)
    return state.memory, state.pending_period, state.pending_total, state.pending_weight


def shown(watch):
    return {name: WatchState.objects.get(watch=watch).summary.get(name) for name in SHOWN}


def test_what_holds_is_told_in_figures_and_nobody_is_asked(watched, scrap, come, system):
    come([5.1], first=37)  # from all values: nothing was remembered yet
    assert come([4.9, 5.2, 5.0], first=38) == 0
    quick = shown(watched)
    words = WatchState.objects.get(watch=watched).summary["words"]
    metrics.evaluate_metric(scrap, at=evening(40), by=system)
    assert quick == pytest.approx(shown(watched))
    assert WatchState.objects.get(watch=watched).summary["words"] == words
    assert not NewPart.objects.exists()


def test_going_on_reads_what_is_new_and_no_more(watched, come, django_assert_num_queries):
    come([5.1], first=37)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("metrics.services.advancing.calibrate", None)  # nothing is worked out from the beginning
        assert come([5.0, 5.3], first=38) == 0


def test_the_newest_period_grows_as_its_values_come(watched, scrap, come, push, clock_at, system):
    come([5.1], first=37)
    clock_at(evening(38))
    for _ in range(3):
        rows = [{"value": "4.7", "observed_at": evening(38).isoformat()}]
        metrics.add_measurements(rows, by=push.source.account, source=push.source, metrics=[scrap], metric=scrap.number)
        assert new(evening(38), system) == 0
    assert remembered(watched)[2:] == (pytest.approx(14.1), 3)
    gone_on = remembered(watched)
    metrics.evaluate_afresh([scrap.pk], at=evening(38), by=system)
    assert remembered(watched) == gone_on


def test_a_slip_is_handed_on_and_so_is_its_end(watched, scrap, come, push, clock_at, system):
    come([5.1], first=37)
    assert come(normals(5, 8.5, 6), first=38) == 1
    assert not scrap.signals.exists()
    metrics.evaluate_metric(scrap, at=evening(43), by=system)
    assert scrap.signals.filter(alarm=Alarm.RED).exists()


def test_a_wild_value_is_handed_on_once(watched, scrap, come, system):
    come([5.1], first=37)
    assert come([30.0], first=38) == 1
    metrics.evaluate_metric(scrap, at=evening(38), by=system)
    assert scrap.signals.get().alarm == Alarm.SPIKE
    assert come([5.0], first=39) == 0


def test_late_and_corrected_values_make_a_memory_again(watched, scrap, come, push, clock_at, system, olga):
    come([5.1], first=37)
    come([5.2], first=40)
    assert come([4.8], first=38) == 0
    late = remembered(watched)
    metrics.evaluate_afresh([scrap.pk], at=evening(40), by=system)
    assert remembered(watched) == late
    newest = Measurement.objects.get(metric=scrap, observed_at__date=week(38))
    metrics.correct_value(scrap, by=olga, measurement=newest, reason="typing error", value="5.4")
    assert new(evening(40), system) == 0
    assert remembered(watched) != late
    metrics.evaluate_metric(scrap, at=evening(40), by=system)
    assert shown(watched)["now"] == pytest.approx((5.1 + 5.4 + 5.2) / 3)


def test_a_value_of_the_evening_before_is_of_the_period_before(watched, scrap, come, push, robot, system):
    """The newest period begins on Monday: what was observed on Sunday is late, however near."""
    come([5.1], first=37)
    come([5.2], first=40)
    row = {"value": "9.5", "observed_at": (week(40) - timedelta(days=1)).isoformat()}
    metrics.add_measurements([row], by=robot, source=push.source, metrics=[scrap], metric=scrap.number)
    new(evening(40), system)
    found = remembered(watched)
    assert found[2] == pytest.approx(5.2)
    metrics.evaluate_afresh([scrap.pk], at=evening(40), by=system)
    assert remembered(watched) == found


def test_a_correction_of_the_newest_value_takes_its_place(watched, scrap, come, system, olga):
    come([5.1], first=37)
    come([5.2], first=38)
    metrics.correct(
        Measurement.objects.get(metric=scrap, observed_at__date=week(38)), by=olga, reason="typing error", value="4"
    )
    new(evening(38), system)
    assert remembered(watched)[2] == pytest.approx(4)


def test_what_was_read_from_the_beginning_is_new_no_more(watched, scrap, come, push, clock_at, system):
    come([5.1], first=37)
    clock_at(evening(38))
    push(scrap, [5.3], first=38)
    metrics.evaluate_afresh([scrap.pk], at=evening(38), by=system)
    known = remembered(watched)
    metrics.evaluate_new(at=evening(38), by=system)
    assert remembered(watched) == known


def test_an_excluded_value_is_forgotten(watched, scrap, come, system, olga):
    come([5.1, 5.0, 5.2], first=37)
    value = Measurement.objects.get(metric=scrap, observed_at__date=week(38))
    metrics.exclude(scrap, by=olga, measurement=value, reason="trial run")
    new(evening(39), system)
    assert shown(watched)["now"] == pytest.approx(5.15)


def test_values_that_come_again_end_a_silence(watched, scrap, come, system):
    metrics.find_silent(at=evening(44), by=system)
    assert scrap.signals.filter(alarm=Alarm.SILENT, concluded_at=None).exists()
    assert come([5.0], first=45) == 1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(37, 47)),
    pieces=st.lists(st.integers(1, 4), min_size=10, max_size=10),
    seed=st.integers(0, 99),
)
def test_whatever_the_order_and_the_pieces_the_memory_is_that_of_the_values(
    watched, scrap, push, clock_at, system, order, pieces, seed
):
    clock_at(evening(50))
    values = dict(zip(range(37, 47), normals(seed, 5, 10), strict=True))
    with transaction.atomic():
        waiting = list(order)
        for size in pieces:
            for number in waiting[:size]:
                push(scrap, [values[number]], first=number)
            waiting = waiting[size:]
            metrics.evaluate_new(at=evening(50), by=system)
        gone_on = remembered(watched)
        OutboxMessage.objects.all().delete()
        metrics.evaluate_afresh([scrap.pk], at=evening(50), by=system)
        assert remembered(watched) == gone_on
        quick = shown(watched)
        metrics.evaluate_metric(scrap, at=evening(50), by=system)
        assert handed_on() or quick == pytest.approx(shown(watched))
        transaction.set_rollback(True)
