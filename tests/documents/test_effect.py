"""Issue and effect: what each policy does with unfinished training, and what a sheet of paper says of itself."""

import io

import pytest
from pypdf import PdfReader

from documents import pdfs, selectors
from documents import services as documents
from documents.models import DocumentType, Revision
from documents.states import ReadinessPolicy
from evidence.models import Event
from jobs.delivery import deliver
from jobs.models import OutboxMessage
from people import services as people
from records.models import Notification
from tests.cast import client_for, fresh, in_days, signing, today
from tests.documents.publishing import drafted, issued, published, revised
from training import services as training
from training.models import Assignment


@pytest.fixture
def untrained(munich, grinding, grinder, olga, axel, pedro, sven, system):
    """A revision that is issued for today, and of two people nobody has read it."""

    def made(policy: str) -> Revision:
        DocumentType.objects.filter(code="WI").update(readiness=policy)
        document = drafted(munich, olga, type="WI", title="Grind", process=grinding)
        for person in (pedro, sven):
            people.take_role(person, job_role=grinder, since=today(), by=axel)
        training.require_now(by=axel, job_role=grinder, document=document)
        revision = issued(document, olga, axel)
        documents.make_due_effective(on=today(), by=system)
        return Revision.objects.select_related("document__type", "site").get(pk=revision.pk)

    return made


def train(revision: Revision, person) -> None:
    assignment = Assignment.objects.get(revision=revision, person=person)
    training.open_assignment(assignment, by=person)
    training.acknowledge(assignment, by=person, signing=signing(revision, person, "acknowledged"))
    for message in OutboxMessage.objects.filter(task="training.tell_readiness", done_at=None):
        assert deliver(message.pk)


def page(revision: Revision, user) -> str:
    return client_for(user).get(revision.get_absolute_url()).content.decode()


def test_block_waits_says_for_whom_and_goes_on_with_the_last(untrained, pedro, sven, olga, system):
    revision = untrained(ReadinessPolicy.BLOCK)
    assert revision.status == "issued"
    assert "Waits for training: 0 of 2 people trained" in page(revision, olga)
    train(revision, pedro)
    assert "1 of 2 people trained" in page(revision, olga)
    assert documents.make_due_effective(on=today(), by=system) == 0
    train(revision, sven)
    assert documents.make_due_effective(on=today(), by=system) == 1
    assert "Waits for training" not in page(fresh(revision), olga)


def test_warn_takes_effect_tells_and_shows_it_until_all_are_trained(untrained, pedro, sven, olga):
    revision = untrained(ReadinessPolicy.WARN)
    assert (revision.status, revision.untrained_at_effect) == ("effective", 2)
    told = Notification.objects.filter(key=f"untrained-{revision.number}")
    assert sorted(one.person.username for one in told) == ["axel", "olga"]
    assert "training is not finished: 0 of 2 people trained" in page(revision, olga)
    for person in (pedro, sven):
        train(revision, person)
    assert "training is not finished" not in page(revision, olga)
    assert "Not trained when it took effect: 2" in page(revision, olga)


def test_record_takes_effect_and_writes_it_down_without_a_word(untrained, olga):
    revision = untrained(ReadinessPolicy.RECORD)
    assert (revision.status, revision.untrained_at_effect) == ("effective", 2)
    assert Notification.objects.filter(key__startswith="untrained-").count() == 0
    assert Event.objects.get(verb="effective before trained").data == {"share": 0, "untrained": 2}
    assert "Not trained when it took effect: 2" in page(revision, olga)
    assert "training is not finished" not in page(revision, olga)


def test_enough_are_trained_where_the_type_says_how_many_are_enough(untrained, pedro, olga, system):
    DocumentType.objects.filter(code="WI").update(ready_share=50)
    revision = untrained(ReadinessPolicy.BLOCK)
    train(revision, pedro)
    DocumentType.objects.filter(code="WI").update(readiness=ReadinessPolicy.WARN)
    assert documents.make_due_effective(on=today(), by=system) == 1
    assert Notification.objects.filter(key__startswith="untrained-").count() == 0
    assert fresh(revision).untrained_at_effect == 1
    assert "training is not finished" not in page(fresh(revision), olga)


def test_who_is_trained_in_time_is_nobodys_concern(munich, olga, axel, system):
    revision = published(drafted(munich, olga), olga, axel)
    assert Event.objects.filter(verb="effective before trained").count() == 0
    assert selectors.training_state(fresh(revision)) is None


def words_of(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return " ".join(text.split())


def paper(revision: Revision, user) -> str:
    return words_of(client_for(user), f"{revision.get_absolute_url()}record.pdf")


def test_paper_says_draft_superseded_withdrawn_and_obsolete(munich, olga, axel):
    document = drafted(munich, olga)
    first = Revision.objects.get(document=document)
    assert "DRAFT – not for use" in paper(first, olga)
    published(document, olga, axel)
    assert "DRAFT" not in paper(first, olga)
    assert "Uncontrolled when printed; scan to check." in paper(first, olga)
    second = revised(document, olga, axel)
    assert f"SUPERSEDED by {second.number} since {today()}" in paper(first, olga)
    third = documents.start_revision(fresh(document), by=olga, reason="Once more")
    documents.withdraw(third, by=olga, reason="Not needed after all.")
    assert "WITHDRAWN" in paper(third, olga)
    documents.retire(fresh(document), by=axel, reason="Sold the machine.")
    assert "OBSOLETE since" in paper(second, olga)
    assert f"SUPERSEDED by {second.number}" in paper(first, olga)


def test_what_is_issued_for_later_says_so(munich, olga, axel):
    document = drafted(munich, olga)
    revision = issued(document, olga, axel)
    Revision.objects.filter(pk=revision.pk).update(effective_on=in_days(9))
    assert f"before{in_days(9)}" in paper(revision, olga).replace(" ", "")
    assert "Not in force yet" in page(fresh(revision), olga)


def test_what_is_approved_and_not_issued_says_so(munich, olga, axel):
    revision = Revision.objects.get(document=drafted(munich, olga))
    documents.submit(revision, by=olga)
    documents.approve(revision, by=axel, signing=signing(revision, axel, "approved"))
    assert "Approved and not issued yet" in page(fresh(revision), olga)
    assert selectors.standing(fresh(revision)).code == "draft"


def test_a_page_that_is_not_current_says_where_to_go(munich, olga, axel):
    first = published(drafted(munich, olga), olga, axel)
    second = revised(first.document, olga, axel)
    shown = page(fresh(first), olga)
    assert f"Superseded by {second.number}" in shown
    assert f'href="{second.get_absolute_url()}"' in shown
    assert "alert-danger" not in page(second, olga)


def test_the_code_on_paper_leads_to_the_public_address(munich, olga, axel, settings):
    settings.BASE_URL = "https://qms.example.com/"
    revision = published(drafted(munich, olga), olga, axel)
    control = pdfs.control(revision)
    assert control["scan_url"] == f"https://qms.example.com/c/{revision.scan_key}/"
    assert control["scan_code"].startswith("data:image/svg+xml")
