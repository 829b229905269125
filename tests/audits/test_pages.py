"""Checklists, audits and findings over HTTP."""

import pytest

from audits import services as audits
from audits.models import Audit, Checklist, Finding
from audits.states import AuditStatus, FindingStatus
from capa.models import Capa
from tests.audits.conftest import drive, drive_finding
from tests.cast import client_for, dialog, fresh, in_days, queries, today


def sheet(audit, *results):
    """The answer sheet as the page sends it: a question without a result is left out by the browser."""
    data = {"answers-count": str(len(results))}
    for number, (question, result) in enumerate(zip(audit.checklist.questions.all(), results, strict=True)):
        data[f"answers-{number}-question"] = str(question.uuid)
        data[f"answers-{number}-note"] = "seen at station 2" if result else ""
        if result:
            data[f"answers-{number}-result"] = result
    return data


def test_checklist_is_written_extended_and_shortened(munich, grinding, ines):
    browser = client_for(ines)
    made = browser.post(
        "/checklists/new/",
        {"site": "MUC", "type": "internal", "name": "Grinding", "process": "MUC/GRIND", "questions-count": "2",
         "questions-0-text": "Is it clean?", "questions-0-aspect": "conformity", "questions-1-aspect": "conformity"},
    )  # fmt: skip
    assert made.status_code == 302, made.content.decode()
    checklist = Checklist.objects.get()
    assert [question.text for question in checklist.questions.all()] == ["Is it clean?"]
    url = checklist.get_absolute_url()
    assert browser.post(f"{url}add-question/", {"text": "Does it pay?", "aspect": "performance"}).status_code == 302
    question = checklist.questions.get(text="Is it clean?")
    assert "Ask no more" in browser.get(url).content.decode()
    dropped = browser.post(f"{url}questions/{question.uuid}/drop/", {"until": in_days(-1).isoformat()})
    assert dropped.status_code == 422
    assert browser.post(f"{url}questions/{question.uuid}/drop/", {"until": today().isoformat()}).status_code == 302
    assert checklist.questions.get(pk=question.pk).asked_until == today()
    assert "2" in browser.get("/checklists/").content.decode()


def test_checklists_are_for_those_who_audit(checklist, pedro, olga, aud, sam):
    url = checklist.get_absolute_url()
    assert client_for(pedro).get("/checklists/").status_code == 403
    assert client_for(pedro).get(url).status_code == 404
    assert client_for(sam).get(url).status_code == 404
    assert "Grinding" not in client_for(sam).get("/checklists/").content.decode()
    assert client_for(aud).get(url).status_code == 200
    for person in (olga, aud):
        assert client_for(person).get(f"{url}add-question/").status_code == 403
        assert client_for(person).get("/checklists/new/").status_code == 403


def test_audit_goes_all_the_way_over_http(checklist, ines, axel, olga):
    browser = client_for(ines)
    planned = browser.post(
        "/audits/new/",
        {"site": "MUC", "title": "Spring", "checklist": str(checklist.uuid), "auditor": "ines",
         "planned_on": in_days(1).isoformat()},
    )  # fmt: skip
    assert planned.status_code == 302, planned.content.decode()
    audit = Audit.objects.get()
    base = f"{audit.get_absolute_url()}do/"
    assert "Spring" in browser.get("/work/").content.decode()
    assert browser.post(f"{base}start/", {}).status_code == 302
    page = browser.get(f"{base}answer/").content.decode()
    assert "Is the target reached?" in page
    assert page.count('type="radio"') == 15
    partly = browser.post(f"{base}answer/", sheet(audit, "conform", "", ""))
    assert partly.status_code == 302, partly.content.decode()
    assert audit.answers.count() == 1
    assert browser.post(f"{base}answer/", sheet(audit, "conform", "nonconform", "opportunity")).status_code == 302
    assert audit.answers.count() == 3
    raised = browser.post(
        f"{base}raise-finding/",
        {"title": "Target missed", "grade": "minor", "requirement": "9.1", "evidence": "Board", "gap": "Ten parts"},
    )
    finding = Finding.objects.get()
    assert raised["Location"] == finding.get_absolute_url()
    assert "Target missed" in client_for(olga).get("/work/").content.decode()
    assert (
        browser.post(f"{base}report/", {"conclusion": "One gap.", **dialog(browser, f"{base}report/")}).status_code
        == 302
    )
    assert fresh(audit).signatures.get().note == "One gap."
    assert browser.post(f"{base}close/", {}).status_code == 422
    drive_finding(finding, FindingStatus.CLOSED, owner=olga, auditor=axel)
    assert browser.post(f"{base}close/", {}).status_code == 302
    assert "2 of 3 found followed" in browser.get(audit.get_absolute_url()).content.decode()


def test_a_no_without_evidence_is_refused_and_nothing_is_kept(audit, ines):
    audits.start(audit, by=ines)
    data = sheet(audit, "conform", "nonconform", "conform") | {"answers-1-note": ""}
    answer = client_for(ines).post(f"{audit.get_absolute_url()}do/answer/", data)
    assert answer.status_code == 422
    assert "Is the target reached?" in answer.content.decode()
    assert audit.answers.count() == 0


def test_the_same_answer_again_changes_nothing(audit, ines, axel):
    audits.start(audit, by=ines)
    data = sheet(audit, "conform", "", "")
    client_for(ines).post(f"{audit.get_absolute_url()}do/answer/", data)
    client_for(axel).post(f"{audit.get_absolute_url()}do/answer/", data)
    assert audit.answers.get().answered_by == ines
    assert audit.answers.get().history.count() == 1


def test_finding_opens_a_capa_and_waits_for_it(finding, olga, axel):
    opened = client_for(olga).post(f"{finding.get_absolute_url()}do/open-capa/", {})
    capa = Capa.objects.get()
    assert opened["Location"] == capa.get_absolute_url()
    assert finding.number in client_for(olga).get(f"{capa.get_absolute_url()}panel/findings/").content.decode()
    assert client_for(olga).post(f"{finding.get_absolute_url()}do/open-capa/", {}).status_code == 422
    drive_finding(finding, FindingStatus.ACTED, owner=olga, auditor=axel)
    url = f"{finding.get_absolute_url()}do/verify/"
    assert "CAPA is still open" in client_for(axel).post(url, {"verification": "Seen there"}).content.decode()


@pytest.mark.parametrize("status", AuditStatus.values)
def test_every_state_of_an_audit_has_a_page(audit, ines, status):
    drive(audit, status, by=ines)
    assert client_for(ines).get(audit.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("tail", ["", "chain/", "timeline/", "do/start/", "record.pdf"])
def test_stranger_finds_no_audit_and_no_finding(finding, sam, tail):
    for record in (finding, finding.audit):
        assert client_for(sam).get(f"{record.get_absolute_url()}{tail}").status_code == 404


def test_stranger_finds_nothing_in_lists_and_exports(finding, sam):
    stranger = client_for(sam)
    for plural, record in (("audits", finding.audit), ("findings", finding)):
        assert record.number not in stranger.get(f"/{plural}/").content.decode()
        assert record.number not in b"".join(stranger.get(f"/{plural}/export.csv")).decode()
        assert stranger.get(f"/api/v1/{plural}/").json()["total"] == 0
        assert stranger.get(f"/api/v1/{plural}/{record.number}/").status_code == 404


def test_document_shows_what_audits_saw(munich, ines, audit):
    audits.start(audit, by=ines)
    assert client_for(ines).get(audit.checklist.get_absolute_url()).status_code == 200


def test_lists_ask_the_same_of_one_and_thirty(munich, checklist, ines, finding):
    browser = client_for(ines)
    one = {plural: queries(browser, f"/{plural}/") for plural in ("audits", "findings", "checklists")}
    for number in range(29):
        audits.add_checklist(by=ines, site=munich, type="5s", name=f"L{number}", questions=[{"text": "Q"}])
        planned = audits.plan_audit(
            by=ines, site=munich, title=f"A{number}", checklist=checklist, auditor=ines, planned_on=in_days(1)
        )
        audits.start(planned, by=ines)
        audits.raise_finding(
            planned, by=ines, title="F", grade="minor", requirement="r", evidence="e", gap="g"
        )  # fmt: skip
    for plural, asked in one.items():
        thirty = queries(browser, f"/{plural}/")
        assert len(asked) == len(thirty) <= 10, "\n".join(thirty)
    assert len(queries(browser, "/api/v1/audits/")) <= 10


def test_audit_page_asks_the_same_with_many_questions(audit, ines):
    audits.start(audit, by=ines)
    browser = client_for(ines)
    few = queries(browser, audit.get_absolute_url()), queries(browser, f"{audit.get_absolute_url()}do/answer/")
    for number in range(27):
        audits.add_question(audit.checklist, by=ines, text=f"Q{number}")
    many = queries(browser, audit.get_absolute_url()), queries(browser, f"{audit.get_absolute_url()}do/answer/")
    assert [len(part) for part in few] == [len(part) for part in many], "\n".join(many[1])
    assert len(many[0]) <= 12, "\n".join(many[0])
