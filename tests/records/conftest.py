"""A revision that waits for its approval, and one that has it."""

import pytest

from documents import services as documents
from documents.models import Revision
from tests.cast import (
    signing,
)
from tests.records.signed import submitted


@pytest.fixture
def revision(munich, olga, system) -> Revision:
    """Olga's, in review."""
    return submitted(olga, munich)


@pytest.fixture
def approved(revision, axel) -> Revision:
    return documents.approve(revision, by=axel, signing=signing(revision, axel, "approved"))
