"""Every arrow of every machine in the project: allowed from each of its sources, refused from every other state."""

from typing import Any

import pytest
from django.db import transaction

from evidence.refusals import Refused
from records import services as records
from records.states import Transition
from tests.cast import fresh, refusal
from tests.records.plant import FACTS, Plant, models

CASES = [
    pytest.param(model, state, id=f"{model.__name__}-{state}")
    for model in models()
    for state in model.machine.states.values
]


@pytest.fixture
def plant(munich, grinding, olga) -> Plant:
    made = Plant(munich, grinding, olga)
    made.one("Capa")  # what lines are signed for stays when an arrow is undone
    return made


class Undone(Exception):  # noqa: N818 - thrown to roll back
    """Ends the savepoint of one arrow."""


def walked(plant: Plant, row: Any, arrow: Transition) -> str:
    """The state after the arrow, or the code of its refusal; either is undone again."""
    found = ""
    try:
        with transaction.atomic():
            facts = {name: value for name, value in plant.beside(row, arrow.target).items() if name != "signature"}
            signature = plant.signature(row, arrow) if arrow.signed else None
            records.move(row, arrow, by=plant.user, note="Because it is time.", signature=signature, **facts)
            found = fresh(row).status
            raise Undone
    except Undone:
        return found
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize(("model", "state"), CASES)
def test_arrows_leave_their_sources_and_no_other_state(plant, model, state):
    row = plant.put(plant.one(model.__name__), state)
    found = {arrow.name: walked(plant, fresh(row), arrow) for arrow in model.machine.transitions}
    wanted = {
        arrow.name: str(arrow.target) if state in arrow.sources else "not-now" for arrow in model.machine.transitions
    }
    assert found == wanted
    assert fresh(row).status == state


def test_every_machine_is_among_the_cases():
    assert {model.__name__ for model in models()} == set(FACTS)


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_a_table_is_in_order(model):
    machine = model.machine
    states = set(machine.states.values)
    reached = {str(machine.initial), *(arrow.target for arrow in machine.transitions)}
    assert reached == states, "every state is reached"
    assert {source for arrow in machine.transitions for source in arrow.sources} <= states
    names = [arrow.name for arrow in machine.transitions]
    assert len(names) == len(set(names))
    assert all(arrow.meaning for arrow in machine.transitions if arrow.signed)
    assert all(str(arrow.label) for arrow in machine.transitions)
    assert set(machine.tones) <= states


@pytest.mark.parametrize("words", ["", "   ", "no"])
def test_a_reason_is_asked_for_where_the_table_says_so(plant, words):
    capa = plant.one("Capa")
    with refusal("reason-missing"):
        records.move(capa, type(capa).machine.named("cancel"), by=plant.user, note=words)


def test_a_signature_is_asked_for_where_the_table_says_so(plant):
    capa = plant.put(plant.one("Capa"), "awaiting-check")
    with refusal("signature-missing"):
        records.move(capa, type(capa).machine.named("close"), by=plant.user)


def test_an_old_version_is_stale(plant, olga):
    capa = plant.one("Capa")
    first, second = fresh(capa), fresh(capa)
    records.amend(first, by=olga, title="First")
    with refusal("stale"):
        records.amend(second, by=olga, title="Second")
    with refusal("stale"):
        records.move(second, type(capa).machine.named("contain"), by=olga)
    assert (fresh(capa).title, fresh(capa).version) == ("First", 2)


def test_an_arrow_of_another_table_is_a_fault_of_ours(plant, olga):
    contain = type(plant.one("Capa")).machine.named("contain")
    with pytest.raises(ValueError, match="no transition"):
        records.move(plant.one("Action"), contain, by=olga)


def test_a_final_state_closes_and_counts_a_version(plant, olga):
    capa = plant.one("Capa")
    records.move(capa, type(capa).machine.named("cancel"), by=olga, note="Opened twice")
    assert (fresh(capa).version, capa.is_open) == (2, False)
    assert fresh(capa).closed_at is not None
