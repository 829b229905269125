"""A layered-process checklist, an internal one, and an audit that can be driven to any of its states."""

from typing import Any

import pytest

from audits import services as audits
from audits.models import Audit, Checklist, Finding
from audits.states import AuditStatus, AuditType, FindingStatus, Grade, Result
from tests.cast import in_days, signing

QUESTIONS = (
    {"text": "Is the current revision at the station?", "clause": "7.5.3", "aspect": "conformity"},
    {"text": "Is the target reached?", "aspect": "performance"},
    {"text": "Does anybody wait?", "aspect": "waste"},
)


@pytest.fixture
def checklist(munich, grinding, ines) -> Checklist:
    return audits.add_checklist(
        by=ines, site=munich, type=AuditType.INTERNAL, name="Grinding", process=grinding, questions=QUESTIONS
    )


@pytest.fixture
def audit(munich, checklist, ines) -> Audit:
    return audits.plan_audit(
        by=ines, site=munich, title="Grinding, spring", checklist=checklist, auditor=ines, planned_on=in_days(1)
    )


@pytest.fixture
def finding(audit, ines) -> Finding:
    audits.start(audit, by=ines)
    return raised(audit, ines)


def raised(audit: Audit, by: Any, **facts: Any) -> Finding:
    words = {"title": "Old revision", "requirement": "7.5.3", "evidence": "Station 2 on 4 May", "gap": "Two behind"}
    return audits.raise_finding(audit, by=by, **{"grade": Grade.MINOR, **words, **facts})


def answer_all(audit: Audit, by: Any, result: str = Result.CONFORM) -> None:
    rows = [{"question": row, "result": result, "note": "seen"} for row in audit.checklist.questions.all()]
    audits.answer_all(audit, by=by, answers=rows)


def drive(audit: Audit, status: str, *, by: Any) -> Audit:
    """Bring an audit to a state through its services."""
    if status == AuditStatus.PLANNED:
        return audit
    if status == AuditStatus.MISSED:
        return audits.miss(audit, by=by)
    audits.start(audit, by=by)
    if status == AuditStatus.RUNNING:
        return audit
    answer_all(audit, by)
    if status == AuditStatus.FOLLOW_UP:
        raised(audit, by)
    audits.report(audit, by=by, signing=signing(audit, by, "authored"), conclusion="Conform and on target.")
    if status == AuditStatus.FOLLOW_UP:
        audits.follow(audit, by=by)
    if status == AuditStatus.CLOSED:
        audits.close(audit, by=by)
    assert audit.status == status
    return audit


def drive_finding(finding: Finding, status: str, *, owner: Any, auditor: Any) -> Finding:
    """Bring a finding to a state through its services."""
    steps = (
        (FindingStatus.RESPONDED, lambda: audits.respond(finding, by=owner, response="New copies by Friday")),
        (FindingStatus.ACTED, lambda: audits.act(finding, by=owner, action_taken="Replaced")),
        (FindingStatus.VERIFIED, lambda: audits.verify(finding, by=auditor, verification="Seen at station 2")),
        (FindingStatus.CLOSED, lambda: audits.close_finding(finding, by=auditor)),
    )
    for reached, step in steps:
        if finding.status == status:
            break
        step()
        assert finding.status == reached
    return finding
