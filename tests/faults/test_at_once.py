"""Several people do the same thing at the same moment: one succeeds, the others are told, nothing is doubled."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from capa import services as capas
from capa.models import Capa, Nonconformity
from documents import services as documents
from documents.models import DocumentType, Revision
from documents.selectors import revision_on_its_way
from evidence.context import acting
from evidence.models import Event
from jobs.models import Answered
from people.models import Site
from people.services import ensure_system_user
from people.states import Authority
from records import services as records
from records.models import Comment
from tests.cast import PASSWORD, Api, client_for, fresh, person, signing, today
from tests.faults.conftest import sized
from tests.faults.crowd import at_once


@pytest.fixture
def shop(committed_db):
    """Olga and Axel at Munich, on a database where commits are real."""
    with acting(ensure_system_user()), transaction.atomic():
        site = Site.objects.create(code="MUC", name="Munich")
        olga = person("olga", site, Authority.ENGINEER, Authority.PROCESS_OWNER)
        return site, olga, person("axel", site, Authority.QUALITY_MANAGER)


def nonconformity(shop, title="Scratched") -> Nonconformity:
    site, olga, _axel = shop
    with acting(olga):
        return capas.raise_nonconformity(by=olga, site=site, title=title, description="d", detected_on=today())


def test_twenty_close_at_once_and_one_does(shop):
    """One 200, nineteen 409, one transition."""
    _site, olga, axel = shop
    found = nonconformity(shop)
    with acting(olga):
        capas.contain_nonconformity(found, by=olga, containment="Set aside.")
        capas.evaluate(found, by=axel, evaluation="Single case.", needs_capa=False)
        capas.dispose(found, by=axel, disposition="scrap", disposition_note="By Axel.")
    clients = [Api(axel) for _number in range(20)]
    path = f"nonconformities/{found.number}/close/"
    answers = at_once([lambda api=api: api.post(path, {}) for api in clients])
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}
    assert Event.objects.filter(verb="close", subject_number=found.number).count() == 1
    assert found.history.filter(status="closed").count() == 1


def test_an_approval_of_what_was_edited_meanwhile_is_refused(shop):
    """Axel loads version 3, Olga saves 4, Axel approves 3."""
    site, olga, axel = shop
    with acting(olga):
        made = documents.create_document(
            by=olga, site=site, type=DocumentType.objects.first(), title="Grind", body="<p>Old</p>"
        )
        draft = revision_on_its_way(made)
        documents.submit(draft, by=olga)
    reader = Api(axel)
    seen = reader.get(f"revisions/{draft.number}/")
    shown = reader.post(f"revisions/{draft.number}/approve/challenge/", {}).json()
    with acting(olga):
        records.amend(fresh(draft), by=olga, reason="A word was wrong", body="<p>New</p>")
    body = {"username": axel.username, "password": PASSWORD, "challenge": shown["challenge"]}
    answer = reader.post(f"revisions/{draft.number}/approve/", body, match=seen.headers["ETag"])
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert fresh(draft).status == "in-review"


def test_two_change_other_fields_of_one_record_and_no_change_is_lost(shop, keep_result):
    """Of each pair with the same If-Match one is saved and one is told; without If-Match none is."""
    _site, olga, axel = shop
    found, pairs = nonconformity(shop), sized(100, 1000)
    path = f"nonconformities/{found.number}/"
    ways = (("title", Api(olga)), ("description", Api(axel)))
    for number in range(pairs):
        tag = f'"{found.number}-{number + 1}"'
        writes = [partial(api.post, path, {name: f"No. {number}"}, match=tag, method="patch") for name, api in ways]
        answers = at_once(writes)
        assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert Api(olga).post(path, {"title": "x"}, match="", method="patch").status_code == 428
    assert fresh(found).version == found.history.count() == pairs + 1
    keep_result("lost_update", {"pairs": pairs, "saved": pairs, "lost": 0})


def test_twenty_issue_and_approve_one_document_and_one_revision_is_effective(shop):
    """Whoever makes it effective at once, one revision is, and the old one is superseded."""
    site, olga, axel = shop
    with acting(axel):
        made = documents.create_document(by=olga, site=site, type=DocumentType.objects.first(), title="Grind")
        first = revision_on_its_way(made)
        _issued(first, olga, axel)
        documents.make_effective(fresh(first), by=axel)
        second = documents.start_revision(fresh(made), by=olga, reason="Better")
        _issued(second, olga, axel)

    def make_effective():
        with acting(axel):
            return documents.make_effective(fresh(second), by=axel)

    results = at_once([make_effective] * 20)
    assert sum(isinstance(result, Revision) for result in results) == 1
    told = [getattr(fault, "code", repr(fault)) for fault in results if not isinstance(fault, Revision)]
    assert told == ["not-now"] * 19
    effective = Revision.objects.filter(document=made, effective_at__isnull=False, superseded_at__isnull=True)
    assert [revision.pk for revision in effective] == [second.pk]
    assert Event.objects.filter(subject_number=second.number, verb="make-effective").count() == 1


def _issued(revision, author, approver) -> None:
    documents.edit_revision(revision, by=author, change_summary="First.")
    documents.submit(revision, by=author)
    documents.approve(revision, by=approver, signing=signing(revision, approver, "approved"))
    documents.issue(revision, by=approver, effective_on=today())


def test_numbers_have_neither_gaps_nor_doubles(shop, keep_result):
    """Eight threads open records; one in ten gives up half-way."""
    site, olga, _axel = shop
    each = sized(60, 1250)

    def open_many():
        with acting(olga):
            for number in range(each + each // 10):
                with transaction.atomic():
                    capas.open_capa(by=olga, site=site, title=f"C{number}", problem="p")
                    transaction.set_rollback(number % 11 == 10)

    assert at_once([open_many] * 8) == [None] * 8
    given = sorted(int(number.rsplit("-", 1)[1]) for number in Capa.objects.values_list("number", flat=True))
    assert given == list(range(1, 8 * each + 1))
    keep_result("numbers", {"created": len(given), "gaps": 0, "doubles": 0})


def test_a_form_that_is_sent_twice_opens_one_record(shop):
    """A double click, both at once; and the back button afterwards."""
    _site, olga, _axel = shop
    browsers = [client_for(olga) for _number in range(3)]
    form = {
        "site": "MUC", "title": "Scratched", "description": "d", "detected_on": today().isoformat(),
        "once": "5b3e2f0a-7f8a-4c0e-9d55-1f2f3c4d5e6f",
    }  # fmt: skip
    clicks = at_once([lambda browser=browser: browser.post("/nonconformities/new/", form) for browser in browsers])
    again = browsers[0].post("/nonconformities/new/", form)
    assert {answer.status_code for answer in [*clicks, again]} == {302}
    assert len({answer.headers["Location"] for answer in [*clicks, again]}) == 1
    assert Nonconformity.objects.count() == Answered.objects.count() == 1
    other = browsers[0].post("/nonconformities/new/", {**form, "title": "Dented"})
    assert (other.status_code, Nonconformity.objects.count()) == (422, 1)
    assert "sent before with other contents" in other.content.decode()


def test_every_page_that_makes_something_carries_a_token(shop):
    """A new one for each showing."""
    _site, olga, _axel = shop
    pages = [client_for(olga).get("/nonconformities/new/").content.decode() for _number in range(2)]
    tokens = [page.split('name="once" value="')[1][:36] for page in pages]
    assert tokens[0] != tokens[1]


def test_a_key_is_answered_once_and_again_the_same(shop):
    """b5: same key and body, same answer; other body 422; a twin at work 409."""
    _site, olga, _axel = shop
    found = nonconformity(shop)
    path = f"/api/v1/nonconformities/{found.number}/comments/"

    def send(text="Looks bad.", key="k-1"):
        return client_for(olga).post(
            path, {"text": text}, content_type="application/json", headers={"Idempotency-Key": key}
        )

    answers = at_once([send] * 6)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"twin-running"}
    first = next(answer for answer in answers if answer.status_code == 201)
    again = send()
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (send(text="Other.").status_code, send(text="Other.").json()["code"]) == (422, "key-reused")
    assert Comment.objects.filter(record=found.pk).count() == 1


def test_a_refused_request_leaves_its_key_free(shop):
    """Nothing was done under it: the same key may try again, put right."""
    _site, olga, _axel = shop

    def send(day):
        body = {"site": "MUC", "title": "T", "description": "d", "detected_on": day.isoformat()}
        return client_for(olga).post(
            "/api/v1/nonconformities/", body, content_type="application/json", headers={"Idempotency-Key": "k"}
        )

    assert send(today() + timedelta(days=3)).json()["code"] == "detected-in-the-future"
    made = send(today())
    assert made.status_code == 201
    assert send(today()).headers["Location"] == made.headers["Location"]
    assert Nonconformity.objects.count() == 1
    assert Answered.objects.get().at <= timezone.now()


def test_two_who_add_the_same_site_process_at_once_get_one_and_a_sentence(shop):
    """b4: the form's own check races; the constraint decides, and no answer is a 500."""
    site, olga, _axel = shop
    with acting(olga), transaction.atomic():
        ada = person("ada", site, Authority.ADMINISTRATOR)
    form = {"site": "MUC", "code": "GRIND", "name": "Grinding", "owner": olga.username}
    browsers = [client_for(ada) for _number in range(6)]
    answers = at_once([lambda browser=browser: browser.post("/processes/new/", form) for browser in browsers])
    assert Counter(answer.status_code for answer in answers) == {302: 1, 422: 5}
