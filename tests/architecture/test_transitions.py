"""Every arrow of every transition table has a label, somebody who may walk it, and a test."""

import re
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from tests.architecture.house import APPS, ROOT


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


def untested(transition: Any, constant: str, tests: str) -> bool:
    """Whether no test says the transition's name or its constant."""
    return not re.search(rf"\b{constant}\b|[\"'/]{re.escape(transition.name)}[\"'/]", tests)


def constant(model: type[Model], transition: Any) -> str:
    states = import_module(f"{model._meta.app_label}.states")
    return next((name for name, value in vars(states).items() if value is transition), "?")


def test_every_transition_has_a_label() -> None:
    assert [str(transition) for _, transition in tables() if not str(transition.label).strip()] == []


def test_every_transition_has_a_permission() -> None:
    missing = [
        f"{model.__name__}.{transition.name}"
        for model, transition in tables()
        if without_permission(model, transition, import_module(f"{model._meta.app_label}.permissions"))
    ]
    assert missing == []


@pytest.mark.xfail(reason="the apps' own tests are still being written", strict=False)
def test_every_transition_is_named_by_a_test() -> None:
    written = "\n".join(path.read_text() for app in [*APPS, "stories"] for path in (ROOT / "tests" / app).rglob("*.py"))
    missing = [
        f"{model.__name__}.{transition.name}"
        for model, transition in tables()
        if untested(transition, constant(model, transition), written)
    ]
    assert missing == []


@pytest.mark.parametrize("automatic", [True, False])
def test_a_transition_nobody_may_make_is_caught(automatic: bool) -> None:
    close = SimpleNamespace(name="close", automatic=automatic)
    assert without_permission(SimpleNamespace, close, SimpleNamespace()) is not automatic


def test_a_transition_without_a_test_is_caught() -> None:
    assert untested(SimpleNamespace(name="close"), "CLOSE", "def test_opening(): ...")
