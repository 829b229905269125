from typing import Any


def step_times(steps: list[Any]) -> dict[str, Any]:
    """Seconds of manual, automatic and walking work, and the cycle of one person (DOMAIN: manual + walk)."""
    manual = sum(step.manual_seconds for step in steps)
    machine = sum(step.machine_seconds for step in steps)
    walk = sum(step.walk_seconds for step in steps)
    return {"manual": manual, "machine": machine, "walk": walk, "cycle": manual + walk}
