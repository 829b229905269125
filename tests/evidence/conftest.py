import pytest
from django.db import connections

from capa import services as capas
from evidence.context import acting
from evidence.ledger import anchors
from people.models import Site, User
from people.states import Authority
from tests.cast import fresh, person
from tests.evidence.tampering import faults, seal_all


@pytest.fixture
def capa(munich, olga):
    return capas.open_capa(by=olga, site=munich, title="Rings", problem="p")


@pytest.fixture
def sealed(committed_db):
    """A small plant that is committed, sealed and whole. Gives its CAPA."""
    munich = Site.objects.create(code="MUC", name="Munich")
    olga = person("olga", munich, Authority.ENGINEER)
    with acting(olga, reason="to begin"):
        made = capas.open_capa(by=olga, site=munich, title="Rings", problem="p")
        capas.edit_capa(made, by=olga, title="Wide rings", due=made.due)
    seal_all()
    assert faults() == set()
    return fresh(made)


@pytest.fixture
def anchored(sealed, settings, tmp_path):
    """The head of the small plant, anchored twice with a change between."""
    settings.LEDGER_ANCHORS = tmp_path / "anchors.jsonl"
    settings.LEDGER_ANCHOR_KEY = tmp_path / "anchor.pem"
    anchors.anchor(connections["sealer"])
    olga = User.objects.get(username="olga")
    with acting(olga):
        capas.edit_capa(fresh(sealed), by=olga, title="Round rings", due=sealed.due)
    seal_all()
    anchors.anchor(connections["sealer"])
    return settings.LEDGER_ANCHORS
