"""`manage.py draw_states`: docs/states.md, drawn from the transition tables."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from qms.settings.environment import ROOT
from records.states import Machine, Transition

TARGET = ROOT / "docs" / "states.md"
HEADING = """# States and transitions

Drawn by `manage.py draw_states` from the tables in each app's `states.py`; a test fails when it is out of date.
What `records.services.move` does not find in these tables does not happen.

Signs: `▶` where a new one begins, `■` where the life ends, `✎` signed with the password, `…` a reason must be given,
`⚙` done by a job or by another record's step, on no button.
"""


class Command(BaseCommand):
    help = "Write docs/states.md from the transition tables."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when it is out of date")

    def handle(self, *, check: bool, **options: Any) -> None:
        text = drawing()
        if not check:
            TARGET.write_text(text)
        elif not is_current(TARGET, text):
            raise CommandError("docs/states.md is out of date: run manage.py draw_states.")


def is_current(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


def drawing() -> str:
    """The whole page, in the order of the house."""
    sections = [f"## {name}\n\n```\n{chr(10).join(_lines(machine))}\n```\n" for name, machine in machines()]
    return "\n".join([HEADING, *sections])


def machines() -> Iterator[tuple[str, Machine]]:
    """Every model of the house with a life of its own, from the ground up."""
    for model in reversed(list(apps.get_models())):
        machine = getattr(model, "machine", None)
        if isinstance(machine, Machine):
            name = str(model._meta.verbose_name)
            yield f"{name[:1].upper()}{name[1:]} ({model._meta.app_label})", machine


def _lines(machine: Machine) -> Iterator[str]:
    labels = {str(state): f"{_mark(machine, str(state))} {machine.label(state)}" for state in machine.states.values}
    wide = max(map(len, labels.values()))
    verbs = max((len(_verb(step)) for step in machine.transitions), default=0)
    everywhere = [step for step in machine.transitions if _leaves_every_other(machine, step)]
    for state, label in labels.items():
        leaving = [step for step in machine.leaving(state) if step not in everywhere]
        if not leaving:
            yield label
        for number, step in enumerate(leaving):
            shown = label if number == 0 else ""
            yield f"{shown:<{wide}}  ── {_verb(step):<{verbs}} ──▶ {machine.label(step.target)}".rstrip()
    for step in everywhere:
        yield f"{'  any other':<{wide}}  ── {_verb(step):<{verbs}} ──▶ {machine.label(step.target)}"


def _leaves_every_other(machine: Machine, step: Transition) -> bool:
    return len(machine.states.values) > 2 and {*step.sources, step.target} == set(machine.states.values)


def _mark(machine: Machine, state: str) -> str:
    if state == machine.initial:
        return "▶"
    return "■" if state in machine.final else " "


def _verb(step: Transition) -> str:
    signs = "".join(sign for sign, wanted in (("✎", step.signed), ("…", step.reason), ("⚙", step.automatic)) if wanted)
    return f"{step.name} {signs}".rstrip()
