"""The page of a metric with a million values against that of one with a thousand, over HTTP."""

from functools import partial

from benchmarks.measuring import Figure, interleaved
from benchmarks.rig import Sizes, command, workers
from tests.harness.servers import Handle

BOUND = 3.0
SETTINGS = "benchmarks.settings"


def figures(handle: Handle, sizes: Sizes, database: str, session: str) -> list[Figure]:
    """One figure: the same page, chart and all, of many values and of few."""
    numbers = {
        name: command(handle, database, "seed_chart", "--values", str(values))
        for name, values in (("few", sizes.chart_few), ("many", sizes.chart_many))
    }
    with workers(handle, {"ours": (SETTINGS, database)}, session) as visitors:
        sides = {name: partial(visitors["ours"].get, f"/metrics/{number}/") for name, number in numbers.items()}
        taken = interleaved(sides, rounds=sizes.rounds, warm_up=sizes.warm_up)
    name = f"page of a metric, {sizes.chart_many:,} values against {sizes.chart_few:,}"
    return [Figure(name, BOUND, taken["many"], taken["few"])]
