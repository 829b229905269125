"""Many watches at once say what one watch after the other says."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.detector import Direction, Disposition, Family, Kind, Point, Settings, calibrate, evaluate
from metrics.detector.fleet import OPEN, Fleet, fleet_of

LEVELS = {Family.NORMAL: (13, 10), Family.LOG: (30, 10), Family.POISSON: (16, 8), Family.BINOMIAL: (20, 9)}
REGRESSIONS = frozenset({Kind.AMBER, Kind.RED})


def drawn(family, rng, level, n):
    """Values and exposures of a family about a level."""
    exposures = np.ones(n)
    if family is Family.POISSON:
        exposures = rng.uniform(0.5, 1.5, n).round(2)
        return rng.poisson(level * exposures).astype(float), exposures
    if family is Family.BINOMIAL:
        exposures = rng.integers(80, 120, n).astype(float)
        return rng.binomial(exposures.astype(int), level / 100).astype(float), exposures
    if family is Family.LOG:
        return np.exp(rng.normal(math.log(level), 0.5, n)), exposures
    if family is Family.BETWEEN:
        return rng.exponential(level, n), exposures
    return rng.normal(level, 1, n).round(1), exposures


def points(family, rng, level, n, first):
    return [Point(first + i, x, e) for i, (x, e) in enumerate(zip(*drawn(family, rng, level, n), strict=True))]


def proven(family, direction, rng):
    worse, better = LEVELS.get(family, (2, 9))
    how = Settings(direction, family, target=float(better) if direction is Direction.TARGET else None)
    if family is Family.BETWEEN:
        how = Settings(Direction.HIGHER, family)
    if direction is Direction.HIGHER and family is not Family.BETWEEN:
        worse, better = better, worse
    found = calibrate(how, points(family, rng, worse, 30, 1), points(family, rng, better, 24, 31))
    return found, better


def later(family, rng, level, n):
    """What came since: a stretch about the level, a slip, gaps, a flat line, a wild value, no opportunity."""
    half = n // 2
    found = points(family, rng, level, half, 55) + points(
        family, rng, level * rng.uniform(0.7, 1.6), n - half, 55 + half
    )
    if n > 30:
        found[4:9] = [Point(p.period, found[4].value, p.exposure) for p in found[4:9]]
        found[12] = Point(found[12].period, found[12].value * 20, 1000.0 if family is Family.BINOMIAL else 1.0)
        found[14] = Point(found[14].period, 0.0, 0.0)
        gone = set(range(17, 17 + int(rng.integers(1, 9))))
        found = [p for i, p in enumerate(found) if i not in gone]
    return found


def matrix(series):
    """Start, values and exposures of many series, a column each."""
    start = np.array([column[0].period for column in series])
    length = max(column[-1].period - column[0].period + 1 for column in series)
    x, e = np.full((length, len(series)), np.nan), np.ones((length, len(series)))
    for j, column in enumerate(series):
        for p in column:
            x[p.period - start[j], j], e[p.period - start[j], j] = p.value, p.exposure
    return start, x, e


def said(fleet, j):
    """Of one watch: S, what is open since when, the share lost and learnt."""
    open_ = {kind: fleet[f"open_{kind.value}"][j] for kind in OPEN}
    return (
        fleet.highest(Kind.AMBER)[j],
        fleet.highest(Kind.RED)[j],
        {kind: int(period) for kind, period in open_.items() if not np.isnan(period)},
        fleet.lost().lost[j],
    )


def expected(found):
    lost = found.loss.fraction if found.loss else math.nan
    return found.s_amber, found.s_red, {alarm.kind: alarm.period for alarm in found.open}, lost


def same(one, other):
    return one[2] == other[2] and one[0:2] + one[3:] == pytest.approx(
        other[0:2] + other[3:], rel=1e-9, abs=1e-9, nan_ok=True
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_fleet_says_what_each_of_its_watches_says(seed):
    rng = np.random.default_rng(seed)
    watches = [
        (family, *proven(family, direction, rng))
        for family in Family
        for direction in Direction
        if family in (Family.NORMAL, Family.LOG) or direction is Direction.LOWER
    ]
    watches = [watch for watch in watches if watch[1].proven]
    series = [later(family, rng, level, int(rng.integers(1, 120))) for family, _c, level in watches]
    decided = {
        j: [Disposition(int(rng.integers(50, 180)), REGRESSIONS, recovered=bool(rng.integers(2))) for _ in range(3)]
        for j in range(0, len(series), 2)
    }
    fleet = fleet_of([c for _family, c, _level in watches])
    fleet.replay(*matrix(series), decided)
    for j, (_family, c, _level) in enumerate(watches):
        one = evaluate(c, series[j], decided.get(j, ()))
        assert same(said(fleet, j), expected(one)), (c.family, j)
        spikes = [alarm.period for alarm in one.alarms if alarm.kind is Kind.SPIKE]
        assert fleet["spike"][j] == pytest.approx(spikes[-1] if spikes else math.nan, nan_ok=True)


def test_what_is_remembered_is_enough_to_go_on():
    rng = np.random.default_rng(7)
    watches = [proven(family, Direction.LOWER, rng) for family in Family]
    series = [later(c.family, rng, level, 80) for c, level in watches]
    start, x, e = matrix(series)
    whole, parts = (fleet_of([c for c, _level in watches]) for _ in range(2))
    whole.replay(start, x, e)
    for step in range(len(x)):
        parts = Fleet.loads(parts.dumps())
        parts.take(start + step, x[step], e[step], np.isfinite(x[step:]).any(axis=0))
    assert np.array_equal(whole.matrix, parts.matrix, equal_nan=True)


def test_a_gain_that_is_not_proven_has_no_place_in_a_fleet():
    same_twice = points(Family.NORMAL, np.random.default_rng(1), 10, 20, 1)
    with pytest.raises(ValueError, match="proven"):
        fleet_of([calibrate(Settings(Direction.LOWER), same_twice, same_twice)])


def test_a_memory_of_another_layout_is_refused():
    with pytest.raises(ValueError, match="reshape"):
        Fleet.loads([b"12345678"])
