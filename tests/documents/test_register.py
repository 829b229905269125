"""The register: rules by type, clauses, documents from outside, review, retention, what was in force on a day."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import selectors
from documents import services as documents
from documents.dates import months_after
from documents.models import Clause, Document, DocumentType, Revision
from records.models import Notification, Signature
from records.selectors import manifestations
from tests.cast import api_for, client_for, dialog, fresh, in_days, queries, refusal, signing, today
from tests.documents.publishing import drafted, published, revised


@pytest.fixture
def document(munich, olga, axel, grinding) -> Document:
    made = drafted(munich, olga, title="Deburring of rings", process=grinding)
    published(made, olga, axel)
    return fresh(made)


def test_a_quality_manager_adds_changes_and_retires_a_type(munich, axel, olga):
    browser = client_for(axel)
    rules = {"code": "CD", "name": "Drawing", "is_external": "on", "readiness": "record", "ready_share": "80",
             "training_days": "7", "review_months": "0", "retention_years": "15"}  # fmt: skip
    assert browser.post("/document-types/new/", rules).status_code == 302
    assert browser.post("/document-types/CD/edit/", {**rules, "retention_years": "0"}).status_code == 302
    kind = DocumentType.objects.get(code="CD")
    assert (kind.name, kind.is_external, kind.readiness, kind.retention_years) == ("Drawing", True, "record", 0)
    assert browser.post("/document-types/CD/retire/", {"reason": "No customer sends any."}).status_code == 302
    offered = client_for(olga).get("/documents/new/").context["form"]["type"].field.queryset
    assert "CD" not in [one.code for one in offered]


def test_only_quality_managers_keep_types(munich, olga, axel):
    assert client_for(olga).get("/document-types/").status_code == 200
    assert client_for(olga).post("/document-types/new/", {}).status_code == 403
    assert api_for(olga).post("document-types/WI/edit/", {"training_days": 3}).status_code == 403
    answer = api_for(axel).post("document-types/WI/edit/", {"training_days": 3})
    assert (answer.status_code, answer.json()["training_days"], answer.json()["name"]) == (200, 3, "Work instruction")


def test_two_types_do_not_share_a_code(axel):
    with refusal("type-exists"):
        documents.add_type(by=axel, code="WI", name="Again")


def classified(document, by, **facts):
    return documents.classify(document, by=by, reason="Sorted", **facts)


def test_a_clause_finds_what_answers_it_or_one_below(document, olga, axel):
    classified(document, olga, clauses=[Clause.objects.get(number="7.5.3")])
    browser = client_for(axel)

    def found(clause: str) -> int:
        return browser.get("/documents/", {"clause": f"ISO 9001:2015 {clause}"}).context["window"].total

    assert (found("7.5"), found("7.5.3"), found("7.2"), found("7.5.2")) == (1, 1, 0, 0)
    assert "7.5.3 Controlling them" in browser.get(document.get_absolute_url()).content.decode()


def test_a_document_from_outside_names_publisher_and_edition(munich, olga, axel):
    documents.add_type(by=axel, code="ST", name="Standard", is_external=True)
    made = drafted(munich, olga, type="ST", title="Gears", body="")
    classified(made, olga, publisher="ISO", edition="2013", kept_at="https://example.com/x", edition_checked_on=today())
    published(fresh(made), olga, axel)
    page = client_for(axel).get(made.get_absolute_url()).content.decode()
    assert all(words in page for words in ("ISO", "2013", 'href="https://example.com/x"'))
    assert client_for(axel).get("/documents/?external=true").context["window"].total == 1


def test_where_it_is_kept_is_no_script(document, olga, axel):
    classified(document, olga, kept_at="javascript:alert(1)")
    assert 'href="javascript' not in client_for(axel).get(document.get_absolute_url()).content.decode()


def test_an_edition_is_not_checked_tomorrow(document, olga):
    with refusal("checked-in-the-future"):
        classified(document, olga, edition_checked_on=in_days(1))


def test_the_register_entry_is_kept_over_the_api(document, olga):
    body = {"clauses": ["ISO 9001:2015 7.2"], "old_number": "QP-7", "reason": "Sorted"}
    assert api_for(olga).post(f"documents/{document.number}/classify/", body).status_code == 200
    assert api_for(olga).get("documents/?clause=ISO 9001:2015 7").json()["total"] == 1


def test_the_list_shows_the_revision_in_force(document, olga, axel):
    revised(document, olga, axel)
    row = client_for(axel).get("/documents/").context["window"].rows[0]
    assert (row.current_no, row.current_since.date()) == (2, today())
    assert b",2," in b"".join(client_for(axel).get("/documents/export.csv"))


def test_the_register_asks_the_same_of_one_and_thirty(munich, olga, axel, document):
    browser = client_for(axel)
    paths = ["/documents/?q=deburring", "/documents/?clause=ISO 9001:2015 7.5", "/documents/?due=true",
             "/documents/search/?q=deburring", "/documents/as-of/", "/printed-copies/?show=all",
             "/document-types/", "/revisions/?past_retention=false"]  # fmt: skip
    copy = documents.register_copy(selectors.effective_revision(document), by=olga, place="Cell 1")
    one = {path: len(queries(browser, path)) for path in paths}
    for number in range(12):
        made = drafted(munich, olga, title=f"Deburring {number}")
        revision = published(made, olga, axel)
        documents.register_copy(revision, by=olga, place=f"Cell {copy.no}{number}")
    assert {path: len(queries(browser, path)) for path in paths} == one
    assert max(one.values()) <= 14, one


@given(st.dates(min_value=today().replace(year=1990), max_value=today().replace(year=2090)), st.integers(1, 240))
def test_months_later_is_that_month_and_never_a_later_day(day, months):
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_no_months_is_no_review(munich, olga, axel):
    DocumentType.objects.filter(code="PR").update(review_months=0)
    assert fresh(published(drafted(munich, olga), olga, axel).document).review_due is None


def overdue(document: Document, days: int) -> Document:
    Document.objects.filter(pk=document.pk).update(review_due=in_days(-days))
    return fresh(document)


def test_still_valid_is_signed_and_sets_the_clock_anew(document, axel, olga):
    overdue(document, 3)
    browser, url = client_for(axel), f"{document.get_absolute_url()}do/confirm-valid/"
    assert "was due on" in browser.get(document.get_absolute_url()).content.decode()
    typed = {**dialog(browser, url), "note": "Read it at the machine."}
    assert browser.post(url, typed).status_code == 302
    assert fresh(document).review_due == months_after(today(), 24)
    signature = Signature.objects.get(record=document.pk)
    assert (signature.meaning, signature.note) == ("reviewed", "Read it at the machine.")
    assert [one.is_superseded for one in manifestations(fresh(document))] == [False]


def test_a_new_revision_outlives_the_signature_of_the_old(document, olga, axel):
    documents.confirm_valid(document, by=axel, signing=signing(document, axel, "reviewed"))
    revised(document, olga, axel, body="<p>Otherwise.</p>")
    assert [one.is_superseded for one in manifestations(fresh(document))] == [True]


def test_what_is_not_in_force_is_not_still_valid(munich, olga, axel):
    made = drafted(munich, olga)
    with refusal("nothing-in-force"):
        documents.confirm_valid(made, by=axel, signing=signing(made, axel, "reviewed"))


def test_its_owner_hears_early_and_weekly_and_the_quality_manager_late(document, olga, axel, system):
    Document.objects.filter(pk=document.pk).update(review_due=in_days(20))

    def told(day: int) -> list[str]:
        before = set(Notification.objects.values_list("pk", flat=True))
        documents.remind(on=in_days(day), by=system)
        documents.remind(on=in_days(day), by=system)
        return sorted(one.person.username for one in Notification.objects.exclude(pk__in=before))

    assert [told(day) for day in (-20, 0, 1, 19, 20, 21, 28)] == [[], ["olga"], [], [], ["olga"], [], ["olga"]]
    assert told(51) == ["axel", "olga"]


def test_what_is_due_waits_in_my_work(document, olga):
    overdue(document, 1)
    assert "Periodic review" in client_for(olga).get("/work/").content.decode()
    assert client_for(olga).get("/documents/?due=true").context["window"].total == 1


@pytest.fixture
def old(document, olga, axel) -> Revision:
    """A superseded revision that is past its retention."""
    revised(document, olga, axel)
    first = Revision.objects.get(document=document, no=1)
    assert first.retain_until == months_after(today(), 120)
    Revision.objects.filter(pk=first.pk).update(retain_until=in_days(-1))
    return fresh(first)


def test_the_end_of_retention_is_decided_and_signed_and_nothing_is_deleted(old, axel):
    assert client_for(axel).get("/revisions/?past_retention=true").context["window"].total == 1
    documents.dispose(old, by=axel, signing=signing(old, axel, "verified"))
    assert (fresh(old).status, fresh(old).disposed_at.date(), fresh(old).body) == ("disposed", today(), "<p>Do it.</p>")
    assert client_for(axel).get("/revisions/?past_retention=true").context["window"].total == 0
    assert client_for(axel).get(old.get_absolute_url()).status_code == 200


def test_what_is_still_to_be_kept_is_not_disposed_of(old, axel):
    Revision.objects.filter(pk=old.pk).update(retain_until=in_days(1))
    with refusal("still-retained"):
        documents.dispose(fresh(old), by=axel, signing=signing(old, axel, "verified"))


def test_zero_years_is_for_ever(munich, olga, axel):
    DocumentType.objects.filter(code="PR").update(retention_years=0)
    first = published(drafted(munich, olga), olga, axel)
    revised(first.document, olga, axel)
    assert fresh(first).retain_until is None


def test_quality_managers_are_asked_to_decide_together(old, axel, olga):
    assert "1 revision is past its retention" in client_for(axel).get("/work/").content.decode()
    assert "past its retention" not in client_for(olga).get("/work/").content.decode()
    assert client_for(axel).get("/revisions/together/dispose/").context["rows"][0]["record"].number == old.number


def test_on_that_day_that_revision_was_in_force(document, olga, axel, sam, grinding):
    second = revised(document, olga, axel)
    first = Revision.objects.get(document=document, no=1)
    moment = first.effective_at - timedelta(days=10)
    Revision.objects.filter(pk=first.pk).update(effective_at=moment, superseded_at=moment + timedelta(days=5))
    browser = client_for(axel)

    def found(day: int, **more: str) -> list[str]:
        answer = browser.get("/documents/as-of/", {"on": in_days(day).isoformat(), **more})
        return [one.number for one in answer.context["found"]]

    assert found(-11) == []
    assert found(-8) == [first.number]
    assert found(-5) == []
    assert found(0, process="MUC/GRIND") == [second.number]
    assert client_for(sam).get("/documents/as-of/").context["found"] == []
    assert api_for(axel).get(f"documents/as-of/?on={today()}").json()["results"][0]["number"] == second.number


@pytest.mark.parametrize("query", ["on=yesterday", "on=2026-02-31", "process=NO/NE", "station=x", "on=0001-01-01"])
def test_a_day_that_is_none_is_no_fault(axel, query):
    assert client_for(axel).get(f"/documents/as-of/?{query}").status_code == 200
    assert client_for(axel).get(f"/documents/as-of/as-of.pdf?{query}").status_code in (200, 302)
    assert api_for(axel).get(f"documents/as-of/?{query}").status_code in (200, 400)
