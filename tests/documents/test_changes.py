"""A change request, from the wish to the proof, and what it has to say about a new revision."""

import pytest

from documents import selectors
from documents import services as documents
from documents.models import ChangeRequest, Document, DocumentType
from documents.models.changing import PLANNING, QUESTIONS
from documents.pages import changes_to_decide
from records.models import Notification, Record
from records.selectors import manifestations
from tests.cast import Api, api_for, client_for, fresh, queries, refusal, signing, today
from tests.records.plant import Plant

ANSWERS = {**dict.fromkeys((*QUESTIONS, *PLANNING), "none"), "risk": "low", "risk_note": ""}


def effective(revision, author, approver):
    documents.submit(revision, by=author)
    documents.approve(revision, by=approver, signing=signing(revision, approver, "approved"))
    documents.issue(revision, by=approver, effective_on=today())
    return documents.make_effective(revision, by=approver)


@pytest.fixture
def standard(munich, olga, axel) -> Document:
    """A standard in effect whose type asks for change requests."""
    kind = DocumentType.objects.get(code="WI")
    documents.set_route(kind, by=axel, steps=[], asks_change_request=True)
    made = documents.create_document(by=olga, site=munich, type=kind, title="Grind", body="<p>x</p>")
    effective(selectors.revision_on_its_way(made), olga, axel)
    return fresh(made)


@pytest.fixture
def request_(standard, munich, sven, olga) -> ChangeRequest:
    return documents.request_change(
        by=sven, site=munich, title="Gauge every tenth", reason="Scrap", documents=[standard], owner=olga
    )


def approved(request_, sven, olga, axel) -> ChangeRequest:
    documents.submit_request(request_, by=sven)
    documents.assess(request_, by=olga, **ANSWERS)
    return documents.approve_request(request_, by=axel, signing=signing(request_, axel, "approved"))


def test_the_whole_way_of_a_change(request_, standard, sven, olga, axel, ines):
    approved(request_, sven, olga, axel)
    second = documents.start_revision(fresh(standard), by=olga, reason="CR", change_summary="Gauge", body="<p>y</p>")
    assert second.origin_id == request_.pk
    assert request_.lines.get().revision == second
    with refusal("not-now"):
        documents.verify_request(fresh(request_), by=ines, signing=signing(request_, ines, "verified"))
    effective(second, olga, axel)
    assert fresh(request_).status == "implemented"
    assert Notification.objects.filter(person=sven, text__startswith="In effect now").exists()
    with refusal("self-verified"):
        documents.verify_request(fresh(request_), by=olga, signing=signing(request_, olga, "verified"))
    done = documents.verify_request(fresh(request_), by=ines, signing=signing(request_, ines, "verified"))
    assert done.status == "verified"
    assert [one.is_superseded for one in manifestations(fresh(request_))] == [False, False]


def test_without_an_approved_request_there_is_no_revision(request_, standard, sven, olga, axel):
    with refusal("change-request-missing"):
        documents.start_revision(fresh(standard), by=olga, reason="I want to")
    documents.submit_request(request_, by=sven)
    with refusal("change-request-missing"):
        documents.start_revision(fresh(standard), by=olga, reason="I want to")
    documents.assess(request_, by=olga, **ANSWERS)
    documents.reject(request_, by=axel, reason="Not now, please.", signing=signing(request_, axel, "rejected"))
    with refusal("change-request-missing"):
        documents.start_revision(fresh(standard), by=olga, reason="I want to")


def test_what_was_decided_elsewhere_is_its_own_request(standard, munich, olga, axel):
    capa = Plant(munich, None, axel).one("Capa")
    second = documents.start_revision(fresh(standard), by=olga, reason="Cause removed", origin=capa)
    assert second.origin_id == capa.pk


def test_a_type_that_does_not_ask_goes_on_as_before(munich, olga, axel):
    kind = DocumentType.objects.get(code="PR")
    made = documents.create_document(by=olga, site=munich, type=kind, title="Buy", body="<p>x</p>")
    effective(selectors.revision_on_its_way(made), olga, axel)
    second = documents.start_revision(fresh(made), by=olga, reason="Better")
    assert second.origin_id == made.pk


def test_a_request_waits_for_all_its_documents(request_, standard, munich, sven, olga, axel):
    other = documents.create_document(
        by=olga, site=munich, type=DocumentType.objects.get(code="PR"), title="Other", body="<p>x</p>"
    )
    effective(selectors.revision_on_its_way(other), olga, axel)
    facts = {"title": request_.title, "reason": "Scrap", "owner": olga}
    documents.edit_request(request_, by=sven, documents=[standard, other], **facts)
    approved(request_, sven, olga, axel)
    for document in (standard, other):
        assert fresh(request_).status == "approved"
        second = documents.start_revision(fresh(document), by=olga, reason="CR", change_summary="c", body="<p>y</p>")
        effective(second, olga, axel)
    assert fresh(request_).status == "implemented"


def test_a_withdrawn_revision_leaves_the_request_to_another(request_, standard, sven, olga, axel):
    approved(request_, sven, olga, axel)
    second = documents.start_revision(fresh(standard), by=olga, reason="CR")
    with refusal("revision-on-its-way"):
        documents.withdraw_request(fresh(request_), by=sven, reason="No longer wanted.")
    documents.withdraw(second, by=olga, reason="Wrong way.")
    third = documents.start_revision(fresh(standard), by=olga, reason="CR again")
    assert request_.lines.get().revision == third


def test_every_question_is_answered(request_, sven, olga):
    documents.submit_request(request_, by=sven)
    with refusal("not-assessed"):
        documents.assess(request_, by=olga, **{**ANSWERS, "impact_stock": "  "})
    assert fresh(request_).status == "submitted"


@pytest.mark.parametrize("who", ["sven", "olga"])
def test_who_raised_or_owns_a_request_does_not_decide_it(request_, cast, who):
    documents.submit_request(request_, by=cast["sven"])
    documents.assess(request_, by=cast["olga"], **ANSWERS)
    by = cast[who]
    with refusal("self-decided"):
        documents.approve_request(request_, by=by, signing=signing(request_, by, "approved"))


def test_a_request_that_is_submitted_is_not_changed(request_, standard, sven, axel):
    documents.submit_request(request_, by=sven)
    with refusal("not-a-draft"):
        documents.edit_request(fresh(request_), by=sven, title="Other", reason="r", documents=[standard])
    documents.send_back(request_, by=axel, reason="Which gauge?")
    edited = documents.edit_request(fresh(request_), by=sven, title="Other", reason="r", documents=[standard])
    assert (edited.title, fresh(edited).reason) == ("Other", "r")
    with refusal("no-document"):
        documents.edit_request(fresh(request_), by=sven, title="Other", reason="r", documents=[])


def test_an_operator_suggests_a_change_in_three_fields(standard, pedro, olga):
    page = client_for(pedro)
    assert "Suggest a change" in page.get(standard.get_absolute_url()).content.decode()
    sent = {"title": "Turn the lamp", "reason": "It blinds", "proposal": "To the left"}
    assert page.post(f"{standard.get_absolute_url()}do/suggest-change/", sent).status_code == 302
    made = ChangeRequest.objects.get()
    assert (made.status, made.source, made.raised_by, made.owner) == ("submitted", "suggestion", pedro, olga)
    assert made.origin_id == standard.pk
    assert Notification.objects.filter(person=olga, text="Pedro Press suggests a change: Turn the lamp").exists()
    assert page.get(made.get_absolute_url()).status_code == 200
    assert page.post(f"{made.get_absolute_url()}do/assess/", ANSWERS).status_code == 403


def test_my_work_says_what_to_assess_decide_and_verify(request_, sven, olga, axel):
    documents.submit_request(request_, by=sven)
    assert [item.title for item in changes_to_decide(olga, today())] == [f"Assess {request_.number} Gauge every tenth"]
    documents.assess(request_, by=olga, **ANSWERS)
    assert list(changes_to_decide(olga, today())) == []
    assert [item.title for item in changes_to_decide(axel, today())] == [f"Decide {request_.number} Gauge every tenth"]


def test_over_the_api(standard, munich, sven, olga, axel):
    api = api_for(sven)
    body = {"site": "MUC", "title": "Gauge", "reason": "Scrap", "documents": [standard.number], "owner": "olga"}
    made = api.post("change-requests/", body)
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    assert api.post(f"change-requests/{number}/submit/").json()["status"] == "submitted"
    assessed = Api(olga).post(f"change-requests/{number}/assess/", ANSWERS)
    assert assessed.json()["status"] == "assessed"
    assert Api(axel).get(f"change-requests/{number}/content/").json()["content"]["parts"] == {
        "documents": [standard.number]
    }


def test_pages_pdf_and_list(request_, standard, sven, olga, axel, munich):
    documents.submit_request(request_, by=sven)
    documents.assess(request_, by=olga, **ANSWERS)
    page = client_for(axel)
    assert "integrity of the management system" in page.get(request_.get_absolute_url()).content.decode().lower()
    assert page.get(f"{request_.get_absolute_url()}record.pdf").status_code == 200
    begin = f"{standard.get_absolute_url()}do/start-revision/"
    assert begin not in page.get(request_.get_absolute_url()).text
    documents.approve_request(fresh(request_), by=axel, signing=signing(request_, axel, "approved"))
    assert begin in page.get(request_.get_absolute_url()).text, "an approved request leads to its revision"
    assert request_.number in page.get(f"{standard.get_absolute_url()}panel/changes/").content.decode()
    few = len(queries(page, "/change-requests/"))
    for number in range(12):
        documents.request_change(by=sven, site=munich, title=f"No. {number}", reason="r", documents=[standard])
    assert len(queries(page, "/change-requests/")) == few


def test_the_chain_leads_from_the_suggestion_to_the_revision(standard, pedro, olga, axel):
    made = documents.suggest_change(standard, by=pedro, title="Lamp", reason="Blinds", proposal="Left")
    documents.assess(made, by=olga, **ANSWERS)
    documents.approve_request(made, by=axel, signing=signing(made, axel, "approved"))
    second = documents.start_revision(fresh(standard), by=olga, reason="CR")
    assert Record.objects.get(pk=second.pk).origin_id == made.pk
