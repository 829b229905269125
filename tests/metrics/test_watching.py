"""A gain is proven, holds, slips, is answered and recovers: small stories on a real database."""

from datetime import timedelta

import pytest

from evidence.refusals import Refused
from metrics import selectors
from metrics import services as metrics
from metrics.models import Phase, Signal, Watch
from metrics.signals import backslid
from metrics.states import Alarm, SignalStatus, WatchStatus
from records.models import Action, Notification
from tests.metrics.conftest import evening, normals, week


@pytest.fixture
def heard():
    calls = []

    def listen(sender, **facts):
        calls.append(facts)

    backslid.connect(listen)
    yield calls
    backslid.disconnect(listen)


def standing(alarm):
    return Signal.objects.filter(alarm=alarm, concluded_at__isnull=True)


def test_watch_starts_unproven_and_is_proven_by_twelve_values_after(scrap, push, olga, system, clock_at):
    clock_at(evening(34))
    push(scrap, normals(1, 8, 24), first=0)
    push(scrap, normals(2, 5, 11), first=24)
    watch = metrics.watch(scrap, protects=scrap, before=(week(0), week(23)), after_start=week(24), by=olga)
    metrics.evaluate_metric(scrap, at=evening(34), by=system)
    watch.refresh_from_db()
    assert (watch.status, watch.why_not) == (WatchStatus.UNPROVEN, "too-few-values")
    clock_at(evening(35))
    push(scrap, [5.0], first=35)
    metrics.evaluate_metric(scrap, at=evening(35), by=system)
    watch.refresh_from_db()
    assert (watch.status, watch.after_end) == (WatchStatus.HOLDING, week(36) - timedelta(days=1))
    assert list(Phase.objects.values_list("name", "n")) == [("Before", 24), ("After", 12)]


def test_watch_in_words_tells_delay_and_false_alarms(watched):
    words = selectors.progress(watched, at=evening(36)).words
    assert words == (
        "holding; a loss of 50 % of the gain would be noticed in about 5 weeks; about one false alarm in 10 years"
    )


def test_gain_that_slips_goes_amber_then_red_and_says_so_once(watched, go_on, heard):
    go_on(normals(3, 5, 10), first=37)
    statuses = []
    for i, value in enumerate(normals(4, 6.6, 20)):
        go_on([value], first=47 + i)
        watched.refresh_from_db()
        statuses.append(watched.status)
    assert [status for status, before in zip(statuses, ["", *statuses], strict=False) if status != before][:3] == [
        WatchStatus.HOLDING,
        WatchStatus.AMBER,
        WatchStatus.BACKSLIDING,
    ]
    red = standing(Alarm.RED).get()
    assert [facts["red"] for facts in heard] == [red]
    assert week(44) <= red.onset <= week(52)
    assert red.origin_id == watched.protects_id
    assert red.facts["loss_low"] < 0.53 < red.facts["loss_high"]
    assert standing(Alarm.AMBER).count() == 1


def test_evaluating_again_changes_nothing(watched, go_on, heard, system, scrap):
    go_on(normals(4, 8, 12), first=37)
    before = list(Signal.objects.values_list("number", "status", "version"))
    metrics.evaluate_metric(scrap, at=evening(48), by=system)
    assert list(Signal.objects.values_list("number", "status", "version")) == before
    assert len(heard) == 1


def test_progress_gives_before_after_now_and_the_share_kept(watched, go_on):
    go_on(normals(4, 8, 12), first=37)
    watched.refresh_from_db()
    found = selectors.progress(watched, at=evening(48))
    assert (round(found.before), round(found.after), round(found.now)) == (8, 5, 8)
    assert found.kept_low < 0 < found.kept_high or found.kept < 0.3
    assert found.accrued > 1000
    assert not found.holds


def test_false_alarm_brings_the_watch_back_and_the_detector_starts_anew(watched, go_on, olga, scrap, system):
    go_on(normals(4, 7, 8), first=37)
    amber = standing(Alarm.AMBER).first()
    red = standing(Alarm.RED).first()
    metrics.dismiss(red or amber, by=olga, reason="scale was not zeroed")
    metrics.evaluate_metric(scrap, at=evening(44), by=system)
    watched.refresh_from_db()
    assert watched.status == WatchStatus.HOLDING
    assert selectors.replay(watched, at=evening(44)).evaluation.s_red == 0
    assert not standing(Alarm.AMBER).exists()


def test_corrected_data_take_the_alarm_back(watched, go_on, olga, scrap, system):
    go_on(normals(4, 9, 8), first=37)
    assert standing(Alarm.RED).exists()
    for row in scrap.measurements.filter(observed_at__date__gte=week(37)):
        metrics.correct(row, by=olga, reason="entered for the wrong line", value="5.1")
    metrics.evaluate_metric(scrap, at=evening(44), by=system)
    watched.refresh_from_db()
    signals = Signal.objects.filter(alarm__in=[Alarm.AMBER, Alarm.RED])
    assert {(signal.status, signal.superseded) for signal in signals} == {
        (SignalStatus.IN_CAPA, True)
    }  # people close it
    assert watched.status == WatchStatus.HOLDING


def test_backslide_is_answered_and_verified_by_the_same_detector(watched, go_on, axel, system):
    go_on(normals(4, 8.5, 8), first=37)
    red = standing(Alarm.RED).get()
    metrics.take_into_capa(red, by=axel, note="MUC-CAPA-2025-0001")
    metrics.start_recovery(watched, since=week(45), by=axel)
    assert selectors.effect_since(watched, since=week(45), least_values=8, at=evening(44)).verdict == "inconclusive"
    go_on(normals(5, 5, 8), first=45)
    watched.refresh_from_db()
    assert watched.status == WatchStatus.RECOVERING
    effect = selectors.effect_since(watched, since=week(45), least_values=8, at=evening(52))
    assert (effect.verdict, effect.snapshot["n"]) == ("effective", 8)
    metrics.confirm_recovery(watched, by=axel)
    watched.refresh_from_db()
    assert watched.status == WatchStatus.HOLDING
    run = selectors.replay(watched, at=evening(52))
    assert run.evaluation.s_red == pytest.approx(run.calibration.h_red / 2)
    assert not Signal.objects.filter(alarm=Alarm.RED, concluded_at__isnull=True).exists()


def test_correction_that_did_not_work_is_ineffective(watched, go_on, axel):
    go_on(normals(4, 8.5, 8), first=37)
    metrics.start_recovery(watched, since=week(45), by=axel)
    go_on(normals(5, 8.5, 8), first=45)
    assert selectors.effect_since(watched, since=week(45), least_values=8, at=evening(52)).verdict == "ineffective"


def test_silence_overlays_the_watch_and_ends_with_the_next_value(watched, scrap, push, clock_at, system):
    clock_at(evening(39))
    assert metrics.find_silent(at=evening(39), by=system) == 1
    watched.refresh_from_db()
    assert (watched.status, watched.silent_since) == (WatchStatus.HOLDING, week(36))
    assert standing(Alarm.SILENT).count() == 1
    assert not selectors.progress(watched, at=evening(39)).holds
    push(scrap, [5.0, 5.2], first=37)
    push(scrap, [5.1], first=39)
    metrics.evaluate_metric(scrap, at=evening(39), by=system)
    watched.refresh_from_db()
    assert watched.silent_since is None
    assert Signal.objects.get(alarm=Alarm.SILENT).status == SignalStatus.RECOVERED


def test_the_first_missing_value_is_told_to_the_owner_the_second_to_who_leads_the_third_is_acted_on(
    watched, scrap, push, clock_at, system, olga, sven
):
    def missed(number):
        clock_at(evening(number))
        for _hour in range(2):  # the clock asks again and again
            metrics.find_silent(at=evening(number), by=system)
        said = Notification.objects.filter(key__regex="^(missing|silent)-").order_by("pk")
        return list(said.values_list("person__username", flat=True)), Action.objects.filter(topic="silent")

    assert missed(36)[0] == []
    told, actions = missed(37)
    assert (told, actions.count()) == (["olga"], 0)
    told, actions = missed(38)
    assert (sorted(told), actions.count()) == (["olga", "olga", "sven"], 0)
    told, actions = missed(39)
    assert [(action.who, action.record_id, action.status) for action in actions] == [
        (olga, Signal.objects.get(alarm=Alarm.SILENT).pk, "open")
    ]
    assert len(told) == 3
    push(scrap, [5.0, 5.1, 5.0, 5.2], first=36)
    missed(39)
    assert (actions.get().status, Signal.objects.get(alarm=Alarm.SILENT).status) == ("withdrawn", "recovered")


def test_a_silence_that_a_person_answered_asks_nobody_to_act_any_longer(watched, clock_at, system, olga):
    clock_at(evening(39))
    metrics.find_silent(at=evening(39), by=system)
    assert Action.objects.get(topic="silent").status == "open"
    metrics.dismiss(Signal.objects.get(alarm=Alarm.SILENT), by=olga, reason="The plant stands still in August.")
    metrics.find_silent(at=evening(39), by=system)
    assert Action.objects.get(topic="silent").status == "withdrawn"


def test_a_silence_that_was_answered_is_told_once_and_the_next_one_anew(watched, scrap, push, clock_at, system, olga):
    def silent(number):
        clock_at(evening(number))
        metrics.find_silent(at=evening(number), by=system)
        return list(Signal.objects.filter(alarm=Alarm.SILENT).order_by("pk").values_list("status", flat=True))

    assert silent(39) == ["new"]
    metrics.dismiss(Signal.objects.get(alarm=Alarm.SILENT), by=olga, reason="The plant stands still in August.")
    assert silent(40) == ["false-alarm"]
    watched.refresh_from_db()
    assert watched.silent_since == week(36)
    clock_at(evening(41))
    push(scrap, [5.1], first=41)
    assert silent(44) == ["false-alarm", "new"]


def test_a_flat_line_is_told_once_and_ends_when_values_vary(watched, go_on, olga):
    def told():
        return list(Signal.objects.filter(alarm=Alarm.STUCK).order_by("pk").values_list("status", flat=True))

    go_on([5.0] * 4, first=37)
    assert told() == []
    go_on([5.0], first=41)
    assert told() == ["new"]
    metrics.dismiss(Signal.objects.get(alarm=Alarm.STUCK), by=olga, reason="The scale shows whole percents.")
    go_on([5.0], first=42)
    assert told() == ["false-alarm"]
    go_on([5.3, *[4.9] * 5], first=43)
    assert told() == ["false-alarm", "new"]
    go_on([5.2], first=49)
    assert told() == ["false-alarm", "recovered"]
    watched.refresh_from_db()
    assert watched.status == WatchStatus.HOLDING


def test_a_gain_that_corrected_values_no_longer_show_is_claimed_no_longer(watched, scrap, go_on, olga, system):
    """A detector of no gain notices nothing: the watch must not say that it holds."""
    for row in scrap.measurements.filter(observed_at__date__gte=week(24)):
        metrics.correct(row, by=olga, reason="read at the wrong scale", value=str(row.value + 3))
    metrics.evaluate_metric(scrap, at=evening(36), by=system)
    watched.refresh_from_db()
    assert (watched.status, watched.after_end, watched.why_not) == (WatchStatus.UNPROVEN, None, "no-gain")
    assert "not clearly better" in selectors.progress(watched, at=evening(36)).words
    go_on(normals(6, 5, 18), first=36)
    watched.refresh_from_db()
    assert watched.status == WatchStatus.HOLDING


def test_no_watch_without_enough_values_before(scrap, push, olga, clock_at):
    clock_at(evening(12))
    push(scrap, normals(1, 8, 11), first=0)
    with pytest.raises(Refused) as refused:
        metrics.watch(scrap, protects=scrap, before=(week(0), week(10)), after_start=week(11), by=olga)
    assert refused.value.code == "too-few-before"
    with pytest.raises(Refused) as refused:
        metrics.watch(scrap, protects=scrap, before=(week(0), week(11)), after_start=week(11), by=olga)
    assert refused.value.code == "phases-in-disorder"
    assert not Watch.objects.exists()


def test_storing_does_not_fail_because_evaluating_does(watched, scrap, push, clock_at, monkeypatch, system):
    monkeypatch.setattr(selectors, "replay", lambda *_, **__: 1 / 0)
    clock_at(evening(37))
    assert push(scrap, [5.0], first=37).stored == 1
    with pytest.raises(ZeroDivisionError):
        metrics.evaluate_metric(scrap, at=evening(37), by=system)
    assert scrap.measurements.count() == 37


def test_evaluation_takes_the_same_number_of_queries_whatever_the_history(
    watched, go_on, scrap, system, django_assert_max_num_queries
):
    with django_assert_max_num_queries(22):
        metrics.evaluate_metric(scrap, at=evening(36), by=system)
    go_on(normals(3, 5, 60), first=37)
    with django_assert_max_num_queries(22):
        metrics.evaluate_metric(scrap, at=evening(96), by=system)


def test_watched_metric_cannot_be_retired_or_turned_round(watched, scrap, axel):
    scrap.refresh_from_db()
    with pytest.raises(Refused) as refused:
        metrics.retire(scrap, by=axel, reason="not needed")
    assert refused.value.code == "watched"
    with pytest.raises(Refused) as refused:
        metrics.edit_metric(scrap, by=axel, direction="higher")
    assert refused.value.code == "watched"


def test_corrected_data_end_an_amber_that_nobody_has_taken_up(watched, go_on, olga, scrap, system):
    for number, value in enumerate([6.4] * 10, start=37):
        go_on([value + number / 1000], first=number)
        if standing(Alarm.AMBER).exists():
            break
    for row in scrap.measurements.filter(observed_at__date__gte=week(37)):
        metrics.correct(row, by=olga, reason="entered for the wrong line", value="5.1")
    metrics.evaluate_metric(scrap, at=evening(46), by=system)
    amber = Signal.objects.get(alarm=Alarm.AMBER)
    assert (amber.status, amber.superseded) == (SignalStatus.EXPLAINED, True)
