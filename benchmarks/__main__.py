"""`python -m benchmarks`: run everything, print a line for each and write benchmarks/results.json."""

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import charts, ingestion, ledger, lists, memory
from benchmarks.measuring import Figure
from benchmarks.rig import Sizes, command, databases
from tests.harness import servers
from tests.harness.servers import ROOT

RESULTS = Path(__file__).with_name("results.json")
PAGE = ROOT / "docs" / "figures.md"
HEADING = """# What it costs

Each line is one thing that Holdfast does, against the same done by the least code that could do it, in one run on one
machine, side by side: medians, and their ratio. The bound is what we hold ourselves to; `make bench` measures anew,
prints a line that misses its bound as MISSED, and writes this page. Times differ from machine to machine, ratios much
less. After a change a line may have been measured again alone, with its own other side. The detectors have figures of
another kind: [detector.md](detector.md).

| what | ratio | bound | ours | the other |
|---|---:|---:|---:|---:|
"""
ISSUE_BOUND = 6.0
SEARCH_BOUND = 2.0
MATRIX_BOUND = 2.0
SCRATCH_BOUND = 3.0


def run(handle: servers.Handle, sizes: Sizes, *, label: str = "benchmark") -> list[Figure]:
    """All figures, in the order of the report."""
    with databases(handle, sizes, label=label) as seeded:
        return [
            *lists.figures(handle, sizes, seeded),
            issue(handle, sizes, seeded.large),
            *search(handle, sizes, seeded.small),
            matrix(handle, sizes, seeded.small),
            *charts.figures(handle, sizes, seeded.small, seeded.session),
            *values(handle, sizes, seeded.small, seeded.session),
            *evaluation(handle, sizes, seeded.small),
            *ledger.figures(handle, sizes, seeded.small, label=label),
        ]


def issue(handle: servers.Handle, sizes: Sizes, database: str) -> Figure:
    """Issuing a revision to everybody in a role, against the bare statement that writes the same assignments."""
    options = ("--people", str(sizes.people), "--rounds", str(sizes.issues))
    found = json.loads(command(handle, database, "time_issue", *options))
    return Figure(f"issue of a revision to {sizes.people:,} people", ISSUE_BOUND, found["ours"], found["theirs"])


def search(handle: servers.Handle, sizes: Sizes, database: str) -> list[Figure]:
    """Finding documents by their words, its SQL against one raw full-text query with rank and passages."""
    found = json.loads(command(handle, database, "time_search", "--rounds", str(sizes.rounds)))
    name = "search of {:,} documents for “{}”"
    return [
        Figure(name.format(sizes.small, words), SEARCH_BOUND, taken["ours"], taken["theirs"])
        for words, taken in found.items()
    ]


def matrix(handle: servers.Handle, sizes: Sizes, database: str) -> Figure:
    """All SQL of a page of fifty people of the training matrix, against one query for the same cells."""
    options = ("--people", str(sizes.learners), "--standards", str(sizes.standards), "--rounds", str(sizes.issues))
    found = json.loads(command(handle, database, "time_matrix", *options))
    name = f"SQL of a matrix page, {sizes.learners} people × {sizes.standards} standards"
    return Figure(name, MATRIX_BOUND, found["ours"], found["theirs"])


def values(handle: servers.Handle, sizes: Sizes, database: str, session: str) -> list[Figure]:
    """Taking values in: the time, and what is held meanwhile."""
    told = json.loads(command(handle, database, "seed_ingestion"))
    return [
        *ingestion.figures(handle, sizes, database, session, told),
        *memory.figures(handle, sizes, database, session, told),
    ]


def evaluation(handle: servers.Handle, sizes: Sizes, database: str) -> list[Figure]:
    """All watches from scratch, against loading their values and one pass of numpy; and with one new value each,
    against a twentieth of what that may take."""
    options = ("--watches", str(sizes.watches), "--points", str(sizes.points), "--rounds", str(sizes.evaluations))
    found = json.loads(command(handle, database, "time_evaluation", *options))
    name = f"{sizes.watches:,} watches × {sizes.points} values"
    allowed = SCRATCH_BOUND * found["load"] / 20
    return [
        Figure(f"{name} from scratch, against one load", SCRATCH_BOUND, found["scratch"], found["load"]),
        Figure(f"{name}, one new each, against a twentieth", 1.0, found["one_more"], allowed),
    ]


def page(rows: list[dict[str, Any]]) -> str:
    """docs/figures.md, from the lines of results.json."""
    line = "| {name} | {ratio:.2f} | {bound:g} | {ours:.2f} {unit} | {theirs:.2f} {unit} |\n"
    return HEADING + "".join(line.format(**row) for row in rows)


def main() -> int:
    running = servers.start(durable=True)
    try:
        found = run(running, Sizes())
    finally:
        running.stop()
    for figure in found:
        print(figure)
    rows = [figure.as_json() for figure in found]
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n")
    PAGE.write_text(page(rows))
    return 0 if all(figure.is_held for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
