"""A revision from draft to effect: one on its way, one in effect, approved by somebody else."""

import pytest
from django.db import IntegrityError, transaction

from documents import services as documents
from documents.models import Document, DocumentType, Revision
from documents.selectors import effective_revision, revision_on_its_way
from documents.states import ReadinessPolicy
from people import services as people
from records.models import Signature
from tests.cast import fresh, in_days, refusal, signing, today
from training import services as training


@pytest.fixture
def draft(munich, grinding, olga, system) -> Revision:
    kind = DocumentType.objects.get(code="WI")
    steps = [{"what": "Load"}, {"what": "Grind"}]
    made = documents.create_document(
        by=olga, site=munich, type=kind, title="Grind", process=grinding, body="<p>x</p>", steps=steps
    )
    return revision_on_its_way(made)


def approved(revision, olga, axel) -> Revision:
    documents.submit(revision, by=olga)
    return documents.approve(revision, by=axel, signing=signing(revision, axel, "approved"))


def in_effect(revision, olga, axel) -> Document:
    documents.issue(approved(revision, olga, axel), by=axel, effective_on=today())
    documents.make_effective(revision, by=axel)
    return Document.objects.get(pk=revision.document_id)


def test_numbers_follow_type_and_document(draft):
    assert draft.document.number == "MUC-WI-0001"
    assert draft.number == "MUC-WI-0001-r1"


def test_the_author_does_not_approve(draft, olga):
    documents.submit(draft, by=olga)
    with refusal("self-approved"):
        documents.approve(draft, by=olga, signing=signing(draft, olga, "approved"))
    assert fresh(draft).status == "in-review"
    assert Signature.objects.count() == 0


def test_what_changed_after_it_was_shown_is_not_signed(draft, olga, axel):
    shown = signing(draft, axel, "approved")
    documents.edit_revision(draft, by=olga, body="<p>y</p>")
    documents.submit(draft, by=olga)
    with refusal("content-changed"):
        documents.approve(draft, by=axel, signing=shown)


def test_an_empty_draft_is_not_submitted(munich, olga):
    made = documents.create_document(by=olga, site=munich, type=DocumentType.objects.get(code="PR"), title="Empty")
    with refusal("empty"):
        documents.submit(revision_on_its_way(made), by=olga)


def test_changes_requested_go_back_to_the_author(draft, olga, axel):
    documents.submit(draft, by=olga)
    documents.request_changes(
        draft, by=axel, reason="The second step is missing.", signing=signing(draft, axel, "rejected")
    )
    documents.edit_revision(draft, by=olga, steps=[{"what": "Load"}, {"what": "Grind"}, {"what": "Gauge"}])
    assert [step.what for step in draft.steps.all()] == ["Load", "Grind", "Gauge"]
    assert approved(draft, olga, axel).status == "approved"


def test_the_next_revision_supersedes_the_one_before_in_one_step(draft, olga, axel):
    document = in_effect(draft, olga, axel)
    second = documents.start_revision(document, by=olga, reason="Faster", change_summary="New clamp")
    assert [step.key for step in second.steps.all()] == [step.key for step in draft.steps.all()]
    in_effect(second, olga, axel)
    assert effective_revision(document) == second
    assert fresh(draft).status == "superseded"
    assert fresh(draft).superseded_at == fresh(second).effective_at


def test_a_new_revision_says_why_and_what(draft, olga, axel):
    document = in_effect(draft, olga, axel)
    second = documents.start_revision(document, by=olga, reason="Faster")
    with refusal("change-not-described"):
        documents.submit(second, by=olga)


def test_one_revision_is_on_its_way_at_a_time(draft, olga, axel):
    document = in_effect(draft, olga, axel)
    documents.start_revision(document, by=olga, reason="One")
    with refusal("revision-on-its-way"):
        documents.start_revision(fresh(document), by=olga, reason="Two")


def test_the_database_keeps_one_in_effect(draft, olga, axel):
    document = in_effect(draft, olga, axel)
    second = documents.start_revision(document, by=olga, reason="One")
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(pk=second.pk).update(effective_at=fresh(draft).effective_at)


def test_the_effective_date_is_not_in_the_past(draft, olga, axel):
    revision = approved(draft, olga, axel)
    with refusal("effective-in-the-past"):
        documents.issue(revision, by=axel, effective_on=in_days(-1))


def test_the_job_waits_for_the_date(draft, olga, axel, system):
    documents.issue(approved(draft, olga, axel), by=axel, effective_on=in_days(3))
    assert documents.make_due_effective(on=today(), by=system) == 0
    assert documents.make_due_effective(on=in_days(3), by=system) == 1
    assert documents.make_due_effective(on=in_days(3), by=system) == 0


@pytest.mark.parametrize(
    ("policy", "status"),
    [(ReadinessPolicy.BLOCK, "issued"), (ReadinessPolicy.WARN, "effective"), (ReadinessPolicy.RECORD, "effective")],
)
def test_untrained_people_hold_it_back_where_the_type_says_so(
    draft, olga, axel, pedro, grinder, system, policy, status
):
    DocumentType.objects.filter(code="WI").update(readiness=policy)
    people.take_role(pedro, job_role=grinder, since=today(), by=axel)
    training.require_now(by=axel, job_role=grinder, document=draft.document)
    documents.issue(approved(draft, olga, axel), by=axel, effective_on=today())
    documents.make_due_effective(on=today(), by=system)
    assert fresh(draft).status == status


def test_nobody_to_train_holds_nothing_back(draft, olga, axel, system):
    DocumentType.objects.filter(code="WI").update(readiness=ReadinessPolicy.BLOCK)
    documents.issue(approved(draft, olga, axel), by=axel, effective_on=today())
    assert fresh(draft).trained_share == 100
    assert documents.make_due_effective(on=today(), by=system) == 1


def test_an_effective_text_is_not_edited(draft, olga, axel):
    in_effect(draft, olga, axel)
    with refusal("not-a-draft"):
        documents.edit_revision(fresh(draft), by=olga, body="<p>z</p>")


def test_a_retired_document_leaves_nothing_in_effect(draft, olga, axel):
    document = in_effect(draft, olga, axel)
    documents.retire(document, by=axel, reason="The machine was sold.")
    assert fresh(draft).status == "obsolete"
    assert effective_revision(document) is None
    with refusal("retired"):
        documents.start_revision(fresh(document), by=olga, reason="Back")


def test_active_content_never_gets_in(draft, olga):
    documents.edit_revision(draft, by=olga, body='<p onclick="x()">a<script>b</script><a href="javascript:c">d</a></p>')
    assert fresh(draft).body == '<p>a<a rel="noopener noreferrer">d</a></p>'
