"""Whoever writes says what they have read: every verb of every kind, and every line that the API changes."""

import pytest

from tests.cast import api_for
from tests.records.plant import Plant
from ui.registry import pages
from ui.verbs import Verb

WRITES = [
    pytest.param(page.plural, verb.name, id=f"{page.plural}-{verb.name}") for page in pages() for verb in page.verbs
]
LINES = ("assignments", "sustainment-checks", "checklists")


@pytest.fixture
def plant(munich, grinding, axel) -> Plant:
    return Plant(munich, grinding, axel)


@pytest.fixture
def everything_allowed(monkeypatch) -> None:
    """The version is asked for after the permission, which is tested elsewhere."""
    monkeypatch.setattr(Verb, "is_allowed", lambda *_: True)


@pytest.mark.parametrize(("plural", "verb"), WRITES)
def test_a_write_without_a_version_is_428_and_with_an_old_one_412(plant, axel, everything_allowed, plural, verb):
    """Over the registry, PATCH being the verb "edit"."""
    page = next(page for page in pages() if page.plural == plural)
    record = plant.one(page.model.__name__)
    ways = [("post", f"{plural}/{record.number}/{verb}/")]
    ways += [("patch", f"{plural}/{record.number}/")] if verb == "edit" else []
    for method, path in ways:
        for match, status, code in (("", 428, "version-missing"), (f'"{record.number}-99"', 412, "stale")):
            answer = api_for(axel).post(path, {}, match=match, method=method)
            assert (answer.status_code, answer.json()["code"]) == (status, code), (method, path)


def line_of(plant, plural):
    if plural == "checklists":
        return plant.checklist(), "add-question"
    return (plant.one("Assignment"), "open") if plural == "assignments" else (plant.one("SustainmentCheck"), "answer")


@pytest.mark.parametrize("plural", LINES)
def test_a_line_is_changed_only_as_it_was_read(plant, axel, everything_allowed, plural):
    """Lines have no version; their tag is made of what they hold."""
    line, verb = line_of(plant, plural)
    path = f"{plural}/{line.uuid}/"
    assert api_for(axel).post(f"{path}{verb}/", {}, match="").status_code == 428
    assert api_for(axel).post(f"{path}{verb}/", {}, match='"another"').status_code == 412
    tag = api_for(axel).get(path).headers["ETag"]
    assert api_for(axel).post(f"{path}{verb}/", {}, match=tag).status_code not in (412, 428)


def test_the_tag_of_an_action_is_in_its_list(plant, axel):
    capa = plant.one("Capa")
    action = plant.one("Action")
    path = f"capas/{capa.number}/actions/"
    row = api_for(axel).get(path).json()["results"][0]
    do = f"{path}{action.uuid}/finish/"
    assert api_for(axel).post(do, {"result": "Done."}, match="").status_code == 428
    done = api_for(axel).post(do, {"result": "Done."}, match=row["etag"])
    assert done.json()["status"] == "done"
    assert api_for(axel).post(do, {"result": "Done."}, match=row["etag"]).status_code == 412
