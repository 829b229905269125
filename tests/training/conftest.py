"""A standard that ring grinders must know, and how it is drafted, approved and issued."""

from datetime import time

import pytest

from documents import services as documents
from documents.models import Document, DocumentType, Revision
from documents.selectors import newest_in_force, revision_on_its_way
from people.models import Shift, Station
from tests.cast import fresh, person, signing, today
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


@pytest.fixture
def standard(munich, grinding, olga, system) -> Document:
    kind = DocumentType.objects.get(code="WI")
    return documents.create_document(by=olga, site=munich, type=kind, title="Grind", process=grinding, body="<p>x</p>")


@pytest.fixture
def skill(munich, grinding, olga) -> Skill:
    return training.add_skill(by=olga, site=munich, code="GRIND", title="Ring grinding", process=grinding)


@pytest.fixture
def station(munich, grinding) -> Station:
    return Station.objects.create(site=munich, code="RING-1", name="Ring grinder 1", process=grinding)


@pytest.fixture
def early(munich) -> Shift:
    return Shift.objects.create(site=munich, name="early", starts=time(6), ends=time(14), weekdays=[0, 1, 2, 3, 4])


@pytest.fixture
def nina(munich):
    return person("nina", munich, "operator")
