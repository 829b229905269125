"""A standard that ring grinders must know, a skill, and a shared tablet at a station."""

from datetime import time

import pytest

from documents import services as documents
from documents.models import Document, DocumentType
from people import services as people
from people.models import Shift, Station
from tests.cast import fresh, person, today
from tests.training import station as at
from tests.training.stories import in_effect, passed
from training import services as training
from training.models import Assignment, Skill


@pytest.fixture
def station(munich, grinding) -> Station:
    return Station.objects.create(site=munich, process=grinding, code="G-1", name="Ring grinder 1")


@pytest.fixture
def kiosk(station, sven):
    return at.tablet(station, sven)


@pytest.fixture
def tablet(kiosk):
    """The browser of the enrolled tablet."""
    return kiosk[1]


@pytest.fixture
def rings(munich, grinding, grinder, olga, axel, pedro, system):
    """A standard that Pedro has signed for at its first revision."""
    at.give(pedro)
    document = at.standard(munich, grinding, olga)
    people.take_role(pedro, job_role=grinder, since=today(), by=axel)
    training.require_now(by=axel, job_role=grinder, document=document)
    at.in_effect(document, olga, axel, system)
    at.pass_now(Assignment.objects.get(person=pedro), pedro)
    return fresh(document)


@pytest.fixture
def changed(rings, olga, axel) -> Assignment:
    """One step has changed since; Pedro has to read it."""
    at.next_revision(rings, olga)
    revision = at.issue(rings, olga, axel)
    return Assignment.objects.get(revision=revision)


@pytest.fixture
def standard(munich, grinding, olga, system) -> Document:
    kind = DocumentType.objects.get(code="WI")
    return documents.create_document(by=olga, site=munich, type=kind, title="Grind", process=grinding, body="<p>x</p>")


@pytest.fixture
def skill(munich, grinding, olga) -> Skill:
    return training.add_skill(by=olga, site=munich, code="GRIND", title="Ring grinding", process=grinding)


@pytest.fixture
def early(munich) -> Shift:
    return Shift.objects.create(site=munich, name="early", starts=time(6), ends=time(14), weekdays=[0, 1, 2, 3, 4])


@pytest.fixture
def nina(munich):
    return person("nina", munich, "operator")


@pytest.fixture
def known(standard, grinder, pedro, olga, axel, system) -> Assignment:
    """Pedro knows a standard that is good for a year."""
    people.take_role(pedro, job_role=grinder, since=today(), by=axel)
    training.require_now(by=axel, job_role=grinder, document=standard, validity_months=12)
    in_effect(standard, olga, axel, system)
    return passed(Assignment.objects.get(person=pedro))
