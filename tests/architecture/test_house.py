"""What import-linter is blind to: foreign keys, templates, signals, statuses, services, tasks."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils.module_loading import autodiscover_modules

from jobs.registry import PERIODIC, TASKS
from tests.architecture import house

# The only reasons a lower app may cause a write in a higher one.
SIGNALS = {
    "people.holding_changed": {"training.receivers"},
    "documents.revision_moved": {"training.receivers"},
    "metrics.backslid": {"kaizen.receivers"},
}

# Ground that acts for whoever asks: it is called inside a service's transaction, or names no actor.
GROUND = {"evidence", "jobs"}
UNLIKE_A_SERVICE = {
    "capa.services.checking.judge_all: atomic",  # a sweep, each CAPA in a transaction of its own
    "people.services.organisation.ensure_system_user: by",  # makes the actor of all jobs
    "records.services.attempting.attempt: atomic",  # counts before and after the transaction of what it calls
    "records.services.attempting.attempt_each: atomic",  # each of them in a transaction of its own
    "records.services.opening.lock: atomic",  # only means something inside the caller's transaction
    "records.services.opening.lock: by",
}


def relations() -> list[tuple[str, str, str]]:
    """(field, app, app it points to) of every relation between the house's models but those to the user."""
    return [
        (str(field), model._meta.app_label, field.related_model._meta.app_label)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model not in (None, get_user_model())
        if model._meta.app_label in house.APPS and field.related_model._meta.app_label in house.APPS
    ]


def upward(found: list[tuple[str, str, str]]) -> list[str]:
    return [field for field, app, other in found if not house.may_name(app, other)]


def test_relations_point_down() -> None:
    assert upward(relations()) == []


def test_an_upward_relation_is_caught() -> None:
    assert upward([("documents.Revision.course", "documents", "training")]) == ["documents.Revision.course"]


def test_templates_name_only_lower_apps() -> None:
    folder = house.ROOT / "templates"
    found = [
        sentence
        for path in sorted(folder.rglob("*.html"))
        for sentence in house.names_from_above(str(path.relative_to(folder)), path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "text", ["{% url 'training:matrix' %}", '{% include "training/_panel.html" %}', "<c-link to='training:matrix' />"]
)
def test_a_template_that_names_a_higher_app_is_caught(text: str) -> None:
    assert house.names_from_above("documents/detail.html", text) == ["documents/detail.html names training"]


def test_signals_are_those_documented() -> None:
    made = {name for source in house.sources() for name in house.signals_made(source)}
    assert made <= set(SIGNALS)


def test_receivers_are_those_documented() -> None:
    for name, modules in SIGNALS.items():
        app, attribute = name.split(".")
        if not (house.ROOT / app / "signals.py").exists():
            continue
        signal = getattr(import_module(f"{app}.signals"), attribute)
        connected = {receiver.__module__ for receiver in signal._live_receivers(None)[0]}
        assert connected <= modules


def test_an_undocumented_signal_is_caught() -> None:
    planted = house.parse("capa/signals.py", "from django.dispatch import Signal\nclosed = Signal()\n")
    assert set(house.signals_made(planted)) - set(SIGNALS) == {"capa.closed"}


def test_only_move_sets_a_status() -> None:
    outside = [source for source in house.sources() if source.app != "records"]
    assert [place for source in outside for place in house.status_setters(source)] == []


@pytest.mark.parametrize(
    "line",
    ["capa.status = 'closed'", "Capa.objects.filter(pk=1).update(status='closed')", "setattr(capa, 'status', 'x')"],
)
def test_setting_a_status_elsewhere_is_caught(line: str) -> None:
    assert house.status_setters(house.parse("capa/services.py", line)) == ["capa/services.py:1"]


def test_every_public_service_is_atomic_and_names_its_actor() -> None:
    found = {lack for source in house.sources() if source.app not in GROUND for lack in house.unlike_a_service(source)}
    assert found - UNLIKE_A_SERVICE == set()


def test_a_careless_service_is_caught() -> None:
    planted = house.parse("capa/services.py", "def close(capa, by): ...")
    assert house.unlike_a_service(planted) == ["capa.services.close: atomic", "capa.services.close: by"]


def test_every_enqueued_name_is_a_registered_task() -> None:
    autodiscover_modules("tasks")
    enqueued = {name for source in house.sources() for name in house.task_names(source, {"enqueue"})}
    assert enqueued - set(TASKS) == set()
    assert set(PERIODIC) - set(TASKS) == set()


def test_an_unknown_task_name_is_caught() -> None:
    planted = house.parse("capa/services.py", "jobs.enqueue('capa.nonsense', pk=1)")
    assert list(house.task_names(planted, {"enqueue"})) == ["capa.nonsense"]


def test_every_public_service_says_what_it_refuses() -> None:
    assert [lack for source in house.sources() for lack in house.unsaid_refusals(source)] == []


def test_a_refusal_that_no_docstring_names_is_caught() -> None:
    planted = house.parse(
        "capa/services.py",
        "def close(capa, *, by):\n    _check(capa)\n\ndef _check(capa):\n    raise Refused('Not yet.', code='open')",
    )
    assert house.unsaid_refusals(planted) == ["capa.services.close: open"]


def test_the_administrators_guide_names_every_periodic_job() -> None:
    autodiscover_modules("tasks")
    guide = (house.ROOT / "docs" / "administrator.md").read_text()
    assert [name for name in PERIODIC if f"`{name}`" not in guide] == []
