import pytest

from people import services as people
from people.models import Station
from tests.cast import fresh, today
from tests.training import station as at
from training import services as training
from training.models import Assignment


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
