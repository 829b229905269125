"""Who may audit, what is refused, and what bad input is told."""

import pytest

from audits import permissions
from audits import services as audits
from audits.models import Audit, Checklist, Finding
from audits.states import AuditStatus, FindingStatus, Grade, Result
from people.models import Holding
from records.selectors import manifestations
from tests.audits.conftest import answer_all, drive, drive_finding, raised
from tests.cast import CAST, api_for, client_for, fresh, in_days, refusal, signing, today

MAY_AUDIT = {
    "may_edit_audit": {"ines", "axel"},
    "may_start": {"ines", "axel"},
    "may_answer": {"ines", "axel"},
    "may_raise_finding": {"ines", "axel"},
    "may_report": {"ines"},
    "may_follow": {"ines", "axel"},
    "may_close": {"ines", "axel"},
}
MAY_FINDING = {
    "may_respond": {"olga", "axel"},
    "may_act": {"olga", "axel"},
    "may_verify": {"ines", "axel"},
    "may_close_finding": {"ines", "axel"},
    "may_open_capa": {"olga", "ines", "axel"},
}


@pytest.mark.parametrize("name", MAY_AUDIT)
def test_who_may_with_an_audit(cast, audit, name):
    """Ines audits."""
    assert {who for who in CAST if getattr(permissions, name)(cast[who], audit)} == MAY_AUDIT[name]


@pytest.mark.parametrize("name", MAY_FINDING)
def test_who_may_with_a_finding(cast, finding, name):
    assert {who for who in CAST if getattr(permissions, name)(cast[who], finding)} == MAY_FINDING[name]


def test_nobody_audits_their_own_process(munich, checklist, olga, ines, pedro, grinder):
    plan = {"by": ines, "site": munich, "title": "t", "checklist": checklist, "planned_on": in_days(1)}
    with refusal("not-independent"):
        audits.plan_audit(**plan, auditor=olga)
    Holding.objects.create(person=pedro, job_role=grinder, since=in_days(-5))
    with refusal("not-independent"):
        audits.plan_audit(**plan, auditor=pedro)
    audit = audits.plan_audit(**plan, auditor=ines)
    with refusal("not-independent"):
        audits.edit_audit(audit, by=ines, owner=olga, planned_on=in_days(2))
    Holding.objects.create(person=ines, job_role=grinder, since=today())
    with refusal("not-independent"):
        audits.start(audit, by=ines)


def test_plans_are_ahead_and_lists_are_of_the_site(munich, lyon, checklist, ines, sam):
    with refusal("planned-in-the-past"):
        audits.plan_audit(
            by=ines, site=munich, title="t", checklist=checklist, auditor=ines, planned_on=in_days(-1)
        )  # fmt: skip
    with refusal("checklist-elsewhere"):
        audits.plan_audit(by=sam, site=lyon, title="t", checklist=checklist, auditor=sam, planned_on=in_days(1))
    with refusal("name-taken"):
        audits.add_checklist(by=ines, site=munich, type="5s", name="Grinding")


def test_answers_need_a_running_audit_and_a_no_its_evidence(audit, munich, ines):
    question = audit.checklist.questions.first()
    with refusal("not-running"):
        audits.answer(audit, by=ines, question=question, result=Result.CONFORM)
    audits.start(audit, by=ines)
    for result in (Result.NONCONFORM, Result.CORRECTED):
        with refusal("evidence-missing"):
            audits.answer(audit, by=ines, question=question, result=result)
    other = audits.add_checklist(by=ines, site=munich, type="5s", name="Other", questions=[{"text": "Q"}])
    with refusal("foreign-question"):
        audits.answer(audit, by=ines, question=other.questions.get(), result=Result.CONFORM)


def test_a_report_answers_every_question(audit, ines):
    audits.start(audit, by=ines)
    with refusal("questions-unanswered"):
        audits.report(audit, by=ines, signing=signing(audit, ines, "authored"), conclusion="Fine")
    answer_all(audit, ines)
    with refusal("wrong-password"):
        audits.report(audit, by=ines, signing=signing(audit, ines, "authored", "wrong"), conclusion="Fine")
    audits.report(audit, by=ines, signing=signing(audit, ines, "authored"), conclusion="Fine")
    assert [one.is_superseded for one in manifestations(fresh(audit))] == [False]
    with refusal("no-findings"):
        audits.follow(audit, by=ines)
    with refusal("not-running"):
        answer_all(audit, ines, Result.OPPORTUNITY)


def test_an_audit_waits_for_its_findings(audit, ines, olga, axel):
    drive(audit, AuditStatus.FOLLOW_UP, by=ines)
    with refusal("open-findings"):
        audits.close(audit, by=ines)
    drive_finding(Finding.objects.get(), FindingStatus.CLOSED, owner=olga, auditor=axel)
    assert audits.close(audit, by=ines).status == AuditStatus.CLOSED


def test_somebody_else_verifies_and_a_strength_needs_no_capa(audit, ines, axel):
    audits.start(audit, by=ines)
    finding = raised(audit, ines)
    drive_finding(finding, FindingStatus.ACTED, owner=axel, auditor=ines)
    with refusal("self-verified"):
        audits.verify(finding, by=axel, verification="Seen")
    with refusal("strength"):
        audits.open_capa(raised(audit, ines, grade=Grade.STRENGTH), by=ines)
    with refusal("due-in-the-past"):
        raised(audit, ines, response_due=in_days(-1))


def test_missed_audits_are_named_and_made_up_for(munich, audit, system, ines):
    assert audits.miss_overdue(on=in_days(5), by=system) == 0
    assert audits.miss_overdue(on=in_days(9), by=system) == 1
    assert audits.miss_overdue(on=in_days(9), by=system) == 0
    assert audits.start(fresh(audit), by=ines).status == AuditStatus.RUNNING


PLAN = {"site": "MUC", "title": "t", "auditor": "ines", "planned_on": "2099-01-05"}
BAD = [
    {"checklist": ""}, {"checklist": "nonsense"}, {"checklist": "00000000-0000-0000-0000-000000000000"},
    {"auditor": "sam"}, {"auditor": "olga"}, {"planned_on": "NaN"}, {"planned_on": "2020-01-01"}, {"site": "LYS"},
    {"process": "LYS/WELD"}, {"title": ""},
]  # fmt: skip


@pytest.mark.parametrize("wrong", BAD)
def test_bad_plans_are_told_and_nothing_is_written(checklist, ines, welding, wrong):
    data = {**PLAN, "checklist": str(checklist.uuid), **wrong}
    assert client_for(ines).post("/audits/new/", data).status_code == 422
    assert api_for(ines).post("audits/", data).status_code in (400, 409)
    assert Audit.objects.count() == 0


@pytest.mark.parametrize(
    "answers",
    [None, [], "yes", [7], [{}], [{"result": "conform"}], [{"question": "x", "result": "conform"}],
     [{"question": "Q", "result": "perhaps"}], [{"question": "Q"}], [{"question": "Q", "result": "nonconform"}],
     [{"question": "Q", "result": "conform", "note": "x" * 501}]],
)  # fmt: skip
def test_bad_answers_are_told_and_nothing_is_written(audit, ines, answers):
    audits.start(audit, by=ines)
    key = str(audit.checklist.questions.first().uuid)
    if isinstance(answers, list):
        answers = [{**row, "question": key} if isinstance(row, dict) and row.get("question") == "Q" else row
                   for row in answers]  # fmt: skip
    answer = api_for(ines).post(f"audits/{audit.number}/answer/", {"answers": answers})
    assert answer.status_code in (400, 409), answer.content
    assert audit.answers.count() == 0


@pytest.mark.parametrize(
    "data",
    [{}, {"site": "LYS", "type": "5s", "name": "n", "questions-count": "1", "questions-0-text": "Q"},
     {"site": "MUC", "type": "7s", "name": "n", "questions-count": "1", "questions-0-text": "Q"},
     {"site": "MUC", "type": "5s", "name": "n", "questions-count": "NaN"},
     {"site": "MUC", "type": "5s", "name": "n", "questions-count": "1", "questions-0-text": "x" * 301}],
)  # fmt: skip
def test_bad_checklists_are_told_and_nothing_is_written(ines, sam, data):
    assert client_for(ines).post("/checklists/new/", data).status_code == 422
    assert Checklist.objects.count() == 0


@pytest.mark.parametrize(
    ("verb", "data"),
    [("respond", {}), ("respond", {"response": "  "}), ("act", {"action_taken": "early"}), ("verify", {})],
)
def test_bad_input_for_findings_is_told(finding, axel, verb, data):
    assert api_for(axel).post(f"findings/{finding.number}/{verb}/", data).status_code in (400, 409)
    assert client_for(axel).post(f"{finding.get_absolute_url()}do/{verb}/", data).status_code == 422
    assert fresh(finding).version == 1
