"""Training follows revisions and roles; only the person signs, and only for what is in force."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents import services as documents
from documents.models import Document, DocumentType, Revision
from documents.selectors import revision_on_its_way
from jobs.models import OutboxMessage
from people import services as people
from people.models import Holding
from people.selectors import last_day_worked
from records.models import Notification, Signature
from tests.cast import fresh, in_days, person, refusal, signing, today
from tests.training import station as at
from training import selectors
from training import services as training
from training.models import Assignment
from training.states import Method


def issued(document: Document, olga, axel, **facts) -> Revision:
    revision = revision_on_its_way(document)
    documents.submit(revision, by=olga)
    documents.approve(revision, by=axel, signing=signing(revision, axel, "approved"))
    return documents.issue(revision, by=axel, effective_on=facts.get("effective_on", today()))


@pytest.fixture
def standard(munich, grinding, olga, system) -> Document:
    kind = DocumentType.objects.get(code="WI")
    return documents.create_document(by=olga, site=munich, type=kind, title="Grind", process=grinding, body="<p>x</p>")


@pytest.fixture
def required(standard, grinder, pedro, axel):
    """Pedro holds the role that must know the standard."""
    people.take_role(pedro, job_role=grinder, since=today(), by=axel)
    return training.require_now(by=axel, job_role=grinder, document=standard)


@pytest.fixture
def mine(required, standard, olga, axel, pedro) -> Assignment:
    issued(standard, olga, axel, effective_on=in_days(10))
    return Assignment.objects.get(person=pedro)


def at_of(who) -> Assignment:
    return Assignment.objects.get(person=who, revision__no=1)


def test_issuing_assigns_everybody_in_the_role_by_the_effective_date(mine):
    worked = last_day_worked(mine.person.site, None, until=in_days(10))
    assert (mine.status, mine.reason, mine.due) == ("assigned", "new-revision", worked)
    assert mine.history.get().history_type == "+"


def test_opening_and_acknowledging_are_recorded_apart(mine, pedro):
    training.open_assignment(mine, by=pedro)
    assert fresh(mine).opened_at is not None
    assert fresh(mine).completed_at is None
    training.acknowledge(mine, by=pedro, signing=signing(mine.revision, pedro, "acknowledged"))
    assert fresh(mine).status == "passed"
    assert Signature.objects.get(meaning="acknowledged").signer == pedro


def test_nobody_signs_for_another(mine, sven):
    with refusal("not-yours"):
        training.open_assignment(mine, by=sven)
    with refusal("not-yours"):
        training.acknowledge(mine, by=sven, signing=signing(mine.revision, sven, "acknowledged"))


def test_a_wrong_password_signs_nothing(mine, pedro):
    training.open_assignment(mine, by=pedro)
    with refusal("wrong-password"):
        training.acknowledge(mine, by=pedro, signing=signing(mine.revision, pedro, "acknowledged", "guess"))
    assert fresh(mine).status == "opened"


def test_what_was_superseded_meanwhile_is_not_signed(mine, standard, olga, axel, pedro, system):
    training.open_assignment(mine, by=pedro)
    documents.make_effective(fresh(mine.revision), by=system)
    documents.start_revision(fresh(standard), by=olga, reason="Next", change_summary="More")
    second = issued(standard, olga, axel)
    assert fresh(mine).status == "replaced"
    with refusal("superseded"):
        training.acknowledge(mine, by=pedro, signing=signing(mine.revision, pedro, "acknowledged"))
    assert Assignment.objects.get(person=pedro, revision=second).status == "assigned"


def test_a_newcomer_is_assigned_what_is_in_force_that_day(mine, munich, grinder, axel):
    nina = person("nina", munich, "operator")
    people.take_role(nina, job_role=grinder, since=today(), by=axel)
    assert Assignment.objects.get(person=nina).reason == "new-role"


def test_a_role_that_begins_later_is_assigned_on_its_day(mine, munich, grinder, axel, system):
    nina = person("nina", munich, "operator")
    people.take_role(nina, job_role=grinder, since=in_days(5), by=axel)
    assert not Assignment.objects.filter(person=nina).exists()
    assert training.start_roles_due(on=today(), by=system) >= 0
    assert not Assignment.objects.filter(person=nina).exists()


def test_who_leaves_the_role_is_released(mine, pedro, axel):
    people.leave_role(pedro.holdings.get(), until=in_days(1), by=axel)
    assert fresh(mine).status == "expired"
    assert list(selectors.untrained(mine.revision, on=in_days(1))) == []


def test_what_was_still_to_be_read_is_so_again_when_the_next_revision_is_taken_back(
    mine, standard, munich, grinder, olga, axel, pedro, nina, system
):
    documents.make_effective(fresh(mine.revision), by=system)
    people.take_role(nina, job_role=grinder, since=today(), by=axel)
    training.open_assignment(at_of(nina), by=nina)
    training.acknowledge(at_of(nina), by=nina, signing=signing(mine.revision, nina, "acknowledged"))
    documents.start_revision(fresh(standard), by=olga, reason="Next", change_summary="More")
    second = issued(fresh(standard), olga, axel)
    late = person("late", munich, "operator")
    people.take_role(late, job_role=grinder, since=today(), by=axel)
    documents.withdraw(second, by=axel, reason="It was wrong.")
    assert (fresh(mine).status, fresh(mine).due) == ("assigned", mine.due)
    open_now = Assignment.objects.filter(status="assigned").order_by("person__username")
    assert [(one.person.username, one.revision.no) for one in open_now] == [("late", 1), ("pedro", 1)]
    assert fresh(mine.revision).trained_people == 1


def test_who_is_gone_is_not_overdue(mine, standard, pedro, axel):
    training.require_now(by=axel, person=pedro, document=standard)
    people.deactivate(pedro, by=axel, on=today())
    assert not selectors.overdue(in_days(400)).exists()


def test_an_editorial_revision_asks_for_no_training(mine, standard, olga, axel, pedro, system):
    training.open_assignment(mine, by=pedro)
    training.acknowledge(mine, by=pedro, signing=signing(mine.revision, pedro, "acknowledged"))
    documents.make_effective(fresh(mine.revision), by=system)
    documents.start_revision(fresh(standard), by=olga, reason="Typo", change_summary="A comma", training="none")
    second = issued(standard, olga, axel)
    assert not Assignment.objects.filter(revision=second).exists()
    assert selectors.readiness(second, on=today()).share in (0, 100)


def test_practical_training_is_signed_by_a_supervisor(standard, grinder, pedro, sven, olga, axel):
    people.take_role(pedro, job_role=grinder, since=today(), by=axel)
    training.require_now(by=axel, job_role=grinder, document=standard, method=Method.PRACTICAL)
    issued(standard, olga, axel)
    mine = Assignment.objects.get(person=pedro)
    training.open_assignment(mine, by=pedro)
    with refusal("practical"):
        training.acknowledge(mine, by=pedro, signing=signing(mine.revision, pedro, "acknowledged"))
    training.assess(mine, by=sven, signing=signing(mine.revision, sven, "verified"), note="Three parts in a row")
    assert fresh(mine).status == "passed"


def test_nobody_assesses_or_waives_themselves(mine, pedro):
    with refusal("self-assessed"):
        training.assess(mine, by=pedro, signing=signing(mine.revision, pedro, "verified"))
    with refusal("self-waived"):
        training.waive(mine, by=pedro, reason="I know it anyway", signing=signing(mine.revision, pedro, "waived"))


def test_a_waiver_has_a_reason_and_counts_as_qualified(mine, sven):
    with refusal("reason-missing"):
        training.waive(mine, by=sven, reason="  ", signing=signing(mine.revision, sven, "waived"))
    training.waive(mine, by=sven, reason="Wrote the standard himself.", signing=signing(mine.revision, sven, "waived"))
    assert selectors.readiness(mine.revision, on=today()).share == 100


def test_a_document_is_required_once_of_a_role(required, grinder, standard, axel):
    with refusal("already-required"):
        training.require(by=axel, job_role=grinder, document=standard)


def test_reminders_come_once_a_day(mine, system):
    assert training.remind(on=in_days(5), by=system) == 1
    assert training.remind(on=in_days(5), by=system) == 0
    assert training.remind(on=in_days(6), by=system) == 1


def test_the_matrix_shows_who_knows_what(mine, munich, pedro, standard):
    row = selectors.matrix([pedro], [standard], on=today())[0]
    assert (row.cells[0].required, row.cells[0].status, row.cells[0].is_overdue) == (True, "assigned", False)
    assert selectors.matrix([pedro], [standard], on=in_days(11))[0].cells[0].is_overdue


def test_thousands_are_told_of_a_change_in_as_few_statements_as_two(rings, olga, axel, grinder, munich, system):
    counts = []
    for more in (1, 30):
        for number in range(more):
            new = person(f"grinder-{more}-{number}", munich, "operator")
            new.email = f"{new.username}@example.com" if number % 2 == 0 else ""
            new.save()
            Holding.objects.create(person=new, job_role=grinder, since=today())
        at.next_revision(rings, olga, verdict="notify")
        revision = revision_on_its_way(rings)
        documents.submit(revision, by=olga)
        documents.weigh_training(revision, by=axel, training="notify", reason="A word was spelt otherwise.")
        documents.approve(revision, by=axel, signing=signing(revision, axel, "approved"))
        with CaptureQueriesContext(connection) as caught:
            documents.issue(revision, by=axel, effective_on=today())
        counts.append(len(caught))
        told = Notification.objects.filter(key=f"revision-{revision.pk}-notify")
        assert told.count() == Holding.objects.filter(job_role=grinder).count()
        mailed = OutboxMessage.objects.filter(task="records.mail", args__notification_id__in=[one.pk for one in told])
        assert mailed.count() == told.exclude(person__email="").count() > 0
        documents.make_effective(fresh(revision), by=system)
    assert counts[0] == counts[1]
