from collections.abc import Sequence
from typing import Any

from documents import standard_work
from documents.models import Revision, Step


def step_times(steps: Sequence[Any]) -> dict[str, Any]:
    """Seconds of manual, automatic and walking work, and the cycle of one person, who does not wait for the machine."""
    manual = sum(step.manual_seconds for step in steps)
    machine = sum(step.machine_seconds for step in steps)
    walk = sum(step.walk_seconds for step in steps)
    return {"manual": manual, "machine": machine, "walk": walk, "cycle": manual + walk}


def sheet_of(revision: Revision, steps: Sequence[Step]) -> standard_work.Sheet | None:
    """The combination table and the balance of its workers; None where the steps have no times."""
    elements = [
        standard_work.Element(
            no=step.position,
            what=step.what,
            worker=step.worker,
            manual=step.manual_seconds,
            automatic=step.machine_seconds,
            walk=step.walk_seconds,
        )
        for step in steps
    ]
    if not any(element.manual or element.automatic or element.walk for element in elements):
        return None
    return standard_work.sheet(elements, revision.takt_seconds)
