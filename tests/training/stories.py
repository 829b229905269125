"""How a standard is approved and issued, passed by somebody, and a level signed."""

from documents import services as documents
from documents.models import Document, Revision
from documents.selectors import newest_in_force, revision_on_its_way
from tests.cast import fresh, signing, today
from training import services as training
from training.models import Assignment, Skill


def issued(document: Document, olga, axel, **facts) -> Revision:
    revision = revision_on_its_way(document)
    documents.submit(revision, by=olga)
    documents.approve(revision, by=axel, signing=signing(revision, axel, "approved"))
    return documents.issue(revision, by=axel, effective_on=facts.get("effective_on", today()))


def in_effect(document: Document, olga, axel, system) -> Revision:
    issued(document, olga, axel)
    return documents.make_effective(newest_in_force(document), by=system)


def revised(document: Document, olga, axel, system, **facts) -> Revision:
    documents.start_revision(fresh(document), by=olga, reason="Next", change_summary="More", **facts)
    return in_effect(document, olga, axel, system)


def passed(assignment: Assignment) -> Assignment:
    """The person opens and signs it."""
    training.open_assignment(assignment, by=assignment.person)
    shown = signing(assignment.signed_record, assignment.person, "acknowledged")
    return training.acknowledge(fresh(assignment), by=assignment.person, signing=shown)


def assessed(skill: Skill, who, level: int, by, **facts):
    return training.assess_skill(skill, by=by, person=who, level=level, signing=signing(skill, by, "verified"), **facts)
