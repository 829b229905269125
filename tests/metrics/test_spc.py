"""Charts, constants and rules against published figures (tests/data/spc/README.md)."""

import csv
import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import spc

DATA = Path(__file__).parents[1] / "data" / "spc"
EXAMPLES = {row["id"]: row for row in json.loads((DATA / "worked_examples.json").read_text())}
SEQUENCES = json.loads((DATA / "rule_sequences.json").read_text())["sequences"]
CONSTANTS = list(csv.DictReader((DATA / "control_chart_constants.csv").open()))


def example(name):
    row = EXAMPLES[name]
    return row["inputs"], row["expected"], row["tolerance"]


@pytest.mark.parametrize("row", CONSTANTS, ids=lambda row: f"n={row['n']}")
def test_constants_come_from_formulas_and_agree_with_the_table(row):
    k = spc.constants(int(row["n"]))
    ours = {
        "d2": k.d2, "d3": k.d3, "c4": k.c4, "A2": k.a2, "A3": k.a3,
        "D3": k.d3_limit, "D4": k.d4_limit, "B3": k.b3, "B4": k.b4,
    }  # fmt: skip
    for name, value in ours.items():
        # NIST and the table round D4(5) and A3(3) down; one unit of the third decimal is allowed.
        assert value == pytest.approx(float(row[name]), abs=0.00101 if name[0] in "AB D" else 0.00006), name


def test_d2_of_two_is_known_exactly():
    assert spc.constants(2).d2 == pytest.approx(2 / math.sqrt(math.pi), abs=1e-9)


def test_individuals_of_the_handbook():
    given_, expected, tolerance = example("nist_6322_individuals")
    chart, ranges = spc.individuals(given_["x"])
    assert chart.centre == pytest.approx(expected["mean"], abs=tolerance)
    assert ranges.centre == pytest.approx(expected["mrbar"], abs=tolerance)
    assert chart.upper[0] == pytest.approx(expected["ucl"], abs=tolerance)
    assert chart.lower[0] == pytest.approx(expected["lcl"], abs=tolerance)


def test_missing_period_is_not_bridged():
    assert spc.moving_ranges([1.0, 2.0, None, 9.0, 7.0]) == (1.0, 2.0)


def test_piston_rings_phase_one():
    given_, expected, tolerance = example("pistonrings_xbar_r_phase1")
    means, ranges = spc.xbar_r(given_["subgroups"])
    assert means.centre == pytest.approx(expected["xbarbar"], abs=tolerance)
    assert ranges.centre == pytest.approx(expected["rbar"], abs=tolerance)
    assert means.upper[0] == pytest.approx(expected["xbar_ucl"], abs=tolerance)
    assert means.lower[0] == pytest.approx(expected["xbar_lcl"], abs=tolerance)
    assert ranges.upper[0] == pytest.approx(expected["r_ucl"], abs=tolerance)
    assert means.beyond == ranges.beyond == ()


def test_xbar_s_takes_subgroups_of_different_size():
    means, spreads = spc.xbar_s([[1.0, 2.0, 3.0], [2.0, 3.0], [1.0, 2.0, 4.0, 5.0]])
    assert means.sigma is None
    assert len(set(means.upper)) == 3
    assert spreads.lower == (0.0, 0.0, 0.0)


def test_ewma_of_the_handbook():
    given_, expected, tolerance = example("nist_6324_ewma")
    chart = spc.ewma(given_["x"], target=given_["target"], sigma=given_["s"], lam=given_["lam"], width=3, exact=False)
    assert chart.points == pytest.approx(expected["ewma"], abs=tolerance)
    assert chart.upper[0] == pytest.approx(expected["ucl"], abs=tolerance)
    assert chart.lower[0] == pytest.approx(expected["lcl"], abs=tolerance)
    assert chart.beyond == ()


def test_cusum_of_the_handbook():
    given_, expected, tolerance = example("nist_6323_cusum")
    chart = spc.cusum(given_["x"], target=given_["target"], sigma=1, k=given_["k_units"], h=given_["h_units"])
    assert chart.upper == pytest.approx(expected["S_hi"], abs=tolerance)
    assert chart.signals[0] + 1 == expected["first_signal"]


def test_capability_of_the_handbook():
    given_, expected, tolerance = example("nist_616_capability")
    found = spc.capability(mean=given_["mean"], sigma=given_["s"], n=30, lower=given_["lsl"], upper=given_["usl"])
    assert (found.cp, found.cpk, found.cpu, found.cpl) == pytest.approx(
        (expected["Cp"], expected["Cpk"], expected["Cpu"], expected["Cpl"]), abs=tolerance
    )
    assert found.indicative


def test_capability_of_one_limit_reports_only_the_side_that_exists():
    found = spc.capability(mean=16, sigma=2, n=100, lower=None, upper=20)
    assert (found.cp, found.cpl, found.cpk) == (None, None, pytest.approx(2 / 3))


def test_orange_juice_p_chart():
    given_, expected, tolerance = example("nist_6332_orange_juice_p")
    chart = spc.p_chart(given_["defectives"], [given_["n"]] * len(given_["defectives"]))
    assert chart.centre == pytest.approx(expected["pbar"], abs=tolerance)
    assert chart.upper[0] == pytest.approx(expected["ucl"], abs=tolerance)
    assert chart.lower[0] == pytest.approx(expected["lcl"], abs=tolerance)
    assert [i + 1 for i in chart.beyond] == expected["out"]
    counts = spc.np_chart(given_["defectives"], given_["n"])
    assert counts.upper[0] == pytest.approx(50 * expected["ucl"], abs=50 * tolerance)


def test_complaints_need_the_prime_chart():
    given_, expected, tolerance = example("complaints_laney_u")
    plain, prime = spc.u_chart(given_["x"], given_["n"]), spc.laney_u_chart(given_["x"], given_["n"])
    assert plain.centre == pytest.approx(expected["ubar"], abs=tolerance)
    assert len(plain.beyond) == expected["n_out_u"]
    assert prime.sigma_z == pytest.approx(expected["sigma_z"], abs=tolerance)
    assert list(prime.chart.beyond) == expected["out_u_prime"]
    assert prime.overdispersed


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda row: row["id"])
def test_run_rules_mark_the_points_that_complete_their_pattern(sequence):
    hits = spc.rule_hits(sequence["z"], spc.WESTERN_ELECTRIC | spc.NELSON)
    assert {name: [i + 1 for i in found] for name, found in hits.items()} == sequence["expected"]


def test_missing_period_breaks_no_run_and_is_not_counted():
    assert spc.rule_hits([0.5] * 4 + [None] + [0.5] * 4)["WE4"] == (8,)


@pytest.mark.parametrize("bad", [[], [1.0], [1.0, math.nan], [1.0, math.inf]])
def test_individuals_refuses_what_is_not_a_series(bad):
    with pytest.raises(ValueError, match=r"needed|finite"):
        spc.individuals(bad)


@settings(deadline=None)
@given(
    x=st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=40),
    scale=st.floats(0.01, 100),
    shift=st.floats(-1e6, 1e6),
)
def test_limits_move_with_the_unit(x, scale, shift):
    plain = spc.individuals(x)[0]
    moved = spc.individuals([scale * value + shift for value in x])[0]
    size = max(map(abs, [*plain.upper, *plain.lower, *x])) * scale + abs(shift) + 1e-9
    assert moved.upper[0] == pytest.approx(scale * plain.upper[0] + shift, abs=1e-9 * size)
    assert moved.lower[0] == pytest.approx(scale * plain.lower[0] + shift, abs=1e-9 * size)
