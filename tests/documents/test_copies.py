"""Printed copies: a number and a code each, recalled with a new revision, and the answer to whoever scans one."""

import pytest

from documents import selectors
from documents import services as documents
from documents.models import Distribution, Document, Revision
from documents.views import copies as views
from records.models import Notification
from tests.cast import api_for, client_for, fresh, in_days, refusal, today
from tests.documents.publishing import drafted, published, revised
from tests.documents.test_effect import words_of
from training import services as training


@pytest.fixture
def revision(munich, olga, axel) -> Revision:
    return published(drafted(munich, olga, title="Secret title", body="Secret text"), olga, axel)


@pytest.fixture
def hung(revision, olga, pedro) -> Distribution:
    return documents.register_copy(revision, by=olga, place="Cell 3", holder=pedro)


def scan(client, key, **more):
    return client.get(f"/c/{key}/", **more)


def test_anybody_who_scans_learns_whether_it_is_current_and_nothing_else(client, revision, olga, axel):
    answer = scan(client, revision.scan_key)
    text = answer.content.decode()
    assert (answer.status_code, revision.number in text, "Current" in text) == (200, True, True)
    assert "Secret" not in text
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    second = revised(revision.document, olga, axel)
    assert f"Superseded by {second.number} since {today()}" in scan(client, revision.scan_key).content.decode()
    documents.retire(fresh(revision.document), by=axel, reason="Sold the machine.")
    assert "Taken out of use" in scan(client, second.scan_key).content.decode()


def test_a_copy_says_its_number_and_place(client, hung):
    told = scan(client, hung.scan_key, headers={"accept": "application/json"}).json()
    assert (told["verdict"], told["copy"]["no"], told["copy"]["place"]) == ("current", 1, "Cell 3")
    assert set(told) == {"document", "revision", "verdict", "words", "since", "superseded_by", "copy"}


def test_a_draft_is_a_draft(client, munich, olga):
    draft = Revision.objects.get(document=drafted(munich, olga))
    assert scan(client, draft.scan_key, headers={"accept": "application/json"}).json()["verdict"] == "draft"


def test_no_other_key_leads_anywhere(client, revision, hung):
    assert scan(client, "00000000-0000-4000-8000-000000000000").status_code == 404
    assert scan(client, hung.uuid).status_code == 404
    assert client.get(f"/c/{revision.number}/").status_code == 404
    assert client.head(f"/c/{revision.scan_key}/").status_code == 200
    assert client.post(f"/c/{revision.scan_key}/").status_code == 405


def test_one_address_scans_so_often_and_no_more(client, revision, monkeypatch):
    monkeypatch.setattr(views, "SCANS_A_MINUTE", 3)
    assert {scan(client, revision.scan_key, REMOTE_ADDR="192.0.2.7").status_code for _ in range(3)} == {200}
    # the minute may turn between two of them, not between all
    assert 429 in [scan(client, revision.scan_key, REMOTE_ADDR="192.0.2.7").status_code for _ in range(4)]
    assert scan(client, revision.scan_key, REMOTE_ADDR="192.0.2.8").status_code == 200


def test_keys_are_told_to_nobody_twice(munich, olga):
    made = [Revision.objects.get(document=drafted(munich, olga, title=f"D{n}")).scan_key for n in range(3)]
    assert len(set(made)) == 3


def test_a_copy_gets_a_number_and_a_pdf_of_its_own(hung, olga, revision):
    second = documents.register_copy(fresh(revision), by=olga, place="Cell 4")
    assert (hung.no, second.no, second.holder) == (1, 2, olga)
    words = words_of(client_for(olga), f"/printed-copies/{second.uuid}/copy.pdf")
    assert "Controlled copy no. 2: Cell 4 (Olga Owner)" in words
    assert "Uncontrolled" not in words


def test_a_copy_that_is_printed_again_when_it_is_superseded_is_not_called_controlled(hung, revision, olga, axel):
    url = f"/printed-copies/{hung.uuid}/copy.pdf"
    assert "Controlled copy no. 1" in words_of(client_for(olga), url)
    revised(revision.document, olga, axel)
    words = words_of(client_for(olga), url)
    assert "Controlled copy" not in words
    assert "No longer controlled: was copy no. 1, Cell 3" in words


def test_only_what_is_in_force_is_given_out(munich, olga):
    draft = Revision.objects.get(document=drafted(munich, olga))
    with refusal("not-in-force"):
        documents.register_copy(draft, by=olga, place="Cell 3")


def test_a_copy_hangs_somewhere(revision, olga):
    with refusal("place-missing"):
        documents.register_copy(revision, by=olga, place=" ")


def test_a_new_revision_recalls_every_copy_and_tells_its_holder(client, hung, revision, olga, axel, pedro):
    second = revised(revision.document, olga, axel)
    kept = documents.register_copy(second, by=olga, place="Cell 3", holder=pedro)
    assert (fresh(hung).status, fresh(hung).collect_by, kept.status) == ("recalled", in_days(7), "out")
    assert Notification.objects.filter(person=pedro, key=f"copy-recalled-{hung.pk}").count() == 1
    work = client_for(pedro).get("/work/").content.decode()
    assert f"Collect copy 1 of {revision.number} at Cell 3" in work
    assert scan(client, hung.scan_key, headers={"accept": "application/json"}).json()["copy"]["status"] == "recalled"


def test_one_copy_that_is_recalled_alone_is_told_to_its_holder(hung, olga, pedro):
    documents.recall_copy(hung, by=olga, reason="It is torn.")
    assert (fresh(hung).status, fresh(hung).collect_by) == ("recalled", in_days(7))
    assert Notification.objects.filter(person=pedro, key=f"copy-recalled-{hung.pk}").count() == 1


def test_retiring_a_document_recalls_its_copies_and_says_so_before(hung, revision, axel):
    form = client_for(axel).get(f"{revision.document.get_absolute_url()}do/retire/").context["form"]
    assert "Printed copies in use: 1" in form.fields["reason"].help_text
    documents.retire(fresh(revision.document), by=axel, reason="Sold the machine.")
    assert fresh(hung).status == "recalled"


def test_its_holder_takes_it_back_and_nobody_else(hung, pedro, ines, sven):
    assert client_for(ines).post(f"/printed-copies/{hung.uuid}/collect/").status_code == 403
    assert client_for(pedro).post(f"/printed-copies/{hung.uuid}/recall/", {"reason": "Torn apart"}).status_code == 403
    assert client_for(pedro).post(f"/printed-copies/{hung.uuid}/collect/", {"note": "Torn"}).status_code == 302
    assert (fresh(hung).status, fresh(hung).ended_by) == ("returned", pedro)
    assert client_for(sven).post(f"/printed-copies/{hung.uuid}/destroy/").status_code == 422


def test_one_that_is_not_found_needs_a_word(hung, olga):
    browser, url = client_for(olga), f"/printed-copies/{hung.uuid}/report-lost/"
    assert browser.post(url, {"reason": ""}).status_code == 422
    assert browser.post(url, {"reason": "Not at the cell"}).status_code == 302
    assert fresh(hung).status == "lost"


def test_what_hangs_too_long_is_listed_and_told_weekly(hung, revision, olga, axel, pedro, system):
    revised(revision.document, olga, axel)
    Distribution.objects.filter(pk=hung.pk).update(collect_by=in_days(-1))
    shown = client_for(axel).get("/printed-copies/?overdue=1")
    assert [copy.pk for copy, _buttons in shown.context["rows"]] == [hung.pk]
    for day in (0, 0, 3, 7):
        documents.remind(on=in_days(day), by=system)
    assert Notification.objects.filter(person=pedro, key__startswith="copy-late").count() == 2


def test_another_site_does_not_see_it(hung, sam):
    browser = client_for(sam)
    assert browser.get("/printed-copies/?show=all").context["rows"] == []
    assert browser.get(f"/printed-copies/{hung.uuid}/copy.pdf").status_code == 404
    assert browser.post(f"/printed-copies/{hung.uuid}/collect/").status_code == 404


def test_the_same_over_the_api(revision, olga, munich):
    body = {"place": "Cell 9", "holder": "olga"}
    assert api_for(olga).post(f"revisions/{revision.number}/give-out/", body).status_code == 200
    (one,) = api_for(olga).get("printed-copies/?show=out").json()["results"]
    url = f"printed-copies/{one['uuid']}/"
    tag = api_for(olga).get(url)["ETag"]
    assert api_for(olga).post(f"{url}collect/", match="").status_code == 428
    assert api_for(olga).post(f"{url}collect/", {"note": "back"}, match=tag).json()["status"] == "returned"
    assert api_for(olga).post(f"{url}collect/", match=tag).status_code == 412
    assert api_for(olga).post(f"{url}burn/").status_code == 404


def test_where_it_is_used(munich, olga, axel, grinding, grinder, hung, revision):
    document = revision.document
    training.require_now(by=axel, job_role=grinder, document=document)
    other = drafted(munich, olga, title="Other", body=f"As {document.number} says.")
    published(other, olga, axel)
    longer = drafted(munich, olga, title="Longer", body=f"As {document.number}9 says.")
    published(longer, olga, axel)
    Document.objects.filter(pk=document.pk).update(process=grinding)
    used = selectors.where_used(fresh(document), axel)
    labels = [use.label for use in used.uses]
    assert str(fresh(other)) in labels
    assert str(grinding) in labels
    assert ("Required of", str(grinder)) in {(use.kind, use.label) for use in used.uses}
    shown = client_for(axel).get(f"{document.get_absolute_url()}panel/where-used/").content.decode()
    assert other.number in shown
