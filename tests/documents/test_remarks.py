"""Remarks on a place in the text: found again in the next text, answered, settled, reopened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import anchoring, selectors
from documents import services as documents
from documents.models import DocumentType, Remark, Revision
from documents.services import remarking
from tests.cast import api_for, client_for, fresh, queries, refusal, signing, today

BODY = "<h2>Clamp</h2><p>Turn the ring by hand.</p><p>Turn the ring by <b>half</b> a turn, then stop.</p>"


@pytest.fixture
def draft(munich, olga) -> Revision:
    made = documents.create_document(
        by=olga,
        site=munich,
        type=DocumentType.objects.get(code="WI"),
        title="Clamp",
        body=BODY,
        steps=[{"key": "clamp", "what": "Clamp"}, {"key": "turn", "what": "Turn"}],
    )
    return selectors.revision_on_its_way(made)


@pytest.fixture
def remarked(draft, axel) -> Remark:
    around = {"before": "by hand.", "after": "by half a turn"}
    return documents.remark(draft, by=axel, text="Which hand?", place="quote", exact="Turn the ring", **around)


def placed(revision):
    return {one.remark.text: one for one in selectors.marked_text(fresh(revision)).remarks}


def test_the_words_around_say_which_of_two_places_is_meant(draft, remarked):
    html = selectors.marked_text(draft).html
    assert html.count("<mark") == 1
    assert f' id="remark-{remarked.uuid}">Turn the ring</mark> by <b>half' in html


def test_a_place_is_found_again_in_a_text_that_grew(draft, remarked, olga):
    documents.edit_revision(draft, by=olga, body=f"<p>First of all: read this.</p>{BODY}")
    found = placed(draft)["Which hand?"]
    assert (found.is_lost, found.is_changed) == (False, False)


def test_changed_words_are_found_between_what_stayed(draft, olga, axel):
    around = {"before": "Turn the ring by ", "after": " a turn, then stop."}
    documents.remark(draft, by=axel, text="How far?", place="quote", exact="half", **around)
    documents.edit_revision(draft, by=olga, body=BODY.replace("<b>half</b>", "<b>a quarter of</b>"))
    found = placed(draft)["How far?"]
    assert (found.is_lost, found.is_changed) == (False, True)
    assert ">a quarter of</mark>" in selectors.marked_text(fresh(draft)).html


def test_a_place_that_is_gone_is_said_to_be_gone(draft, remarked, olga, axel):
    documents.remark(draft, by=axel, text="Why?", place="step", target="turn")
    documents.edit_revision(draft, by=olga, body="<p>Press the button.</p>", steps=[{"key": "clamp", "what": "Clamp"}])
    assert placed(draft)["Which hand?"].is_lost
    assert placed(draft)["Why?"].is_lost
    page = client_for(olga).get(f"{draft.get_absolute_url()}remarks/").content.decode()
    assert page.count("This place is no longer there") == 2


def test_a_remark_across_paragraphs_is_marked_in_pieces_with_one_address(draft, axel):
    documents.remark(draft, by=axel, text="Twice?", place="quote", exact="by hand.\n\nTurn the ring")
    html = selectors.marked_text(draft).html
    assert (html.count("<mark"), html.count('id="remark-')) == (2, 1)


def test_unsettled_remarks_follow_into_the_next_revision(draft, remarked, olga, axel):
    documents.submit(draft, by=olga)
    documents.approve(draft, by=axel, signing=signing(draft, axel, "approved"))
    documents.issue(draft, by=axel, effective_on=today())
    documents.make_effective(draft, by=axel)
    second = documents.start_revision(fresh(draft.document), by=olga, reason="Remarks")
    assert placed(second)["Which hand?"].came_from == draft.number
    documents.settle_remark(fresh(remarked), by=olga)
    assert placed(second) == {}


def test_the_author_answers_and_the_writer_reopens(draft, remarked, olga, axel):
    answered = documents.answer_remark(fresh(remarked), by=olga, answer="The left one; it says so now.")
    assert (answered.status, answered.answered_by) == ("answered", olga)
    reopened = documents.reopen_remark(answered, by=axel, reason="It still does not say so.")
    assert reopened.status == "open"
    assert selectors.unsettled(draft).count() == 1
    documents.settle_remark(reopened, by=axel)
    assert selectors.unsettled(draft).count() == 0


@pytest.mark.parametrize(
    ("place", "facts"),
    [("quote", {"exact": "Not there"}), ("quote", {}), ("step", {"target": "none"}), ("field", {"target": "status"})],
)
def test_a_remark_begins_at_a_place_that_is_there(draft, axel, place, facts):
    with refusal("place-unknown"):
        documents.remark(draft, by=axel, text="Where?", place=place, **facts)


def test_what_is_decided_takes_no_remarks(draft, olga, axel):
    documents.submit(draft, by=olga)
    documents.approve(draft, by=axel, signing=signing(draft, axel, "approved"))
    with refusal("not-in-review"):
        documents.remark(draft, by=axel, text="Too late")


def test_remarks_are_bounded(draft, axel, monkeypatch):
    monkeypatch.setattr(remarking, "MOST_REMARKS", 1)
    documents.remark(draft, by=axel, text="One")
    with refusal("too-many-remarks"):
        documents.remark(draft, by=axel, text="Two")


def test_changes_requested_tell_how_many_remarks_wait(draft, remarked, olga, axel):
    documents.submit(draft, by=olga)
    page = client_for(axel).get(f"{draft.get_absolute_url()}do/approve/").content.decode()
    assert "1 remark is not settled." in page
    shown = signing(draft, axel, "rejected")
    documents.request_changes(fresh(draft), by=axel, reason="See my remarks.", signing=shown)
    assert olga.notifications.get(key__startswith="changes-").text.startswith("1 open remarks. Axel Approver asks")


def test_a_remark_is_made_answered_and_settled_in_the_browser(draft, olga, axel):
    page = client_for(axel)
    url = f"{draft.get_absolute_url()}remarks/"
    sent = {"text": "Which hand?", "exact": "by hand", "place": "whole"}
    assert page.post(url, sent).status_code == 302
    made = Remark.objects.get()
    assert (made.place, made.exact) == ("quote", "by hand")
    assert page.post(url, {"text": ""}).status_code == 422
    author = client_for(olga)
    assert author.get(f"{url}{made.uuid}/answer/").status_code == 200
    assert author.post(f"{url}{made.uuid}/answer/", {"answer": "The left one."}).status_code == 302
    assert page.post(f"{url}{made.uuid}/settle/", {}).status_code == 302
    assert fresh(made).status == "settled"


def test_a_stranger_finds_no_remarks(draft, remarked, sam):
    page = client_for(sam)
    assert page.get(f"{draft.get_absolute_url()}remarks/").status_code == 404
    assert page.post(f"{draft.get_absolute_url()}remarks/{remarked.uuid}/settle/").status_code == 404


def test_the_page_asks_no_more_for_more_remarks(draft, remarked, axel):
    page, url = client_for(axel), f"{draft.get_absolute_url()}remarks/"
    few = len(queries(page, url))
    for number in range(20):
        documents.remark(draft, by=axel, text=f"No. {number}", place="quote", exact="ring")
    assert len(queries(page, url)) == few


def test_remarks_over_the_api(draft, remarked, olga, axel):
    api = api_for(axel)
    path = f"revisions/{draft.number}/remarks/"
    assert [one["text"] for one in api.get(path).json()["results"]] == ["Which hand?"]
    made = api.post(path, {"text": "And then?", "exact": "then stop"})
    assert made.status_code == 201
    assert (made.json()["place"], made.json()["is_lost"]) == ("quote", False)
    settle = f"{path}{made.json()['uuid']}/settle/"
    assert api.post(settle, match="").status_code == 428
    assert api.post(settle).json()["status"] == "settled"
    assert api.post(settle).status_code == 409


WORDS = st.text(alphabet="ab c<&", min_size=0, max_size=60)


@given(WORDS, st.integers(0, 40), st.integers(1, 10))
def test_what_is_quoted_is_found_where_it_was_quoted(text, start, length):
    plain = anchoring.squeezed(text)
    exact = plain[start : start + length]
    quote = anchoring.Quote("q", exact, plain[max(0, start - 20) : start], plain[start + length : start + length + 20])
    found = anchoring.find(plain, quote)
    assert found is None if not exact else plain[found.start : found.end] == exact


@given(st.lists(WORDS, max_size=5), st.integers(0, 30), st.integers(1, 12))
def test_marking_changes_no_word(paragraphs, start, length):
    body = "".join(f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}<b>x</b></p>" for text in paragraphs)
    exact = anchoring.plain(body)[start : start + length]
    marked = anchoring.mark(body, [anchoring.Quote("q", exact)])
    assert anchoring.plain(marked.html) == anchoring.plain(body)
    assert ("q" in marked.found) == bool(exact)
