"""The five improvements of the demo plant, as data."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any

from metrics.states import Better, ChartKind, Family
from qms.demo import values as numbers


@dataclass(frozen=True)
class Improvement:
    """One kaizen event and what became of it. Weeks are counted from the beginning of the story."""

    key: str
    process: str
    leader: str
    sponsor: str
    line_manager: str
    approver: str
    team: tuple[tuple[str, str], ...]
    title: str
    problem: str
    results: str
    gain: str
    metric: dict[str, Any]
    readings: Iterator[Any]
    target: Decimal
    baseline: tuple[int, int]
    event: int
    standard: str
    old_steps: tuple[dict[str, Any], ...]
    new_steps: tuple[dict[str, Any], ...]
    change: str
    specification: str
    reaction_plan: str
    questions: tuple[str, ...]
    benefit: int
    silent_from: int = 999
    skipped: tuple[int, ...] = ()
    untrained: tuple[str, ...] = ()
    checks_held: tuple[int, ...] = ()
    audits_followed: bool = True
    facts: dict[str, Any] = field(default_factory=dict)


def step(
    what: str, key_point: str = "", reason: str = "", manual: int = 0, machine: int = 0, walk: int = 0, **marks: bool
) -> dict[str, Any]:
    """A step of standard work; times in seconds."""
    return {
        "key": "-".join(what.lower().split()[:3]),
        "what": what,
        "key_point": key_point,
        "reason": reason,
        "manual_seconds": manual,
        "machine_seconds": machine,
        "walk_seconds": walk,
        **marks,
    }


RINGS = Improvement(
    key="rings",
    process="RING",
    leader="olga",
    sponsor="mona",
    line_manager="olga",
    approver="axel",
    team=(("pedro", "gemba"), ("lena", "gemba"), ("wanda", "outsider"), ("erik", "member")),
    title="Ring bore: control the upgraded finishing cell",
    problem=(
        "Since the finishing cell was upgraded, ring bores run above nominal and vary more; three customers complain. "
        "The upgrade never reached the control plan: the gauge check still follows the old machine."
    ),
    results=(
        "The bore is gauged on five rings at each tool change instead of once a shift; the offset is corrected by the "
        "measured mean, never by feel; the gauge is mastered at the start of the shift."
    ),
    gain="Ring bores are back on nominal",
    metric={
        "title": "Ring bore above nominal (74.000 mm), mean of five",
        "unit": "µm",
        "direction": Better.LOWER,
        "decimals": 1,
        "subgroup_size": 5,
        "chart": ChartKind.XBAR_R,
        "unit_value": Decimal("310"),
        "spec_lower": Decimal("-50"),
        "spec_upper": Decimal("50"),
    },
    readings=chain(numbers.RINGS_SHIFTED, numbers.then_drawn_again(numbers.RINGS_SETTLED, seed=11)),
    target=Decimal("2.0"),
    baseline=(0, 14),
    event=15,
    standard="Finish ring bore",
    old_steps=(
        step("Load the ring", manual=6, walk=2),
        step("Start the cycle", machine=38),
        step("Check the bore", "once a shift", manual=12, is_quality=True),
        step("Unload and stack", manual=5, walk=3),
    ),
    new_steps=(
        step(
            "Master the gauge",
            "at the start of the shift, with the 74.000 ring",
            "a drifting gauge hides drift",
            25,
            is_quality=True,
        ),
        step("Load the ring", "burr side up", "a burr tilts the ring", manual=6, walk=2),
        step("Start the cycle", machine=38),
        step(
            "Check the bore",
            "five rings after each tool change",
            "the upgraded spindle shifts after a change",
            40,
            is_quality=True,
        ),
        step(
            "Correct the offset",
            "by the measured mean, never by feel",
            "correcting by feel adds variation",
            20,
            is_quality=True,
        ),
        step("Unload and stack", manual=5, walk=3),
    ),
    change="Five rings are gauged after each tool change; the offset follows the measured mean; the gauge is mastered.",
    specification="74.000 ± 0.050 mm",
    reaction_plan="Stop the cell, sort back to the last good check, correct the offset by the mean of five, call the engineer.",
    questions=(
        "Were five rings gauged after the last tool change?",
        "Was the gauge mastered at the start of this shift?",
    ),
    benefit=84000,
    checks_held=(90, 180),
)

CANS = Improvement(
    key="cans",
    process="FILL",
    leader="wanda",
    sponsor="mona",
    line_manager="wanda",
    approver="sam",
    team=(("marek", "gemba"), ("zofia", "gemba"), ("erik", "outsider")),
    title="Leaking cans: adjust and hold the seamer",
    problem="About one can in four leaks at the seam; the seamer is adjusted differently on every shift.",
    results="The seamer has marked settings for each can height, set with a go gauge at each changeover.",
    gain="Half the leaks at the seam are gone",
    metric={
        "title": "Leaking cans among 50 tested",
        "unit": "cans",
        "direction": Better.LOWER,
        "decimals": 3,
        "family": Family.BINOMIAL,
        "chart": ChartKind.P,
        "unit_value": Decimal("9000"),
    },
    readings=chain(numbers.CANS_BEFORE, numbers.then_drawn_again(numbers.CANS_AFTER, seed=12)),
    target=Decimal("0.12"),
    baseline=(0, 29),
    event=30,
    standard="Set up the can seamer",
    old_steps=(
        step("Set the height", manual=40),
        step("Run ten cans", machine=60),
        step("Look at the seams", manual=30, is_quality=True),
    ),
    new_steps=(
        step("Set the height", "to the mark of the can height", "the marks were proven in trials", 25),
        step("Try the gauge", "go side passes, no-go side stops", "the seam leaks above 0.15 mm", 15, is_quality=True),
        step("Run ten cans", machine=60),
        step("Test ten cans", "under water, five seconds", "a leak shows as bubbles", 50, is_quality=True),
    ),
    change="Marked settings and a go gauge replace setting by eye.",
    specification="at most 6 of 50 leak",
    reaction_plan="Stop the seamer, set it to the mark, gauge, test ten cans; if one leaks call the attendant.",
    questions=(
        "Is the seamer set to the mark of the can in the line?",
        "Was the go gauge used at the last changeover?",
    ),
    benefit=52000,
    checks_held=(90, 180),
)

CHANGEOVER = Improvement(
    key="changeover",
    process="PRESS",
    leader="erik",
    sponsor="mona",
    line_manager="paula",
    approver="axel",
    team=(("klaus", "gemba"), ("yusuf", "gemba"), ("olga", "outsider")),
    title="Press 3: changeover in one go",
    problem="A die change on press 3 takes three quarters of an hour; dies and bolts are fetched while the press waits.",
    results="Dies are preheated and staged before the stop; quick clamps replace eight bolts; two people follow one sheet.",
    gain="Die changes take a third less",
    metric={
        "title": "Changeover of press 3, mean of the week",
        "unit": "min",
        "direction": Better.LOWER,
        "decimals": 1,
        "unit_value": Decimal("240"),
    },
    readings=numbers.in_turn(
        (numbers.about(47, 3.0, seed=21), 17),
        (numbers.about(32, 2.6, seed=22), 34),
        (numbers.about(34, 2.6, seed=23, drift=1.0), 12),
    ),
    target=Decimal("33"),
    baseline=(0, 15),
    event=16,
    standard="Change the die of press 3",
    old_steps=(
        step("Stop the press", manual=30),
        step("Loosen eight bolts", manual=420),
        step("Fetch the die", walk=600),
        step("Bolt and adjust", manual=900),
    ),
    new_steps=(
        step("Stage the die", "preheated, before the stop", "the press waits for nothing", 300),
        step("Stop the press", manual=30, is_safety=True),
        step("Open the clamps", "four, crosswise", "crosswise keeps the die level", 60, is_safety=True),
        step("Swap the die", "two people, one calls", "one voice avoids crushed hands", 240, is_safety=True),
        step("Close and check", "first part gauged", "a shifted die shows at once", 180, is_quality=True),
    ),
    change="Dies are staged before the stop; quick clamps; two people follow one sheet.",
    specification="at most 35 min",
    reaction_plan="Above 40 minutes: note the longest step on the sheet, tell the supervisor at the end of the change.",
    questions=(
        "Was the die staged and preheated before the press stopped?",
        "Did two people change the die by the sheet?",
    ),
    benefit=46000,
    checks_held=(90, 180),
)

SEARCHING = Improvement(
    key="searching",
    process="ASSY",
    leader="paula",
    sponsor="mona",
    line_manager="paula",
    approver="axel",
    team=(("carla", "gemba"), ("axel", "outsider"), ("bjorn", "member")),
    title="Assembly: a place for every gauge",
    problem="Assemblers look for gauges and bits a quarter of an hour in every shift.",
    results="Shadow boards at each bench, gauges by size, one trolley for what is shared.",
    gain="Assemblers search half as long",
    metric={
        "title": "Searching for tools in a shift",
        "unit": "min",
        "direction": Better.LOWER,
        "decimals": 1,
        "unit_value": Decimal("150"),
    },
    readings=numbers.in_turn(
        (numbers.about(15, 1.7, seed=31), 27),
        (numbers.about(8, 1.4, seed=32), 15),
        (numbers.about(14.5, 1.7, seed=33), 25),
    ),
    target=Decimal("8"),
    baseline=(6, 25),
    event=26,
    standard="Tools of an assembly bench",
    old_steps=(step("Take the tools", manual=60), step("Put them back", manual=60)),
    new_steps=(
        step("Check the board", "before the shift: every shadow filled", "a gap shows what is missing", 45),
        step("Put each tool back", "after each order, to its shadow", "who comes next finds it", 20),
        step("Report a gap", "on the card, at once", "a missing tool is replaced the same day", 15),
    ),
    change="Every tool has a shadow; the board is checked before the shift.",
    specification="at most 9 min",
    reaction_plan="Two gaps on a board: stop, find the tools, tell the supervisor.",
    questions=("Is every shadow on the board filled or carded?",),
    benefit=21000,
    untrained=("carla", "bjorn", "nadia", "felix", "ewa"),
    audits_followed=False,
)

COOLANT = Improvement(
    key="coolant",
    process="COOL",
    leader="olga",
    sponsor="mona",
    line_manager="olga",
    approver="axel",
    team=(("otto", "gemba"), ("sven", "outsider")),
    title="Coolant: hold the concentration",
    problem="The concentration of the coolant wanders; tools wear out early and hands itch.",
    results="A metering pump replaces the bucket; the refractometer hangs at the tank with its chart.",
    gain="Coolant stays near its concentration",
    metric={
        "title": "Coolant off its target concentration",
        "unit": "%",
        "direction": Better.LOWER,
        "decimals": 2,
        "unit_value": Decimal("90"),
    },
    readings=numbers.in_turn(
        (numbers.about(2.4, 0.4, seed=41), 22),
        (numbers.about(1.1, 0.25, seed=42), 50),
    ),
    target=Decimal("1.2"),
    baseline=(2, 20),
    event=21,
    standard="Keep the coolant",
    old_steps=(step("Look at the level", manual=20), step("Add by the bucket", manual=90)),
    new_steps=(
        step(
            "Read the refractometer",
            "every morning, at the tank",
            "the eye cannot see one per cent",
            30,
            is_quality=True,
        ),
        step("Set the pump", "by the table on the tank", "the table knows the volume", 40),
        step("Write the value down", "into the sheet", "what is not written is not watched", 15),
    ),
    change="A metering pump and a daily reading replace the bucket.",
    specification="7.0 ± 1.5 %",
    reaction_plan="Off by more than 1.5 %: set the pump by the table, read again after an hour.",
    questions=("Was the refractometer read this morning and written down?",),
    benefit=14000,
    silent_from=57,
    checks_held=(90, 180),
)

ALL = (RINGS, CANS, CHANGEOVER, SEARCHING, COOLANT)
