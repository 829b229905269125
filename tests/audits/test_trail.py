"""The trail of all changes: who sees it, what it shows, and that somebody has read it."""

import csv
import io
import json
from datetime import timedelta

import pytest
from pypdf import PdfReader

from audits import selectors
from audits import services as audits
from audits.models import TrailReview
from audits.permissions import trail_sites
from audits.states import TrailStatus
from capa import services as capas
from evidence.context import acting
from people import services as people
from people.states import Authority
from tests.cast import api_for, client_for, fresh, queries, refusal, signing, today


@pytest.fixture
def capa(munich, olga):
    made = capas.open_capa(by=olga, site=munich, title="Rings", problem="p")
    with acting(olga, reason="a better word"):
        return capas.edit_capa(made, by=olga, title="Wide rings", reason="a better word")


@pytest.fixture
def elsewhere(lyon, sam):
    with acting(sam):
        return capas.open_capa(by=sam, site=lyon, title="Secret of Lyon", problem="p")


def seen_by(user, **facts):
    return selectors.entries(selectors.Query(*trail_sites(user), **facts), most=500)


def test_a_change_shows_old_and_new_who_and_why(capa, axel):
    (change,) = seen_by(axel, record=capa.pk, column="title")
    assert (change.who, change.reason, change.op) == ("Olga Owner", "a better word", "update")
    assert [(value.label, value.old, value.new) for value in change.fields] == [("Title", "Rings", "Wide rings")]


def test_the_trail_ends_at_the_sites_that_one_reads(capa, elsewhere, axel, sam, pedro):
    """Like every other list."""
    assert {entry.record.number for entry in seen_by(sam) if entry.record} == {elsewhere.number}
    assert elsewhere.number not in {entry.record.number for entry in seen_by(axel) if entry.record}
    assert trail_sites(pedro) == (frozenset(), False)


@pytest.mark.parametrize(
    ("who", "status"), [("axel", 200), ("aud", 200), ("ines", 200), ("ada", 200), ("pedro", 403), ("sven", 403)]
)
@pytest.mark.parametrize("path", ["/trail/", "/trail/export.csv", "/trail/trail.pdf", "/api/v1/trail/"])
def test_who_reads_the_trail(path, who, status, cast, capa):
    """Auditors can, operators cannot."""
    assert client_for(cast[who]).get(path).status_code == status


def test_changes_of_peoples_rights_are_in_it(axel, ada, pedro, munich):
    with acting(ada):
        people.appoint(pedro, authority=Authority.SUPERVISOR, site=munich, by=ada)
    newest, *_ = seen_by(axel)
    facts = {value.name: value.new for value in newest.fields}
    assert (newest.what, newest.who) == ("appointment", "Ada Admin")
    assert (facts["person_id"], facts["authority"]) == ("Pedro Press", "Supervisor (trainer, assessor)")


def test_passwords_are_never_shown(axel, pedro):
    with acting(axel):
        pedro.set_password("something else entirely")
        pedro.save()
    newest, *_ = seen_by(axel)
    assert [(value.name, value.old, value.new) for value in newest.fields] == [("password", "(secret)", "(secret)")]


def test_page_table_and_paper_say_the_same(capa, axel):
    """What is exported is what is shown."""
    browser, query = client_for(axel), f"record={capa.number}"
    page = browser.get(f"/trail/?{query}").content.decode()
    rows = list(csv.DictReader(io.StringIO(b"".join(browser.get(f"/trail/export.csv?{query}")).decode("utf-8-sig"))))
    entries = seen_by(axel, record=capa.pk)
    assert {int(row["entry"]) for row in rows} == {entry.id for entry in entries}
    assert {"at", "by", "record", "field", "old", "new", "reason"} <= set(rows[0])
    changed = [row for row in rows if row["field"] == "title" and row["did"] == "update"]
    assert [(row["old"], row["new"], row["by"], row["reason"]) for row in changed] == [
        ("Rings", "Wide rings", "Olga Owner", "a better word")
    ]
    printed = PdfReader(io.BytesIO(browser.get(f"/trail/trail.pdf?{query}").content))
    paper = "".join(sheet.extract_text() for sheet in printed.pages)
    for entry in entries:
        assert f"entry {entry.id}" in page
        assert f"entry {entry.id}" in paper


def test_the_api_says_it_too(capa, axel):
    answer = api_for(axel).get(f"trail/?record={capa.number}&column=title").json()
    (entry,) = answer["results"]
    assert (entry["by"], entry["record"], entry["reviewed"]) == ("Olga Owner", capa.number, False)
    assert entry["changes"] == [{"name": "title", "old": "Rings", "new": "Wide rings"}]


@pytest.mark.parametrize("query", ["colour=red", "limit=0", "since=yesterday", "record=MUC-CAPA-1", "before=x"])
def test_a_filter_that_cannot_be_is_told(query, axel, capa):
    assert api_for(axel).get(f"trail/?{query}").status_code == 400
    assert client_for(axel).get(f"/trail/?{query}").status_code == 200


@pytest.mark.parametrize("path", ["export.csv", "trail.pdf"])
def test_a_copy_with_a_filter_that_cannot_be_is_no_empty_trail(path, axel, capa):
    assert client_for(axel).get(f"/trail/{path}?record=MUC-CAPA-1").status_code == 400
    assert client_for(axel).get("/trail/?before=%C2%B2").status_code == 200


def test_it_is_read_in_pieces(capa, axel):
    first = api_for(axel).get("trail/?limit=2").json()
    second = api_for(axel).get(first["next"].removeprefix("/api/v1/")).json()
    numbers = [entry["entry"] for entry in first["results"] + second["results"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 4


def test_states_and_times_are_told_in_words(capa, axel, olga):
    with acting(olga):
        capas.cancel(fresh(capa), by=olga, reason="It was no problem at all")
    (moved,) = seen_by(axel, record=capa.pk, column="status")
    facts = {value.name: (value.old, value.new) for value in moved.fields}
    assert facts["status"] == ("Open", "Cancelled")
    assert facts["closed_at"][1].endswith(" UTC")


def test_a_long_trail_asks_no_more_than_a_short_one(capa, olga, axel):
    browser = client_for(axel)
    few = queries(browser, "/trail/")
    for number in range(30):
        with acting(olga):
            capas.edit_capa(fresh(capa), by=olga, title=f"Rings {number}")
    assert len(queries(browser, "/trail/")) <= len(few)


@pytest.fixture
def review(capa, munich, axel):
    return audits.begin_review(by=axel, site=munich, since=today() - timedelta(days=7), until=today())


def test_a_signed_review_covers_what_was_there_and_nothing_later(review, capa, axel, olga):
    done = audits.conclude_review(
        review, by=axel, signing=signing(review, axel, "reviewed"), conclusion="Nothing unusual."
    )
    assert (done.status, done.signature.meaning) == (TrailStatus.REVIEWED, "reviewed")
    with acting(olga):
        capas.edit_capa(fresh(capa), by=olga, title="Round rings")
    found = selectors.marked(seen_by(axel, record=capa.pk))
    read = {entry.reviewed for entry in found if entry.id <= review.last_entry}
    later = {entry.reviewed for entry in found if entry.id > review.last_entry}
    assert (read, later) == ({True}, {False})


def test_a_review_says_how_much_it_covers(review, munich):
    query = selectors.site_query(munich, since=review.since, until=review.until)
    assert (review.entries, review.last_entry) == selectors.entry_count(selectors.query_of(review))
    assert selectors.entry_count(query)[0] > review.entries  # opening the review was written too


def test_what_cannot_be_reviewed(munich, lyon, axel, sam, capa):
    with refusal("dates-out-of-order"):
        audits.begin_review(by=axel, site=munich, since=today(), until=today() - timedelta(days=1))
    with refusal("in-the-future"):
        audits.begin_review(by=axel, site=munich, since=today(), until=today() + timedelta(days=1))
    long_ago = today() - timedelta(days=900)
    with refusal("no-entries"):
        audits.begin_review(by=sam, site=lyon, since=long_ago, until=long_ago)


def test_the_review_by_page_and_api(capa, axel, munich):
    begin, end = (today() - timedelta(days=1)).isoformat(), today().isoformat()
    made = api_for(axel).post("trail-reviews/", {"site": "MUC", "since": begin, "until": end})
    assert made.status_code == 201, made.content
    review = TrailReview.objects.get()
    page = client_for(axel).get(review.get_absolute_url()).content.decode()
    assert (capa.number in page, "Sign the review" in page) == (True, True)
    assert json.loads(made.content)["entries"] == review.entries


def test_everything_is_there_for_who_reads_everywhere(munich, capa, axel, ines):
    """What belongs to no site is shown to those who read all sites, such as a type of document."""
    sites, everywhere = trail_sites(axel)
    assert (sites, everywhere) == ({munich.pk}, True)
