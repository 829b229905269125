"""Every arrow of every transition table has a label, somebody who may walk it, and a test."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from tests.architecture.house import APPS
from tests.records.test_machines import CASES


def tables() -> list[tuple[type[Model], Any]]:
    """(model, transition) of every concrete model that has a machine."""
    return [
        (model, transition)
        for model in apps.get_models()
        if model._meta.app_label in APPS and not hasattr(model, "history_object") and getattr(model, "machine", None)
        for transition in model.machine.transitions
    ]


def without_permission(model: Any, transition: Any, permissions: Any) -> bool:
    """Whether nobody is said to be allowed a transition that people make."""
    name = f"may_{transition.name.replace('-', '_')}"
    known = (f"{name}_{model.__name__.lower()}", name)
    return not transition.automatic and not any(hasattr(permissions, each) for each in known)


def unwalked(models: set[str]) -> set[str]:
    """Models whose table the generated test does not walk arrow by arrow, from every state."""
    return models - {case.values[0].__name__ for case in CASES}


def test_every_transition_has_a_label() -> None:
    assert [str(transition) for _, transition in tables() if not str(transition.label).strip()] == []


def test_every_transition_has_a_permission() -> None:
    missing = [
        f"{model.__name__}.{transition.name}"
        for model, transition in tables()
        if without_permission(model, transition, import_module(f"{model._meta.app_label}.permissions"))
    ]
    assert missing == []


def test_every_transition_is_walked_by_a_test() -> None:
    assert unwalked({model.__name__ for model, _ in tables()}) == set()


@pytest.mark.parametrize("automatic", [True, False])
def test_a_transition_nobody_may_make_is_caught(automatic: bool) -> None:
    close = SimpleNamespace(name="close", automatic=automatic)
    assert without_permission(SimpleNamespace, close, SimpleNamespace()) is not automatic


def test_a_table_without_a_test_is_caught() -> None:
    assert unwalked({"Capa", "Forgotten"}) == {"Forgotten"}
