"""What is written into a draft counts as a change: nobody overwrites the steps of somebody else unseen."""

import pytest

from documents import services as documents
from documents.models import DocumentType, Revision
from evidence.context import acting
from evidence.models import Event
from evidence.refusals import Stale

CLAMP, GRIND = {"what": "Clamp"}, {"what": "Grind"}


@pytest.fixture
def draft(munich, olga):
    kind = DocumentType.objects.get(code="SW")
    with acting(olga):
        document = documents.create_document(by=olga, site=munich, type=kind, title="Grind", steps=[CLAMP])
    return Revision.objects.get(document=document)


def test_new_steps_are_a_change_with_a_version_and_an_event(draft, olga):
    with acting(olga):
        documents.edit_revision(draft, by=olga, steps=[CLAMP, GRIND])
    assert draft.version == 2
    assert Event.objects.filter(verb="changed").latest("pk").data == {"fields": ["steps"]}


def test_whoever_read_the_old_steps_does_not_overwrite_the_new(draft, olga):
    stale = Revision.objects.get(pk=draft.pk)
    with acting(olga):
        documents.edit_revision(draft, by=olga, steps=[GRIND])
        with pytest.raises(Stale):
            documents.edit_revision(stale, by=olga, steps=[CLAMP])
    assert [step.what for step in draft.steps.all()] == ["Grind"]


def test_the_same_steps_again_change_nothing(draft, olga):
    same = [step.content() for step in draft.steps.all()]
    with acting(olga):
        documents.edit_revision(draft, by=olga, steps=same)
    assert draft.version == 1


def test_why_a_revision_is_written_is_kept_and_counts_as_a_change(draft, olga):
    stale = Revision.objects.get(pk=draft.pk)
    with acting(olga):
        documents.edit_revision(draft, by=olga, reason="Two rings came loose.")
        assert Revision.objects.get(pk=draft.pk).reason == "Two rings came loose."
        assert Event.objects.filter(verb="changed").latest("pk").data == {"fields": ["reason"]}
        with pytest.raises(Stale):
            documents.edit_revision(stale, by=olga, reason="Something else")
