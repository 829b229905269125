"""The detector: its design against published tables, and what it makes of series."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.detector import (
    Calibration,
    Direction,
    Disposition,
    Family,
    Kind,
    Point,
    Settings,
    State,
    calibrate,
    detectability,
    evaluate,
    run_length,
    siegmund,
    threshold,
)
from metrics.detector.families import NormalReference

DATA = Path(__file__).parents[1] / "data" / "spc"
ARLS = [row for row in csv.DictReader((DATA / "arl_tables.csv").open()) if row["scheme"].startswith("cusum")]
DESIGNS = list(csv.DictReader((DATA / "cusum_h_design_one_sided.csv").open()))
EXAMPLES = {row["id"]: row for row in json.loads((DATA / "worked_examples.json").read_text())}
LOWER = Settings(Direction.LOWER)
REGRESSIONS = frozenset({Kind.AMBER, Kind.RED})


def series(values, *, first=1, exposure=1.0):
    return [Point(first + i, None if x is None else float(x), exposure) for i, x in enumerate(values)]


def normals(seed, mean, n, sigma=1.0):
    return list(np.random.default_rng(seed).normal(mean, sigma, n))


def calibrated(seed=1, *, gain=3.0, how=LOWER):
    return calibrate(how, series(normals(seed, 10 + gain, 24)), series(normals(seed + 1, 10, 24), first=25))


def watched(seed, *, shift, n=80, at=20, gain=3.0):
    values = normals(seed + 2, 10, at) + normals(seed + 3, 10 + shift, n - at)
    return evaluate(calibrated(seed, gain=gain), series(values, first=49))


@pytest.mark.parametrize("row", ARLS, ids=lambda row: f"{row['scheme']}-{row['parameters']}-{row['x']}")
def test_run_lengths_agree_with_the_published_tables(row):
    k, h, _ = (float(part.split("=")[1]) for part in row["parameters"].split(";"))
    shift = float(row["x"])
    found = run_length(k, h, shift=shift)
    if row["scheme"] == "cusum_two_sided":
        found = 1 / (1 / found + 1 / run_length(k, h, shift=-shift))
    assert found == pytest.approx(float(row["recomputed_arl"]), rel=0.001)


@pytest.mark.parametrize("row", DESIGNS, ids=lambda row: f"k={row['k']}-arl={row['arl0_zero_state']}")
def test_thresholds_keep_their_budget(row):
    k, arl = float(row["k"]), float(row["arl0_zero_state"])
    assert threshold(k, arl) == pytest.approx(float(row["h"]), abs=0.002)
    assert siegmund(k, arl) == pytest.approx(float(row["h"]), rel=0.012)
    assert run_length(k, threshold(k, arl)) == pytest.approx(arl, rel=1e-5)


@pytest.mark.parametrize(
    ("loss", "red", "amber"),
    [(0.25, 67, 29), (0.5, 23, 13), (1, 8.5, 5.6), (1.5, 4.7, 3.3), (2, 3.3, 2.4), (4, 1.7, 1.2)],
)
def test_delays_shown_at_set_up(loss, red, amber):
    found = detectability(loss, amber_every=104, red_every=520)
    assert found.red_delay == pytest.approx(red, rel=0.03)
    assert found.amber_delay == pytest.approx(amber, rel=0.05)


def test_head_start_notices_sooner():
    assert run_length(0.5, 4.0, shift=1.0, start=2.0) < run_length(0.5, 4.0, shift=1.0)


def test_gain_is_proven_only_with_enough_values_on_both_sides():
    before, after = series(normals(1, 13, 24)), series(normals(2, 10, 11), first=25)
    assert calibrate(LOWER, before, after).why_not == "too-few-values"
    assert calibrate(LOWER, before, [*after, Point(40, 10.2)]).proven


def test_no_gain_is_not_a_gain():
    assert calibrated(gain=0.0).why_not == "no-gain"
    assert calibrated(gain=-3.0).why_not == "no-gain"


def test_values_that_never_vary_cannot_be_watched():
    found = calibrate(LOWER, series([5.0] * 12), series([3.0] * 12, first=13))
    assert found.why_not == "no-variation"


def test_dependence_makes_the_detector_humbler():
    noise = np.random.default_rng(5).normal(0, 1, 80)
    walk = [0.0]
    for e in noise:
        walk.append(0.7 * walk[-1] + e)
    found = calibrate(LOWER, series([20 + x for x in walk[:40]]), series([10 + x for x in walk[40:80]], first=41))
    assert found.deflation > 1.5


def test_metric_with_a_target_is_watched_on_both_sides_at_half_the_rate():
    how = Settings(Direction.TARGET, target=10.0)
    found = calibrated(how=how)
    assert found.arms == (1, -1)
    assert found.h_red == pytest.approx(threshold(found.k, 1040))
    far = evaluate(found, series([*normals(9, 10, 10), *normals(10, 7, 30)], first=49))
    assert far.is_open(Kind.RED)


def test_held_gain_holds():
    assert watched(11, shift=0.0).state is State.HOLDING


def test_half_a_gain_lost_goes_amber_and_then_red():
    found = watched(21, shift=1.5)
    kinds = [alarm.kind for alarm in found.alarms if alarm.kind in REGRESSIONS]
    assert kinds == [Kind.AMBER, Kind.RED]
    assert found.state is State.BACKSLIDING
    red = found.open[-1]
    assert red.onset == pytest.approx(69, abs=6)
    assert red.loss.low < 0.5 < red.loss.high


def test_whole_gain_lost_is_lost():
    found = watched(31, shift=3.0)
    assert found.state is State.LOST
    assert found.loss.total


def test_accrued_loss_is_what_the_slipped_units_cost():
    found = calibrate(
        Settings(Direction.LOWER, unit_value=100.0), series(normals(1, 13, 24)), series(normals(2, 10, 24), first=25)
    )
    values = [found.after_mean + 2] * 4
    loss = evaluate(found, series([*normals(3, 10, 5), *values], first=49)).loss
    slipped = [*normals(3, 10, 5), *values][-loss.periods :]
    assert loss.accrued == pytest.approx(100 * sum(x - found.after_mean for x in slipped))


def test_one_wild_value_is_a_spike_and_never_red():
    values = [10.0, 10.3, 9.8, 1000.0, 10.1, 9.9, 10.2]
    found = evaluate(calibrated(), series(values, first=49))
    assert [a.period for a in found.alarms if a.kind is Kind.SPIKE] == [52]
    assert not found.is_open(Kind.RED)


def test_silence_is_noticed_at_the_second_missing_period():
    found = evaluate(calibrated(), series([10.0, 10.2, None, None, None], first=49))
    silent = [alarm for alarm in found.alarms if alarm.kind is Kind.SILENT]
    assert [(alarm.onset, alarm.period) for alarm in silent] == [(51, 52)]
    assert found.is_open(Kind.SILENT)


def test_missing_periods_may_be_left_out_or_said():
    said = series([10.0, None, 10.4, None, None, 9.9], first=49)
    left_out = [point for point in said if point.value is not None]
    assert evaluate(calibrated(), said) == evaluate(calibrated(), left_out)


def test_gap_carries_s_and_a_long_one_gives_a_head_start():
    c = calibrated()
    short = evaluate(c, series([10.0, None, None, 9.0], first=49))
    long = evaluate(c, series([10.0, *[None] * 6, 9.0], first=49))
    assert short.s_red == 0.0
    assert long.s_red > 0.0


def test_flat_line_is_stuck_at_the_fifth_equal_value():
    found = evaluate(calibrated(), series([10.0, 9.8, *[10.1] * 7], first=49))
    assert [a.period for a in found.alarms if a.kind is Kind.STUCK] == [55]


def test_unproven_gain_is_watched_for_silence_only():
    c = calibrated(gain=0.0)
    found = evaluate(c, series([*[30.0, 31.0] * 10, None, None], first=49))
    assert found.state is State.UNPROVEN
    assert [alarm.kind for alarm in found.alarms] == [Kind.SILENT]


def test_better_than_achieved_proposes_a_new_standard():
    found = watched(41, shift=-2.0)
    assert found.is_open(Kind.BETTER)
    assert found.state is State.HOLDING


def test_alarm_stays_until_it_is_disposed_of():
    c = calibrated(51)
    values = [*normals(53, 12, 20), *normals(54, 10, 40)]
    points = series(values, first=49)
    assert evaluate(c, points).is_open(Kind.RED)
    explained = Disposition(68, REGRESSIONS)
    assert evaluate(c, points, [explained]).state is State.HOLDING


def test_recovered_metric_restarts_with_a_head_start():
    c = calibrated(51)
    points = series(normals(53, 12, 20), first=49)
    found = evaluate(c, points, [Disposition(68, REGRESSIONS, recovered=True)])
    assert found.state is State.HOLDING
    assert found.s_red == pytest.approx(c.h_red / 2)


def test_nothing_is_learnt_while_an_alarm_is_open():
    c = calibrated(51)
    reference = c.start()
    assert reference.mean == pytest.approx(c.after)
    slipped = evaluate(c, series(normals(53, 13, 60), first=49))
    assert slipped.steps[-1].q > 1


@pytest.mark.parametrize(
    ("family", "before", "after", "lost", "exposure"),
    [
        (Family.POISSON, 16.0, 8.0, 16.0, 2.0),
        (Family.BINOMIAL, 20.0, 10.0, 20.0, 200.0),
    ],
)
def test_counts_hold_and_slip(family, before, after, lost, exposure):
    rng = np.random.default_rng(3)
    how = Settings(Direction.LOWER, family)
    c = calibrate(
        how, series(rng.poisson(before, 24), exposure=exposure), series(rng.poisson(after, 24), exposure=exposure)
    )
    assert c.proven
    held = evaluate(c, series(rng.poisson(after, 40), exposure=exposure))
    slipped = evaluate(c, series(rng.poisson(lost, 40), exposure=exposure))
    assert (held.state, slipped.state) == (State.HOLDING, State.LOST)


def test_longer_between_rare_events_is_better():
    rng = np.random.default_rng(3)
    c = calibrate(
        Settings(Direction.HIGHER, Family.BETWEEN), series(rng.exponential(5, 30)), series(rng.exponential(30, 30))
    )
    assert c.proven
    assert not evaluate(c, series(rng.exponential(30, 40))).is_open(Kind.RED)
    assert evaluate(c, series(rng.exponential(5, 40))).is_open(Kind.RED)


def test_skewed_values_are_judged_by_their_logarithms():
    rng = np.random.default_rng(7)
    c = calibrate(LOWER, series(rng.lognormal(3, 0.8, 30)), series(rng.lognormal(1, 0.8, 30)))
    assert c.family is Family.LOG
    found = evaluate(c, series([*rng.lognormal(1, 0.8, 20), 0.0]))
    assert found.state is State.HOLDING


def test_no_opportunity_is_not_silence():
    rng = np.random.default_rng(3)
    c = calibrate(Settings(Direction.LOWER, Family.POISSON), series(rng.poisson(16, 24)), series(rng.poisson(8, 24)))
    found = evaluate(c, [*series(rng.poisson(8, 5)), *series([0, 0, 0], first=6, exposure=0.0)])
    assert found.alarms == ()


def fixed(x, *, sign):
    """A watch on a known reference window, as the published series have no phase before."""
    reference = x[:40]
    mean = sum(reference) / 40
    squares = sum((value - mean) ** 2 for value in reference)
    return Calibration(
        settings=LOWER, family=Family.NORMAL, n_before=40, n_after=40, before_mean=mean + 2 * sign,
        after_mean=mean, before=mean + 2 * sign, after=mean, sigma=math.sqrt(squares / 39), sign=sign,
        p_value=0.0, why_not="", k=0.5, h_amber=threshold(0.5, 104), h_red=threshold(0.5, 520), arms=(sign,),
        start=lambda: NormalReference(40, mean, squares),
    )  # fmt: skip


def reds(name, sign):
    x = EXAMPLES[name]["inputs"]["x"]
    points = [Point(i, value) for i, value in enumerate(x)][40:]
    return [a.period for a in evaluate(fixed(x, sign=sign), points, dismissing=True).alarms if a.kind is Kind.RED]


def test_published_step_is_found_within_ten_points():
    found = reds("tcpd_quality_control_2", 1)
    assert 97 <= found[0] <= 107
    assert reds("tcpd_quality_control_2", -1) == []


def test_published_series_without_change_raises_next_to_nothing():
    assert len(reds("tcpd_quality_control_5", 1) + reds("tcpd_quality_control_5", -1)) <= 2


values = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=60)


@settings(deadline=None)
@given(values)
def test_never_a_nan(found):
    result = evaluate(calibrated(), series(found, first=49))
    numbers = [n for step in result.steps for n in (step.q, step.s_amber, step.s_red)]
    assert all(map(math.isfinite, [*numbers, result.s_red]))


@settings(deadline=None)
@given(before=values, after=values)
def test_any_two_phases_get_a_verdict(before, after):
    found = calibrate(LOWER, series(before), series(after, first=100))
    assert math.isfinite(found.p_value)
    assert not found.proven or math.isfinite(found.h_red)


@settings(deadline=None, max_examples=30)
@given(st.randoms(use_true_random=False), st.integers(0, 50))
def test_order_of_arrival_does_not_matter(random, seed):
    points = series([*normals(seed, 10, 20), *normals(seed, 12, 20)], first=49)
    shuffled = random.sample(points, len(points))
    assert evaluate(calibrated(), shuffled) == evaluate(calibrated(), points)


@settings(deadline=None, max_examples=30)
@given(scale=st.floats(1e-3, 1e3), shift=st.floats(-1e3, 1e3), seed=st.integers(0, 20))
def test_unit_does_not_matter(scale, shift, seed):
    def turned(numbers, first=1):
        return series([scale * x + shift for x in numbers], first=first)

    phases = normals(seed, 13, 24), normals(seed + 1, 10, 24)
    now = [*normals(seed + 2, 10, 20), *normals(seed + 3, 12, 20)]
    plain = evaluate(calibrate(LOWER, series(phases[0]), series(phases[1])), series(now))
    moved = evaluate(calibrate(LOWER, turned(phases[0]), turned(phases[1])), turned(now))
    assert [(a.kind, a.period, a.onset) for a in moved.alarms] == [(a.kind, a.period, a.onset) for a in plain.alarms]


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 50))
def test_direction_is_a_mirror(seed):
    phases = normals(seed, 13, 24), normals(seed + 1, 10, 24)
    now = [*normals(seed + 2, 10, 20), *normals(seed + 3, 12, 20)]
    plain = evaluate(calibrate(LOWER, series(phases[0]), series(phases[1])), series(now))
    flipped = [[-x for x in numbers] for numbers in (*phases, now)]
    higher = Settings(Direction.HIGHER)
    mirror = evaluate(calibrate(higher, series(flipped[0]), series(flipped[1])), series(flipped[2]))
    assert [(a.kind, a.period, a.onset) for a in mirror.alarms] == [(a.kind, a.period, a.onset) for a in plain.alarms]
    assert mirror.s_red == pytest.approx(plain.s_red)


def seasonal(values, first=1, season=12):
    return [Point(first + i, x * (1.3 if (first + i) % season < 4 else 0.9)) for i, x in enumerate(values)]


def test_a_pattern_is_learnt_from_two_whole_cycles_before():
    how = Settings(Direction.LOWER, season=12)
    enough = calibrate(how, seasonal(normals(1, 20, 24)), seasonal(normals(2, 15, 24), first=25))
    assert enough.notes == ()
    assert len(enough.seasonal) == 12
    assert sum(enough.seasonal) / 12 == pytest.approx(1)
    assert enough.seasonal[0] / enough.seasonal[6] == pytest.approx(1.3 / 0.9, rel=0.1)
    little = calibrate(how, seasonal(normals(1, 20, 23)), seasonal(normals(2, 15, 24), first=24))
    assert (little.seasonal, little.notes[:1]) == ((), ("season-unknown",))


def test_what_is_divided_out_is_not_noticed_and_the_rest_is():
    how = Settings(Direction.LOWER, season=12)
    c = calibrate(how, seasonal(normals(1, 20, 36)), seasonal(normals(2, 15, 24), first=37))
    assert evaluate(c, seasonal(normals(3, 15, 48), first=61)).state is State.HOLDING
    assert evaluate(c, seasonal(normals(4, 18, 24), first=61)).is_open(Kind.RED)


def test_counts_of_a_season_have_more_or_less_opportunity():
    usual = [1.5 if place < 6 else 0.5 for place in range(12)]

    def counts(rng, rate, n, first):
        return [Point(first + i, float(rng.poisson(rate * usual[(first + i) % 12]))) for i in range(n)]

    def held(seed):
        rng = np.random.default_rng(seed)
        how = Settings(Direction.LOWER, Family.POISSON, season=12)
        c = calibrate(how, counts(rng, 30, 48, 1), counts(rng, 20, 24, 49))
        assert c.seasonal[1] / c.seasonal[7] == pytest.approx(3, rel=0.5)
        return not evaluate(c, counts(rng, 20, 36, 73)).is_open(Kind.RED)

    assert sum(held(seed) for seed in range(20)) >= 16


def test_values_that_go_together_too_much_are_said_to():
    walk = np.convolve(np.random.default_rng(4).normal(0, 1, 90), np.ones(6))[5:85]
    found = calibrate(LOWER, series([20 + x for x in walk[:40]]), series([10 + x for x in walk[40:]], first=41))
    assert found.notes == ("dependent",)
