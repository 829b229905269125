"""A draft of standard work that Olga writes."""

import pytest

from documents import services as documents
from documents.models import DocumentType, Revision
from evidence.context import acting


@pytest.fixture
def draft(munich, olga):
    with acting(olga):
        document = documents.create_document(
            by=olga, site=munich, type=DocumentType.objects.get(code="SW"), title="Grind", steps=[{"what": "Clamp"}]
        )
    return Revision.objects.get(document=document)
