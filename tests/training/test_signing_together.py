"""Several acknowledgements with one re-authentication, each sealed and refused on its own (21 CFR 11.200)."""

import pytest

from documents import services as documents
from documents.models import DocumentType, Revision
from documents.selectors import revision_on_its_way
from evidence.models import Event
from people import services as people
from records.models import Signature, SigningAttempt
from tests.cast import PASSWORD, api_for, client_for, dialog, fresh, in_days, signing, today
from training import services as training
from training.models import Assignment


@pytest.fixture
def read(munich, grinding, grinder, olga, axel, pedro, system):
    """Makes so many standards that Pedro must know, has opened and can sign."""
    people.take_role(pedro, job_role=grinder, since=today(), by=axel)
    kind = DocumentType.objects.get(code="WI")

    def made(count: int) -> list[Assignment]:
        for number in range(count):
            document = documents.create_document(
                by=olga, site=munich, type=kind, title=f"Standard {number}", process=grinding, body=f"<p>{number}</p>"
            )
            training.require_now(by=axel, job_role=grinder, document=document)
            issue(revision_on_its_way(document), olga, axel)
        lines = Assignment.objects.filter(person=pedro, status="assigned").order_by("due", "id")
        return [training.open_assignment(line, by=pedro) for line in lines]

    return made


def issue(revision: Revision, olga, axel) -> None:
    documents.submit(revision, by=olga)
    documents.approve(revision, by=axel, signing=signing(revision, axel, "approved"))
    documents.issue(revision, by=axel, effective_on=in_days(10))


def supersede(line: Assignment, olga, axel) -> None:
    """A newer revision comes out while the old one is on the screen."""
    documents.make_effective(fresh(line.revision), by=axel)
    second = documents.start_revision(
        fresh(line.revision.document), by=olga, reason="Faster", change_summary="New clamp"
    )
    issue(second, olga, axel)


def shown(client) -> dict[str, str]:
    """What the page sends: every challenge, and user name and password once."""
    rows = client.get("/training/sign/").context["rows"]
    challenges = {f"challenge-{row['assignment'].uuid}": row["dialog"].challenge for row in rows}
    return {
        **challenges,
        "chosen": [str(row["assignment"].uuid) for row in rows],
        "username": "pedro",
        "password": PASSWORD,
    }


def acknowledged() -> list[Signature]:
    return list(Signature.objects.filter(meaning="acknowledged").order_by("pk"))


def test_thirty_standards_are_signed_with_one_password(read, pedro):
    lines, client = read(30), client_for(pedro)
    page = client.post("/training/sign/", shown(client), follow=True)
    assert "30 signed." in page.content.decode()
    made = acknowledged()
    assert {one.record_id for one in made} == {line.revision_id for line in lines}
    assert len({one.content_digest for one in made}) == 30
    assert len({one.challenge_id for one in made}) == 30
    assert set(Assignment.objects.values_list("status", flat=True)) == {"passed"}
    assert SigningAttempt.objects.count() == 0
    page = client.get(lines[0].get_absolute_url()).content.decode()
    assert "Pedro Press (pedro)" in page
    assert made[0].content_digest in page


def test_one_that_changed_meanwhile_is_refused_alone(read, pedro, olga, axel):
    lines, client = read(4), client_for(pedro)
    sent = shown(client)
    Revision.objects.filter(pk=lines[1].revision_id).update(body="<p>Another text.</p>")
    page = client.post("/training/sign/", sent, follow=True).content.decode()
    assert "3 signed." in page
    assert f"{lines[1].revision.number} was not signed: The content changed" in page
    assert [fresh(line).status for line in lines] == ["passed", "opened", "passed", "passed"]
    assert len(acknowledged()) == 3
    assert Event.objects.filter(verb="acknowledge").count() == 3


def test_a_wrong_password_signs_none_of_them_and_counts_once(read, pedro):
    lines, client = read(3), client_for(pedro)
    page = client.post("/training/sign/", {**shown(client), "password": "guess"})
    assert page.status_code == 422
    assert "User name or password is not right" in page.content.decode()
    assert "guess" not in page.content.decode()
    assert page.content.decode().count(" checked") == 3
    assert {fresh(line).status for line in lines} == {"opened"}
    assert SigningAttempt.objects.count() == 1
    assert acknowledged() == []


def test_only_what_is_ticked_is_signed(read, pedro):
    lines, client = read(3), client_for(pedro)
    sent = shown(client)
    client.post("/training/sign/", {**sent, "chosen": sent["chosen"][:1]})
    assert [fresh(line).status for line in lines] == ["passed", "opened", "opened"]
    assert client.post("/training/sign/", {**sent, "chosen": []}).status_code == 422


def test_nobody_signs_the_standards_of_another(read, pedro, sven):
    lines, client = read(2), client_for(pedro)
    sent = shown(client)
    page = client_for(sven).post("/training/sign/", {**sent, "username": "sven"})
    assert page.status_code == 422
    assert {fresh(line).status for line in lines} == {"opened"}


def test_programs_sign_several_with_one_password_too(read, pedro, olga, axel):
    lines, api = read(3), api_for(pedro)
    keys = [str(line.uuid) for line in lines]
    rows = api.post("assignments/challenges/", {"assignments": keys}).json()["results"]
    assert rows[0]["content"]["facts"]["body"] == "<p>0</p>"
    items = [{"assignment": row["assignment"], "challenge": row["challenge"]} for row in rows]
    supersede(lines[2], olga, axel)
    typed = {"username": "pedro", "password": PASSWORD}
    answer = api.post("assignments/acknowledge/", {**typed, "items": items})
    told = [(row["result"], row.get("code")) for row in answer.json()["results"]]
    assert told == [("signed", None), ("signed", None), ("refused", "superseded")]
    again = api.post("assignments/acknowledge/", {**typed, "items": items[:1]}).json()["results"]
    assert [row["code"] for row in again] == ["challenge-used"]
    assert api.post("assignments/acknowledge/", {**typed, "password": "guess", "items": items}).status_code == 409
    assert api.post("assignments/acknowledge/", {**typed, "items": items, "signed_at": "2020-01-01"}).status_code == 400
    assert api.post("assignments/acknowledge/", {**typed, "items": [{"assignment": "x"}]}).status_code == 400
    assert api_for(axel).post("assignments/challenges/", {"assignments": keys}).status_code in (403, 404)


def test_a_kiosk_left_open_over_the_change_says_so(read, pedro, olga, axel):
    (line,), client = read(1), client_for(pedro)
    url = f"/training/assignments/{line.uuid}/acknowledge/"
    sent = dialog(client, url)
    supersede(line, olga, axel)
    page = client.post(url, sent)
    assert page.status_code == 422
    assert "is no longer in force" in page.content.decode()
    assert acknowledged() == []


def test_what_is_not_in_effect_any_more_is_not_shown_to_be_signed(read, pedro, olga, axel):
    lines, client = read(2), client_for(pedro)
    supersede(lines[0], olga, axel)
    rows = client.get("/training/sign/").context["rows"]
    assert [row["assignment"].pk for row in rows] == [lines[1].pk]


def test_the_page_offers_it_once_there_are_several(read, pedro):
    read(1)
    client = client_for(pedro)
    assert "/training/sign/" not in client.get("/training/mine/").content.decode()
    read(1)
    assert "Sign 2 standards that you have read" in client.get("/training/mine/").content.decode()
