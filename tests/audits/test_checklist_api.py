"""Checklists over REST."""

from audits.models import Checklist
from tests.cast import api_for

NEW = {"site": "MUC", "type": "internal", "name": "Internal audit", "questions": [{"text": "Is it followed?"}]}


def test_a_checklist_is_written_read_and_added_to(cast):
    ines = api_for(cast["ines"])
    made = ines.post("checklists/", NEW)
    assert made.status_code == 201, made.content
    key = made.json()["uuid"]
    assert [row["name"] for row in ines.get("checklists/").json()["results"]] == ["Internal audit"]
    added = ines.post(f"checklists/{key}/add-question/", {"text": "Where is time lost?", "aspect": "waste"})
    assert [one["aspect"] for one in added.json()["questions"]] == ["conformity", "waste"]


def test_strangers_and_operators_write_none(cast):
    assert api_for(cast["sam"]).post("checklists/", NEW).status_code == 400
    assert api_for(cast["pedro"]).post("checklists/", NEW).status_code == 403
    assert Checklist.objects.count() == 0


def test_a_stranger_sees_none(cast):
    key = api_for(cast["ines"]).post("checklists/", NEW).json()["uuid"]
    assert api_for(cast["sam"]).get(f"checklists/{key}/").status_code == 404
    assert api_for(cast["sam"]).get("checklists/").json()["results"] == []
