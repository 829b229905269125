"""Matrices, stations and past days in the page, on paper and over REST."""

from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
from django.utils import timezone

from documents import services as documents
from documents.models import DocumentType
from people import services as people
from tests.cast import api_for, client_for, fresh, in_days, person, queries, today
from tests.training.stories import assessed, in_effect
from training import selectors
from training import services as training
from training.models import Assignment, Requirement, StationNeed
from training.selectors import Narrowed
from training.states import Level


def cell(who, standard, *, on=None):
    return selectors.matrix([who], [standard], on=on or today())[0].cells[0]


def test_a_cell_says_how_somebody_stands(known, standard, pedro, nina, grinder, axel):
    assert (cell(pedro, standard).kind, cell(pedro, standard).text) == ("known", "r1 ✓")
    assert cell(pedro, standard, on=known.valid_until).kind == "soon"
    assert cell(pedro, standard, on=in_days(800)).kind == "out"
    assert (cell(nina, standard).kind, cell(nina, standard).required) == ("none", False)
    people.take_role(nina, job_role=grinder, since=today(), by=axel)
    assert cell(nina, standard).kind == "open"
    assert cell(nina, standard, on=in_days(90)).kind == "late"


def test_who_knows_only_an_older_revision_does_not_know_it(known, standard, pedro, axel, olga, system):
    holding = pedro.holdings.get()
    people.leave_role(holding, until=in_days(1), by=axel)
    type(holding).objects.filter(pk=holding.pk).update(since=in_days(-9), until=today())
    documents.start_revision(fresh(standard), by=olga, reason="Next", change_summary="More")
    in_effect(standard, olga, axel, system)
    assert cell(pedro, standard).kind == "old"


def test_levels_with_what_is_required(skill, pedro, sven, axel):
    training.require_now(by=axel, person=pedro, skill=skill, level=Level.U, method="practical")

    def shown(on=None):
        return selectors.skill_matrix([pedro], [skill], on=on or today())[0].cells[0]

    assert shown().kind == "missing"
    assessed(skill, pedro, Level.L, sven)
    assert (shown().kind, shown().text) == ("low", "L")
    assessed(skill, pedro, Level.O, sven, valid_until=in_days(40))
    assert [shown(in_days(day)).kind for day in (0, 20, 41)] == ["known", "soon", "out"]


def test_a_matrix_is_narrowed_by_station_shift_and_role(known, standard, station, grinder, pedro, munich, axel, sven):
    training.need(station, by=axel, document=standard)
    mine = Narrowed(station=station, shift="early")
    assert list(selectors.people_of(sven, mine, on=today())) == []
    pedro.shift = "early"
    pedro.save()
    assert list(selectors.people_of(sven, mine, on=today())) == [pedro]
    assert list(selectors.documents_of(sven, mine, on=today())) == [standard]
    assert list(selectors.people_of(sven, Narrowed(role=grinder), on=today())) == [pedro]


def test_a_stranger_sees_nobody(known, sam):
    assert "Pedro" not in client_for(sam).get("/training/matrix/").text
    assert list(selectors.people_of(sam, Narrowed(), on=today())) == []


def test_operators_have_no_matrix(known, pedro):
    assert client_for(pedro).get("/training/matrix/").status_code == 403


def crowd(munich, grinder, axel, olga, grinding, count: int) -> None:
    """So many more people and standards, all required."""
    for number in range(count):
        who = person(f"p{number}", munich, "operator")
        who.shift = "early"
        who.save()
        people.take_role(who, job_role=grinder, since=today(), by=axel)
        kind = DocumentType.objects.get(code="WI")
        made = documents.create_document(by=olga, site=munich, type=kind, title=f"S{number}", process=grinding)
        training.require_now(by=axel, job_role=grinder, document=made)
        training.add_skill(by=olga, site=munich, code=f"K{number}", title=f"Skill {number}")


@pytest.mark.parametrize("url", ["/training/matrix/", "/training/levels/", "/training/stations/"])
def test_pages_ask_as_much_of_a_few_as_of_many(known, munich, grinder, axel, olga, grinding, station, early, sven, url):
    training.need(station, by=axel, document=known.revision.document)
    browser = client_for(sven)
    crowd(munich, grinder, axel, olga, grinding, 1)
    few = len(queries(browser, url))
    crowd_more = [person(f"q{number}", munich, "operator") for number in range(12)]
    for who in crowd_more:
        people.take_role(who, job_role=grinder, since=today(), by=axel)
    for number in range(9):
        training.add_skill(by=olga, site=munich, code=f"M{number}", title=f"More {number}")
    assert len(queries(browser, url)) == few


def test_the_station_page_asks_as_much_of_a_few_as_of_many(known, munich, grinder, axel, station, sven):
    training.need(station, by=axel, document=known.revision.document)
    browser, url = client_for(sven), f"/training/stations/{station.pk}/?shift="
    few = len(queries(browser, url))
    for number in range(15):
        people.take_role(person(f"q{number}", munich, "operator"), job_role=grinder, since=today(), by=axel)
    assert len(queries(browser, url)) == few


def test_a_training_record_asks_as_much_of_a_few_as_of_many(known, munich, axel, olga, sven, pedro):
    browser, url, asked = client_for(sven), "/training/as-of/?person=pedro", []
    for number in range(6):
        skill = training.add_skill(by=olga, site=munich, code=f"K{number}", title=f"Skill {number}")
        training.require_now(by=axel, person=pedro, skill=skill, level=Level.L, method="practical")
        assessed(skill, pedro, Level.U, sven)
        asked.append(len(queries(browser, url)))
    assert browser.get(url).context["then"].record[0][0].title == "Skill 5"
    assert asked[-1] == asked[0]


def test_the_workbook_holds_the_filtered_set(known, standard, grinder, nina, axel, sven):
    people.take_role(nina, job_role=grinder, since=today(), by=axel)
    answer = client_for(sven).get("/training/matrix/matrix.xlsx?role=MUC/GRINDER")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.values)
    assert rows[0][3] == f"{standard.number} Grind"
    assert [row[0] for row in rows[1:]] == ["Nina", "Pedro Press"]
    assert rows[2][3] == "r1 passed"
    nobody = client_for(sven).get("/training/matrix/matrix.xlsx?shift=night")
    assert openpyxl.load_workbook(BytesIO(b"".join(nobody.streaming_content))).active.max_row == 1


@pytest.mark.parametrize("url", ["/training/matrix/matrix.pdf", "/training/levels/matrix.pdf"])
def test_the_matrix_on_paper(known, skill, pedro, sven, url):
    assessed(skill, pedro, Level.U, sven)
    answer = client_for(sven).get(url)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_ticked_cells_are_shown_before_they_are_assigned(known, standard, nina, sven):
    browser, ticked = client_for(sven), [f"{nina.pk}-{standard.pk}", f"{known.person.pk}-{standard.pk}"]
    preview = browser.post("/training/matrix/assign/", {"cell": ticked})
    assert "Knows it already." in preview.text
    assert "Will be required of this person" in preview.text
    assert not Assignment.objects.filter(person=nina).exists()
    browser.post("/training/matrix/assign/", {"cell": ticked, "go": "1", "method": "read"})
    mine = Assignment.objects.get(person=nina)
    assert (mine.requirement.person, mine.reason) == (nina, "new-requirement")
    browser.post("/training/matrix/assign/", {"cell": ticked, "go": "1", "method": "read"})
    assert Assignment.objects.filter(person=nina).count() == 1


def test_ticked_skills_are_required_at_the_level_that_was_chosen(skill, nina, sven):
    client_for(sven).post("/training/levels/assign/", {"cell": [f"{nina.pk}-{skill.pk}"], "go": "1", "level": "2"})
    assert Requirement.objects.get(person=nina).level == Level.L


@pytest.mark.parametrize("cells", [["x"], ["1-2-3"], ["９-9"], ["999999999999999999-1"], ["0-0"], []])
def test_ticks_of_nothing_change_nothing(known, sven, cells):
    answer = client_for(sven).post("/training/matrix/assign/", {"cell": cells, "go": "1"})
    assert answer.status_code == 302
    assert Requirement.objects.count() == 1


@pytest.mark.parametrize("query", ["site=NOPE", "process=x", "shift=" + "x" * 300, "page=-9", "role=1"])
def test_filters_that_do_not_fit_are_as_if_not_there(known, sven, query):
    assert "Pedro Press" in client_for(sven).get(f"/training/matrix/?{query}").text


def test_the_station_says_who_may_run_it_now(known, standard, station, early, pedro, axel, sven, monkeypatch):
    training.need(station, by=axel, document=standard)
    pedro.shift = "early"
    pedro.save()
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    page = client_for(sven).get(f"/training/stations/{station.pk}/")
    assert page.context["shift"] == "early"
    assert page.context["is_now"]


def test_a_stranger_finds_no_station(station, sam):
    assert client_for(sam).get(f"/training/stations/{station.pk}/").status_code == 404


def test_planners_say_in_the_page_what_a_station_needs(station, standard, skill, sven, aud):
    url = f"/training/stations/{station.pk}/needs/add/"
    assert client_for(aud).get(url).status_code == 403
    client_for(sven).post(url, {"skill": skill.number, "level": "U", "people": "2"})
    need = StationNeed.objects.get()
    assert (need.skill, need.level, need.people) == (skill, Level.U, 2)
    client_for(sven).post(f"/training/needs/{need.uuid}/end/")
    assert fresh(need).until == today()


def test_what_held_on_a_past_day(known, standard, station, skill, pedro, axel, sven):
    training.need(station, by=axel, skill=skill, level=Level.U)
    assessed(skill, pedro, Level.U, sven)
    found, in_effect = selectors.station_on(station, on=today())
    assert [one.person for one in found.qualified] == [pedro]
    assert selectors.station_on(station, on=in_days(-1))[0].needs == []
    (shown,) = in_effect
    assert (shown.document, shown.revision.no) == (standard, 1), "what is in effect in its process, needed or not"
    then = selectors.standard_on(standard, on=today())
    assert (then.revision.no, then.people) == (1, [pedro])
    assert selectors.standard_on(standard, on=in_days(-1)).revision is None
    pedro_then = selectors.person_on(pedro, sven, [station], on=today())
    assert [row.letter for row in pedro_then.competences] == ["U"]
    ((learnt, how),) = pedro_then.record
    assert (learnt.signed_record.number, how) == (f"{standard.number}-r1", "Read and acknowledge")
    assert learnt.signature.signer == pedro
    assert selectors.training_record(pedro, sven, on=in_days(-1)) == []


@pytest.mark.parametrize("what", ["station=MUC/G-1", "document=MUC-WI-0001", "person=pedro", ""])
def test_a_past_day_in_the_page_and_on_paper(known, station, pedro, sven, what):
    browser = client_for(sven)
    assert browser.get(f"/training/as-of/?{what}&on={today()}").status_code == 200
    paper = browser.get(f"/training/as-of/as-of.pdf?{what}&on={today()}")
    assert paper.content.startswith(b"%PDF")


def test_a_past_day_over_rest(known, standard, station, skill, pedro, axel, sven, sam):
    training.need(station, by=axel, skill=skill, level=Level.U)
    assessed(skill, pedro, Level.U, sven)
    api = api_for(sven)
    then = api.get(f"as-of/?station=MUC/G-1&on={today()}").json()
    assert [one["person"] for one in then["station"]["people"] if one["qualified"]] == ["pedro"]
    assert api.get(f"as-of/?document={standard.number}").json()["standards"][0]["qualified"] == ["pedro"]
    seen = api.get("as-of/?person=pedro").json()
    assert seen["competences"][0]["level"] == "U"
    assert (seen["record"][0]["record"], seen["record"][0]["status"]) == (f"{standard.number}-r1", "passed")
    assert api.get("as-of/").status_code == 400
    assert api_for(sam).get("as-of/?station=MUC/G-1").status_code == 400


def test_who_may_run_it_over_rest(known, station, skill, early, pedro, axel, sven):
    api = api_for(sven)
    made = api.post("station-needs/", {"station": "MUC/G-1", "skill": skill.number, "level": "U"})
    assert (made.status_code, made.json()["people"]) == (201, 1)
    found = api.get("qualified/?station=MUC/G-1&shift=early").json()
    assert (found["wanted"], found["needs"], found["people"]) == (1, ["Ring grinding U"], [])
    assert api.get("qualified/?station=MUC/G-1&shift=never").status_code == 400
    assert api.get("coverage/").json()["results"][0]["single_point_of_failure"]
    assert api.get(f"competences/?skill={skill.number}").json() == {"results": []}
    gone = api.post(f"station-needs/{made.json()['uuid']}/end/")
    assert (gone.status_code, gone.json()["until"]) == (200, str(today()))
